"""Every page in every light and size, with slow answers: nothing jumps, nothing sticks out, nobody is shut out."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from settings import EVENT_PAGE, OWNER_EMAIL, OWNER_PASSWORD

SIZES = {"phone": {"width": 360, "height": 740}, "tablet": {"width": 800, "height": 1000}, "desktop": {"width": 1440, "height": 900}}
PAGES = {
    "home": ("/", "#number"),
    "host": ("/book/john", ".offers a"),
    "event": (EVENT_PAGE, ".time[data-start]"),
    "login": ("/login", "#login"),
    "signup": ("/signup", "#signup"),
    "docs": ("/docs", ".op[id]"),
}


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", SIZES)
def test_the_pages_hold_still_and_fit(arrive, size, scheme):
    visitor = arrive("Mia", viewport=SIZES[size], color_scheme=scheme)
    # Slow enough that what stands there before the answer is painted.
    visitor.page.route("**/v2/**", lambda route: (visitor.page.wait_for_timeout(250), route.continue_()))
    for name, (path, ready) in PAGES.items():
        visitor.open(path)
        visitor.page.locator(ready).first.wait_for()
        visitor.page.wait_for_timeout(200)
        assert visitor.page.evaluate("document.documentElement.scrollWidth <= innerWidth"), f"{name} is wider than the {size}"
        visitor.picture(f"{name}-{size}-{scheme}")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_page_has_a_known_barrier(arrive, scheme):
    visitor = arrive("Mia", color_scheme=scheme, bypass_csp=True, timezone_id="America/New_York", locale="en-US")
    axe, page = Axe(), visitor.page
    found = []

    def check(name):
        for violation in axe.run(page).response["violations"]:
            found.append(f"{name}: {violation['id']} {[node['target'] for node in violation['nodes']][:3]}")

    for name, (path, ready) in PAGES.items():
        visitor.open(path)
        page.locator(ready).first.wait_for()
        check(name)
    visitor.open_times()
    page.locator("#zone").click()
    check("zones")
    page.keyboard.press("Escape")
    visitor.choose_time()
    visitor.send()
    check("details with errors")
    visitor.fill_in()
    visitor.send()
    page.wait_for_url("**/booking/*")
    page.locator("#actions button").wait_for()
    check("booking")
    page.get_by_role("button", name="Cancel booking").click()
    check("cancel")
    page.get_by_role("button", name="Cancel the booking").click()
    page.locator('[data-tone="off"]').wait_for()
    check("cancelled")
    visitor.open("/login")
    page.get_by_label("Email").fill(OWNER_EMAIL)
    page.get_by_label("Password").fill(OWNER_PASSWORD)
    page.keyboard.press("Enter")
    page.locator(".entry summary").first.click()
    check("dashboard")
    assert not found, "\n".join(found)


def test_no_step_of_a_booking_with_everything_has_a_known_barrier(arrive, olga):
    visitor = arrive("Mia", color_scheme="dark", bypass_csp=True)
    axe, page = Axe(), visitor.page
    found = []

    def check(name):
        for violation in axe.run(page).response["violations"]:
            found.append(f"{name}: {violation['id']} {[node['target'] for node in violation['nodes']][:3]}")

    path = olga.offer(
        recurrence={"interval": 1, "occurrences": 3, "frequency": "monthly"}, requiresBookerEmailVerification=True,
        locations=[{"type": "attendeePhone"}, {"type": "attendeeAddress"}], description="One text.",
        bookingFields=[
            {"type": kind, "slug": kind, "label": f"Of kind {kind}", "required": True,
             **({"options": ["One", "Two"]} if kind in ("select", "radio", "checkbox", "multiselect") else {})}
            for kind in ("text", "select", "radio", "checkbox", "multiselect", "boolean", "multiemail", "number")])
    visitor.open_times(path)
    check("times")
    visitor.choose_time()
    visitor.send_first()
    check("wrong")
    visitor.fill_in()
    page.get_by_label("We call you").check()
    for label, text in {"Your phone number": "+39061234567", "Of kind text": "x", "Of kind multiemail": "a@mail.test", "Of kind number": "1"}.items():
        page.get_by_label(label).fill(text)
    page.get_by_label("Of kind select").select_option("One")
    for each in page.get_by_label("One", exact=True).all():
        each.check()
    page.get_by_label("Of kind boolean").check()
    visitor.send_first()
    expect(page.get_by_label("Code from the mail")).to_be_focused()
    check("code")
    visitor.open(f"/book/{olga.username}+john")
    visitor.times().first.click()
    page.locator(".day .notice").wait_for()
    check("group")
    assert not found, "\n".join(found)


def test_the_booking_page_on_a_phone_from_the_first_tap_to_the_last(arrive):
    visitor = arrive("Mia", viewport=SIZES["phone"], color_scheme="dark", has_touch=True, is_mobile=True, locale="en-US")
    visitor.open_times()
    small = visitor.page.evaluate("""[...document.querySelectorAll("main button:not([hidden]), main a")]
      .filter((each) => each.offsetParent).map((each) => [each.textContent, each.getBoundingClientRect()])
      .filter(([, box]) => box.width < 24 || box.height < 24).map(([text]) => text)""")
    assert not small, f"too small to tap: {small}"
    visitor.page.locator(".cell.free").last.tap()
    visitor.times().first.tap()
    visitor.fill_in()
    visitor.picture("details-phone-dark")
    visitor.page.get_by_role("button", name="Book this time").tap()
    visitor.page.wait_for_url("**/booking/*")
    expect(visitor.page.get_by_role("heading", name="It's booked")).to_be_visible()
    visitor.picture("booked-phone-dark")


def test_the_theme_is_remembered_and_there_before_the_first_paint(ana):
    ana.open_times()
    ana.page.get_by_role("button", name="Dark").click()
    # Recorded when the body begins: before anything of it is painted.
    ana.context.add_init_script("""new MutationObserver((_, self) => {
      if (document.body) { window.themeAtBody = document.documentElement.dataset.theme; self.disconnect(); }
    }).observe(document, { childList: true, subtree: true });""")
    ana.page.reload()
    assert ana.page.evaluate("window.themeAtBody") == "dark"
    expect(ana.page.get_by_role("button", name="Dark", pressed=True)).to_be_visible()


def test_the_clock_follows_the_region_and_the_switch(arrive):
    visitor = arrive("Mia", locale="en-US")
    visitor.open_times()
    expect(visitor.times().first).to_contain_text("M")
    assert visitor.page.locator("th").first.text_content() == "Sun"
    visitor.page.get_by_role("button", name="24h").click()
    expect(visitor.times().first).not_to_contain_text("M")
    visitor.page.reload()
    visitor.times().first.wait_for()
    expect(visitor.times().first).not_to_contain_text("M")


def test_the_hosts_time_stands_beside_the_visitors_where_they_differ(arrive):
    visitor = arrive("Mia", timezone_id="Asia/Tokyo")
    visitor.open_times()
    expect(visitor.times().first).to_contain_text(" in ")


def test_the_sheet_mirrors_for_scripts_from_the_right(ana):
    ana.open_times()
    ana.page.evaluate("document.documentElement.dir = 'rtl'")
    boxes = [ana.page.locator(each).bounding_box()["x"] for each in (".about", ".month", ".day")]
    assert boxes == sorted(boxes, reverse=True)
    assert ana.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    ana.picture("book-rtl")
    ana.troubles.clear()
