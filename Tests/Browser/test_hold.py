"""The chosen time is kept for whoever writes his details, and only as long as he does."""

import re

from playwright.sync_api import expect


def test_who_writes_has_the_time_and_who_leaves_gives_it_back(ana, arrive, olga):
    path = olga.offer()
    leo = arrive("Leo")
    for visitor in (ana, leo):
        visitor.open_times(path)
    kept = ana.choose_time()
    row = leo.page.locator(f'[data-start="{kept}"]')
    expect(row).to_have_count(0)
    ana.page.get_by_role("button", name="Back to the times").click()
    expect(row).to_have_count(1)
    # His own list never lacked it.
    expect(ana.page.locator(f'[data-start="{kept}"]')).to_have_count(1)
    ana.choose_time()
    expect(row).to_have_count(0)
    ana.page.close()
    expect(row).to_have_count(1)


def test_who_stops_writing_gives_the_time_back_and_who_goes_on_has_it_again(ana, arrive, olga):
    path = olga.offer()
    leo = arrive("Leo")
    ana.page.clock.install()
    for visitor in (ana, leo):
        visitor.open_times(path)
    kept = ana.choose_time()
    row = leo.page.locator(f'[data-start="{kept}"]')
    expect(row).to_have_count(0)
    ana.page.clock.fast_forward(280_000)
    expect(row).to_have_count(1)
    ana.page.get_by_label("Your name").press_sequentially("Ana")
    expect(row).to_have_count(0)
    renewed = lambda request: request.method == "PATCH" and "/v2/slots/reservations/" in request.url
    ana.page.get_by_label("Your name").press_sequentially(" Ruiz")
    with ana.page.expect_request(renewed):
        ana.page.clock.fast_forward(280_000)


def test_a_reload_keeps_the_time_and_the_booking_takes_it(ana, olga):
    ana.open_times(olga.offer())
    ana.choose_time()
    ana.fill_in()
    ana.page.reload()
    expect(ana.page.get_by_label("Your email")).to_have_value(ana.email)
    expect(ana.page.get_by_role("button", name="Book this time")).to_be_enabled()
    with ana.page.expect_request(lambda request: request.url.endswith("/v2/bookings")) as sent:
        ana.send()
    ana.page.wait_for_url("**/booking/*")
    assert sent.value.post_data_json["reservedSlotUid"]


def test_a_page_that_is_left_before_it_knows_its_reservation_still_has_it(ana, olga):
    ana.tolerate("422")
    ana.open_times(olga.offer())

    reserved = []

    def forget(route):
        if reserved:
            return route.continue_()
        # The server has reserved the time, but its answer never comes.
        reserved.append(route.fetch().status)

    ana.page.route("**/v2/slots/reservations*", forget)
    ana.choose_time()
    ana.page.wait_for_function("() => Object.keys(sessionStorage).some((key) => key.includes('hold'))")
    while not reserved:
        ana.page.wait_for_timeout(20)
    ana.page.reload()
    ana.fill_in()
    ana.send()
    ana.page.wait_for_url("**/booking/*")
    assert reserved == [201] and len(olga.bookings(status="upcoming")) == 1


def test_a_time_that_somebody_else_keeps_leads_back_to_the_others(ana, olga):
    path = olga.offer()
    ana.tolerate("422")
    ana.page.route("**/v2/slots/live*", lambda route: route.abort())
    ana.tolerate("ERR_FAILED")
    ana.open_times(path)
    start = ana.times().first.get_attribute("data-start")
    [event] = olga.call("GET", "event-types")
    olga.call("POST", "slots/reservations", {"eventTypeId": event["id"], "slotStart": start})
    # Not choose_time: the details may be gone again before one has seen them.
    ana.times().first.click()
    expect(ana.page.get_by_text(re.compile("Somebody is just booking"))).to_be_visible()
    expect(ana.page.locator(f'[data-start="{start}"]')).to_have_count(0)
    ana.picture("reserved")


def test_a_booking_that_is_sent_twice_counts_once(ana, olga):
    """The answer is lost on its way; what is sent again is the same request under the same key."""
    ana.tolerate("ERR_FAILED|ERR_CONNECTION")
    ana.open_times(olga.offer())
    ana.choose_time()
    ana.fill_in()
    lost = []

    def lose(route):
        if lost:
            return route.continue_()
        lost.append(route.fetch().status)
        route.abort()

    ana.page.route("**/v2/bookings", lose)
    ana.send()
    expect(ana.page.get_by_text(re.compile("We lost the connection"))).to_be_visible()
    ana.send()
    ana.page.wait_for_url("**/booking/*")
    assert lost == [201] and len(olga.bookings(status="upcoming")) == 1
