"""Two people look at the same times."""

import re

from playwright.sync_api import expect


def test_a_time_that_another_books_leaves_the_list_without_a_reload(arrive):
    ana, leo = arrive("Ana"), arrive("Leo")
    for visitor in (ana, leo):
        visitor.open_times()
    leo.page.evaluate("window.sameDocument = true")
    start, _ = ana.book()
    expect(leo.page.locator(f'[data-start="{start}"]')).to_have_count(0)
    assert leo.page.evaluate("window.sameDocument")


def test_a_time_that_is_cancelled_comes_back_by_itself(arrive):
    ana, leo = arrive("Ana"), arrive("Leo")
    ana.open_times()
    start, _ = ana.book()
    leo.open_times()
    expect(leo.page.locator(f'[data-start="{start}"]')).to_have_count(0)
    ana.page.get_by_role("button", name="Cancel booking").click()
    ana.page.get_by_role("button", name="Cancel the booking").click()
    expect(leo.page.locator(f'[data-start="{start}"]')).to_have_count(1)


def test_who_is_writing_when_the_time_goes_is_told_and_keeps_what_he_wrote(arrive):
    ana, leo = arrive("Ana"), arrive("Leo")
    # Without a reservation nobody keeps the time for him.
    leo.page.route("**/v2/slots/reservations*", lambda route: route.abort())
    leo.tolerate("ERR_FAILED")
    for visitor in (ana, leo):
        visitor.open_times()
    leo.choose_time()
    leo.fill_in()
    ana.book()
    expect(leo.page.get_by_text(re.compile("Somebody has just taken"))).to_be_visible()
    expect(leo.page.get_by_role("button", name="Book this time")).to_be_disabled()
    leo.picture("gone")
    leo.page.get_by_role("button", name="Choose another time").click()
    leo.choose_time()
    expect(leo.page.get_by_label("Your email")).to_have_value(leo.email)


def test_the_loser_of_a_race_reads_kind_words_and_sees_the_new_times(arrive):
    ana, leo = arrive("Ana"), arrive("Leo")
    # Without the stream Leo's page does not learn of it before it sends, and without a reservation it does not keep it.
    for path in ("live", "reservations"):
        leo.page.route(f"**/v2/slots/{path}*", lambda route: route.abort())
    leo.tolerate("ERR_FAILED|400")
    for visitor in (ana, leo):
        visitor.open_times()
    taken = leo.choose_time()
    leo.fill_in()
    leo.page.get_by_label("Anything to know beforehand?").fill("Kept.")
    ana.book()
    leo.send()
    expect(leo.page.get_by_text(re.compile("Somebody was a moment quicker"))).to_be_visible()
    expect(leo.page.locator(f'[data-start="{taken}"]')).to_have_count(0)
    leo.picture("quicker")
    leo.choose_time()
    expect(leo.page.get_by_label("Anything to know beforehand?")).to_have_value("Kept.")
    leo.send()
    leo.page.wait_for_url("**/booking/*")


def test_two_clicks_book_once(ana):
    ana.open_times()
    ana.choose_time()
    ana.fill_in()
    sent = []
    ana.page.on("request", lambda request: sent.append(request.url) if request.url.endswith("/v2/bookings") else None)
    ana.page.get_by_role("button", name="Book this time").dblclick()
    ana.page.wait_for_url("**/booking/*")
    assert len(sent) == 1


def test_stepping_back_after_booking_does_not_book_again(ana):
    ana.open_times()
    start, _ = ana.book()
    ana.page.go_back()
    ana.times().first.wait_for()
    expect(ana.page.locator(f'[data-start="{start}"]')).to_have_count(0)
    expect(ana.page.get_by_role("button", name="Book this time")).to_be_hidden()
