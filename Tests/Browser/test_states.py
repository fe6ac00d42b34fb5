"""What a visitor meets when something is missing, slow or broken, and that his way stays in the address."""

import json
import re

import pytest
from playwright.sync_api import expect

from settings import EVENT_PAGE
from slow_line import slow_line


def _answer(data, status=200):
    body = {"status": "success", "data": data} if status == 200 else {"status": "error", "error": data}
    return {"status": status, "content_type": "application/json", "body": json.dumps(body)}


def test_a_month_without_times_leads_to_the_next_that_has_some(ana):
    first = []

    def answer(route):
        start = re.search(r"start=([^&]+)", route.request.url)[1]
        first.append(start)
        route.fulfill(**_answer({})) if start <= sorted(set(first))[0] else route.continue_()

    ana.page.route("**/v2/slots?*", answer)
    ana.open(EVENT_PAGE)
    expect(ana.page.get_by_role("heading", name=re.compile("No free times in"))).to_be_visible()
    ana.picture("no-times")
    ana.page.get_by_role("button", name=re.compile("^Go to ")).click()
    expect(ana.times().first).to_be_visible()


@pytest.mark.parametrize("path", ["/", EVENT_PAGE, "/book/john", "/login", "/signup"])
@pytest.mark.parametrize("width", [390, 1280])
def test_a_page_that_comes_in_pieces_moves_nothing(arrive, path, width):
    """What is painted first stands where it stays: a shift fails every test."""
    visitor = arrive("Ana", viewport={"width": width, "height": 900})
    with slow_line() as address:
        visitor.page.goto(address + path, wait_until="networkidle")
        visitor.page.wait_for_timeout(200)


def test_times_that_do_not_load_can_be_tried_again(ana):
    ana.tolerate("503")
    ana.page.route("**/v2/slots?*", lambda route: route.fulfill(**_answer({"message": "busy"}, 503)))
    ana.open(EVENT_PAGE)
    expect(ana.page.get_by_role("heading", name="The free times did not load")).to_be_visible()
    ana.picture("times-failed")
    ana.page.unroute("**/v2/slots?*")
    ana.page.get_by_role("button", name="Try again").click()
    expect(ana.times().first).to_be_visible()


def test_a_refused_field_is_explained_where_it_is(ana):
    ana.tolerate("400")
    refusal = {"code": "BadRequestException", "message": "Some fields are wrong.",
               "details": {"reason": "invalid", "fields": {"attendee.email": "this domain takes no mail", "guests[1]": "is not an address"}}}
    ana.page.route("**/v2/bookings", lambda route: route.fulfill(**_answer(refusal, 400)))
    ana.open_times()
    ana.choose_time()
    ana.fill_in()
    ana.send()
    expect(ana.page.get_by_text("This domain takes no mail.")).to_be_visible()
    expect(ana.page.get_by_text("Is not an address.")).to_be_visible()
    expect(ana.page.get_by_label("Your email")).to_be_focused()


def test_what_was_typed_survives_a_lost_connection_a_reload_and_the_way_back(ana):
    ana.tolerate("ERR_INTERNET_DISCONNECTED")
    # What she gave back while she was offline may still be reserved when she asks again; the page books all the same.
    ana.tolerate("422")
    ana.open_times()
    ana.choose_time()
    ana.fill_in()
    address = ana.page.url
    ana.context.set_offline(True)
    expect(ana.page.get_by_text("You are offline. What you typed is kept.")).to_be_visible()
    ana.send()
    expect(ana.page.get_by_text(re.compile("We lost the connection"))).to_be_visible()
    ana.picture("offline")
    ana.context.set_offline(False)
    ana.page.go_back()
    expect(ana.times().first).to_be_visible()
    ana.page.go_forward()
    ana.page.get_by_role("button", name="Back to the times").click()
    expect(ana.times().first).to_be_visible()
    ana.page.go_forward()
    assert ana.page.url == address
    expect(ana.page.get_by_label("Your email")).to_have_value(ana.email)
    ana.page.reload()
    expect(ana.page.get_by_label("Your email")).to_have_value(ana.email)
    ana.send()
    ana.page.wait_for_url("**/booking/*")


def test_the_day_the_month_and_the_zone_are_in_the_address(ana):
    ana.open_times()
    ana.page.get_by_role("button", name="Next month").click()
    ana.page.locator("table:not(.loading)").wait_for()
    ana.page.locator(".cell.free").nth(2).click()
    shown, address = ana.page.locator("#day-title").get_attribute("aria-label"), ana.page.url
    assert re.search(r"date=\d{4}-\d\d-\d\d", address)
    ana.open(address.removeprefix(re.match(r"https?://[^/]+", address)[0]))
    ana.times().first.wait_for()
    assert ana.page.locator("#day-title").get_attribute("aria-label") == shown


def test_an_unknown_booking_host_event_and_page_each_say_so(ana):
    ana.tolerate("404")
    ana.open("/booking/no-such-booking")
    expect(ana.page.get_by_role("heading", name="Booking not found")).to_be_visible()
    ana.open("/book/nobody-of-this-name")
    expect(ana.page.get_by_role("heading", name="Nobody here")).to_be_visible()
    ana.open("/book/john/no-such-event")
    expect(ana.page.get_by_role("heading", name="This booking page does not exist")).to_be_visible()
    ana.open("/no-such-page")
    expect(ana.page.get_by_role("heading", name="No page at this address")).to_be_visible()
    ana.picture("not-found")


def test_the_first_paint_waits_for_no_answer(ana):
    ana.tolerate("ERR_FAILED")
    held = []
    ana.page.route("**/v2/**", lambda route: held.append(route))
    ana.open(EVENT_PAGE)
    expect(ana.page.locator(".cell button:visible").first).to_be_visible()
    painted = ana.page.evaluate("performance.getEntriesByName('first-contentful-paint')[0]?.startTime")
    assert painted, "nothing was painted"
    ana.picture("waiting")
    for route in held:
        route.abort()


def test_a_link_to_a_time_that_is_gone_leads_to_those_that_are_free(ana):
    ana.tolerate("400")
    ana.open_times()
    ana.choose_time()
    stale = re.sub(r"T\d\d%3A\d\d", "T03%3A07", ana.page.url)
    ana.page.goto(stale)
    expect(ana.page.get_by_text(re.compile("is no longer free"))).to_be_visible()
    ana.page.get_by_role("button", name="Choose another time").click()
    expect(ana.times().first).to_be_visible()


def test_a_refusal_that_comes_late_moves_nothing(ana):
    ana.tolerate("400|401")
    refusal = {"code": "BadRequestException", "message": "Some fields are wrong.",
               "details": {"reason": "invalid", "fields": {"attendee.name": "is too long", "attendee.email": "is no address"}}}
    ana.page.route("**/v2/bookings", lambda route: (ana.page.wait_for_timeout(700), route.fulfill(**_answer(refusal, 400))))
    ana.open_times()
    ana.choose_time()
    ana.fill_in()
    ana.send()
    expect(ana.page.get_by_text("Is too long.")).to_be_visible()
    ana.page.wait_for_timeout(100)
