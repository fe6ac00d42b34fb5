"""A time that several people share."""

import re

from playwright.sync_api import expect

SEATS = {"seatsPerTimeSlot": 2, "showAttendeeInfo": False, "showAvailabilityCount": True}


def test_a_seat_is_booked_moved_and_given_back_without_touching_the_others(ana, arrive, olga):
    path = olga.offer(seats=SEATS)
    leo = arrive("Leo")
    ana.open_times(path)
    expect(ana.times().first).to_contain_text("2 places left")
    ana.choose_time()
    # Nobody brings guests to a seat.
    expect(ana.page.get_by_label("Guests")).to_have_count(0)
    ana.fill_in()
    ana.send()
    ana.page.wait_for_url("**/booking/*seatUid=*")
    expect(ana.page.get_by_text(f"A mail with the details is on its way to {ana.email}.")).to_be_visible()
    leo.open_times(path)
    expect(leo.times().first).to_contain_text("1 place left")
    leo.picture("seats")
    start, _ = leo.book()
    leo.page.get_by_role("link", name="Change the time").click()
    leo.times().nth(3).wait_for()
    leo.times().nth(3).click()
    leo.page.get_by_label("Why are you moving it?").fill("A train.")
    leo.send()
    leo.page.wait_for_url("**/booking/*moved*seatUid=*")
    expect(leo.page.get_by_text(leo.email)).to_be_visible()
    leo.page.get_by_role("button", name="Cancel booking").click()
    expect(leo.page.get_by_label("A word to your host")).to_be_hidden()
    leo.page.get_by_role("button", name="Cancel the booking").click()
    expect(leo.page.get_by_role("heading", name="Booking cancelled")).to_be_focused()
    leo.page.reload()
    expect(leo.page.get_by_role("heading", name="Booking cancelled")).to_be_visible()
    left = olga.bookings(status="upcoming")
    assert [each["email"] for booking in left for each in booking["attendees"]] == [ana.email]


def test_a_full_time_is_refused_kindly_and_leaves_the_list(ana, arrive, olga):
    path = olga.offer(seats={**SEATS, "seatsPerTimeSlot": 1})
    leo = arrive("Leo")
    for visitor in (ana, leo):
        visitor.open_times(path)
    leo.page.route("**/v2/slots/live*", lambda route: route.abort())
    leo.page.route("**/v2/slots/reservations*", lambda route: route.abort())
    leo.tolerate("ERR_FAILED|409")
    leo.open_times(path)
    taken = leo.choose_time()
    leo.fill_in()
    ana.book()
    leo.send()
    expect(leo.page.get_by_text(re.compile("The last place at .* has just been taken"))).to_be_visible()
    expect(leo.page.locator(f'[data-start="{taken}"]')).to_have_count(0)


def test_without_the_name_of_a_seat_the_page_changes_nobodys(ana, olga):
    ana.open_times(olga.offer(seats=SEATS))
    _, path = ana.book()
    ana.open(path)
    expect(ana.page.get_by_text("Each place here is changed from its own link")).to_be_visible()
    expect(ana.page.get_by_role("button", name="Cancel booking")).to_have_count(0)
