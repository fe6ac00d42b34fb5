"""Somebody in front of a browser, and what is watched while he is there."""

import os
import re
import uuid

from playwright.sync_api import expect

from settings import BASE_URL, EVENT_PAGE, SCREENSHOTS

# Enough for a machine that builds something beside the tests.
PATIENCE = int(os.environ.get("PATIENCE_MS", 30_000))
expect.set_options(timeout=PATIENCE)

WATCH = """
addEventListener("securitypolicyviolation", (event) =>
  report("policy", `${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}`));
const place = ({ x, y, width, height }) => [x, y, width, height].map(Math.round).join(" ");
new PerformanceObserver((list) => {
  for (const shift of list.getEntries()) {
    if (shift.hadRecentInput) continue;
    const moved = shift.sources.map(({ node, previousRect, currentRect }) =>
      `${node?.id || node?.className || node?.nodeName} from ${place(previousRect)} to ${place(currentRect)}`);
    report("shift", `${shift.value.toFixed(5)} ${moved.join(", ")} on ${location.pathname}`);
  }
}).observe({ type: "layout-shift", buffered: true });
"""


class Visitor:
    """One browser context with one page. `troubles` collects what a page must never do."""

    def __init__(self, context, name):
        self.context = context
        self.name = name
        self.email = f"{name.lower()}-{uuid.uuid4().hex[:8]}@mail.test"
        self.troubles = []
        self._tolerated = []
        context.set_default_timeout(PATIENCE)
        context.expose_binding("report", lambda _, kind, text: self.troubles.append(f"{kind}: {text}"))
        context.add_init_script(WATCH)
        self.page = context.new_page()
        self.page.on("console", self._console)
        self.page.on("pageerror", lambda error: self.troubles.append(f"exception: {error}"))

    def tolerate(self, pattern):
        """The browser itself writes an error for every refused or broken request: those a test provokes are no trouble."""
        self._tolerated.append(pattern)

    def _console(self, message):
        if message.type in ("error", "warning") and not any(re.search(each, message.text) for each in self._tolerated):
            self.troubles.append(f"console: {message.text} ({message.location.get('url')})")

    # What visitors do

    def open(self, path=EVENT_PAGE):
        self.page.goto(BASE_URL + path)

    def open_times(self, path=EVENT_PAGE):
        """Opens a booking page and waits for its free times."""
        self.open(path)
        self.times().first.wait_for()

    def times(self):
        return self.page.locator(".time[data-start]")

    def choose_time(self, index=0):
        """Chooses one of the shown times and answers its start."""
        start = self.times().nth(index).get_attribute("data-start")
        self.times().nth(index).click()
        expect(self.page.get_by_role("heading", name="Your details")).to_be_focused()
        return start

    def fill_in(self, name=None):
        """Types, as people do: what moves within half a second of a key is no layout shift."""
        self.page.get_by_label("Your name").press_sequentially(name or self.name)
        self.page.get_by_label("Your email").press_sequentially(self.email)

    def send(self):
        self.page.get_by_role("button", name=re.compile("Book this time|Move to this time")).click()

    def send_first(self):
        """Sends the details where a code from the mail comes before the booking."""
        self.page.get_by_role("button", name="Continue").click()

    def book(self, index=0):
        """Books the shown time of that index; answers its start and the path of the booking."""
        start = self.choose_time(index)
        self.fill_in()
        self.send()
        self.page.wait_for_url("**/booking/*")
        return start, re.sub(r"\?.*", "", self.page.url.removeprefix(BASE_URL))

    def picture(self, name):
        SCREENSHOTS.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=SCREENSHOTS / f"{name}.png", animations="disabled")
