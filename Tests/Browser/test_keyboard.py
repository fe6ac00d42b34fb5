"""The booking page without a mouse."""

from playwright.sync_api import expect

FOCUSED_DAY = "document.activeElement.closest('[data-day]')?.dataset.day"


def _tab_to(page, condition):
    for _ in range(30):
        page.keyboard.press("Tab")
        if page.evaluate(condition):
            return
    raise AssertionError(f"Tab never reached {condition}")


def test_a_time_is_booked_with_the_keyboard_alone(ana):
    ana.open_times()
    page = ana.page
    _tab_to(page, "Boolean(document.activeElement.closest('[data-day]'))")
    page.keyboard.press("PageDown")
    expect(page.locator(".cell.free").first).to_be_visible()
    page.locator("table:not(.loading)").wait_for()
    free = page.locator(".cell.free").nth(3).get_attribute("data-day")
    _walk(page, free)
    page.keyboard.press("Enter")
    expect(page.locator("#day-title")).to_be_focused()
    page.keyboard.press("Tab")
    first = page.evaluate("document.activeElement.dataset.start")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowUp")
    assert page.evaluate("document.activeElement.dataset.start") > first
    page.keyboard.press("Enter")
    expect(page.locator("#details-title")).to_be_focused()
    _tab_to(page, "document.activeElement.autocomplete === 'name'")
    page.keyboard.type(ana.name)
    page.keyboard.press("Tab")
    page.keyboard.type(ana.email)
    page.keyboard.press("Enter")
    page.wait_for_url("**/booking/*")
    expect(page.get_by_role("heading", name="It's booked")).to_be_visible()


def test_the_keys_of_the_calendar(ana):
    ana.open_times()
    page = ana.page
    _tab_to(page, "Boolean(document.activeElement.closest('[data-day]'))")
    page.keyboard.press("PageDown")
    page.locator("table:not(.loading)").wait_for()
    _walk(page, page.evaluate(FOCUSED_DAY)[:8] + "15")
    moves = [("ArrowRight", 16), ("ArrowDown", 23), ("ArrowLeft", 22), ("ArrowUp", 15)]
    for key, day in moves:
        page.keyboard.press(key)
        assert page.evaluate(FOCUSED_DAY).endswith(str(day)), key
    column = "document.activeElement.closest('td').cellIndex"
    page.keyboard.press("Home")
    assert page.evaluate(column) == 0
    page.keyboard.press("End")
    assert page.evaluate(column) == 6
    here = page.evaluate(FOCUSED_DAY)
    page.keyboard.press("PageDown")
    page.keyboard.press("PageUp")
    assert page.evaluate(FOCUSED_DAY) == here
    assert page.locator('.cell button[tabindex="0"]').count() == 1


def test_escape_goes_from_the_times_back_to_the_calendar(ana):
    ana.open_times()
    ana.times().first.focus()
    ana.page.keyboard.press("Escape")
    assert ana.page.evaluate(FOCUSED_DAY)


def test_a_missing_answer_gets_the_focus_and_a_word(ana):
    ana.open_times()
    ana.choose_time()
    ana.page.get_by_label("Your name").fill("Ana")
    ana.send()
    field = ana.page.get_by_label("Your email")
    expect(field).to_be_focused()
    expect(field).to_have_attribute("aria-invalid", "true")
    described = field.get_attribute("aria-describedby").split()
    assert "needed" in ana.page.locator(f"#{described[-1]}").text_content()


def test_the_zone_picker_finds_a_city_and_gives_the_focus_back(ana):
    ana.open_times()
    before = ana.times().first.text_content()
    ana.page.locator("#zone").focus()
    ana.page.keyboard.press("Enter")
    expect(ana.page.get_by_role("combobox")).to_be_focused()
    ana.page.keyboard.type("kolk")
    ana.picture("zones")
    ana.page.keyboard.press("Enter")
    expect(ana.page.locator("#zone")).to_be_focused()
    ana.page.wait_for_url("**zone=Asia%2FKolkata*")
    expect(ana.times().first).not_to_have_text(before)
    ana.page.reload()
    expect(ana.page.locator("#zone")).to_contain_text("Kolkata")


def _walk(page, day):
    """Moves the focus to a day of the shown month by arrow keys."""
    for _ in range(60):
        here = page.evaluate(FOCUSED_DAY)
        if here == day:
            return
        page.keyboard.press("ArrowRight" if here < day else "ArrowLeft")
    raise AssertionError(f"never came to {day}")
