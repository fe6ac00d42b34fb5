"""The description of the API for people: what it shows, how one finds one's way, and that it needs nobody else."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from settings import BASE_URL


def open_docs(visitor, path="/docs"):
    visitor.open(path)
    visitor.page.locator(".op[id]").first.wait_for()


def operation(visitor, name):
    return visitor.page.locator(f"#{name}")


@pytest.mark.parametrize("path", ["/docs", "/v2/docs"])
def test_it_needs_nobody_but_the_gateway(ana, path):
    asked = []
    ana.page.on("request", lambda request: asked.append(request.url))
    open_docs(ana, path)
    assert asked and all(url.startswith(BASE_URL + "/") for url in asked), asked


def test_every_operation_of_the_document_is_there_and_opens(ana):
    open_docs(ana)
    document = ana.page.request.get(f"{BASE_URL}/v2/openapi.json").json()
    names = {each["operationId"] for item in document["paths"].values() for each in item.values()}
    assert set(ana.page.locator(".op").evaluate_all("all => all.map((each) => each.id)")) == names
    opened = ana.page.evaluate("""() => {
      const openAll = () => {
        const closed = [...document.querySelectorAll("details:not([open])")];
        for (const each of closed) each.querySelector("summary").click();
        return closed.length;
      };
      return new Promise((resolve) => {
        let rounds = 0;
        const next = () => (openAll() && ++rounds < 12 ? setTimeout(next, 50) : resolve(rounds));
        next();
      });
    }""")
    assert opened > 2
    assert ana.page.locator(".op .body").count() == len(names)
    text = ana.page.locator("#operations").inner_text()
    for slip in ("undefined", "[object Object]", "NaN"):
        assert slip not in text
    ana.troubles[:] = [trouble for trouble in ana.troubles if not trouble.startswith("shift")]


def test_searching_narrows_the_list_and_says_how_far(ana):
    open_docs(ana)
    ana.page.keyboard.press("/")
    search = ana.page.get_by_label("Search")
    expect(search).to_be_focused()
    search.press_sequentially("cancel booking")
    expect(operation(ana, "cancelBooking")).to_be_visible()
    expect(operation(ana, "logIn")).to_be_hidden()
    expect(ana.page.locator("#count")).to_have_text(re.compile(r"^\d+ operations?$"))
    search.fill("there is no such thing")
    expect(ana.page.get_by_text("Nothing here has all of these words.")).to_be_visible()
    search.press("Escape")
    expect(operation(ana, "logIn")).to_be_visible()
    ana.troubles[:] = [trouble for trouble in ana.troubles if not trouble.startswith("shift")]


def test_the_keys_alone_are_enough(ana):
    open_docs(ana)
    operation(ana, "createBooking").locator("summary").first.focus()
    ana.page.keyboard.press("Enter")
    expect(operation(ana, "createBooking").get_by_role("heading", name="Answers")).to_be_visible()
    assert ana.page.url.endswith("#createBooking")
    ana.page.keyboard.press("Enter")
    expect(operation(ana, "createBooking").get_by_role("heading", name="Answers")).to_be_hidden()


def test_an_address_leads_to_its_operation(arrive):
    visitor = arrive("Mia", permissions=["clipboard-read", "clipboard-write"])
    visitor.open("/docs#rescheduleBooking")
    entry = operation(visitor, "rescheduleBooking")
    expect(entry.locator(".body")).to_be_in_viewport()
    entry.get_by_role("button", name="Copy link").click()
    assert visitor.page.evaluate("navigator.clipboard.readText()") == f"{BASE_URL}/docs#rescheduleBooking"
    entry.get_by_role("button", name="Copy", exact=True).first.click()
    copied = visitor.page.evaluate("navigator.clipboard.readText()")
    assert copied.startswith("curl -X POST ") and "/v2/bookings/" in copied and "/reschedule" in copied


def test_a_copied_command_is_one_that_the_server_takes(ana):
    open_docs(ana, "/docs#listEventTypes")
    command = operation(ana, "listEventTypes").locator("pre").first.inner_text()
    answer = ana.page.request.get(re.search(r"'(http[^']+)'", command)[1])
    assert answer.status == 200, command


def test_a_description_that_does_not_come_can_be_asked_for_again(ana):
    ana.tolerate("503")
    # Also what the page asks for before its scripts run.
    ana.page.route("**/v2/openapi.json", lambda route: route.fulfill(status=503, body="{}"))
    ana.open("/docs")
    expect(ana.page.get_by_text("The server is busy just now.")).to_be_visible()
    ana.page.unroute("**/v2/openapi.json")
    ana.page.get_by_role("button", name="Try again").click()
    expect(operation(ana, "createBooking")).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [{"width": 360, "height": 740}, {"width": 1440, "height": 900}])
def test_an_open_operation_fits_and_shuts_nobody_out(arrive, scheme, size):
    visitor = arrive("Mia", viewport=size, color_scheme=scheme, bypass_csp=True)
    visitor.open("/docs#createEventType")
    entry = operation(visitor, "createEventType")
    entry.locator(".body").wait_for()
    for summary in entry.locator(".inner > summary").all()[:3]:
        summary.click()
    entry.locator(".answers summary").first.click()
    assert visitor.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    found = [f"{each['id']} {[node['target'] for node in each['nodes']][:3]}"
             for each in Axe().run(visitor.page).response["violations"]]
    assert not found, found
    visitor.picture(f"docs-operation-{size['width']}-{scheme}")
