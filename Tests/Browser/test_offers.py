"""What can be booked beside one person's plain half hour: teams, several people, lengths, places, requests."""

import re

from playwright.sync_api import expect

from owner import Owner
from settings import BASE_URL


def test_a_teams_page_leads_to_its_event_types_and_one_of_them_is_booked(ana, olga):
    leo = Owner("Leo Kim")
    team, page = olga.team(leo)
    both = [{"userId": olga.id}, {"userId": leo.id}]
    olga.offer_of_team(team, page, "session", schedulingType="roundRobin", hosts=both)
    olga.offer_of_team(team, page, "workshop", schedulingType="collective", hosts=both)
    ana.open(page)
    expect(ana.page.get_by_role("heading", name="Studio Nord")).to_be_visible()
    expect(ana.page.get_by_text("With one of 2 people")).to_be_visible()
    ana.picture("team")
    ana.page.get_by_role("link", name="Workshop").click()
    ana.times().first.wait_for()
    expect(ana.page.locator(".host")).to_have_text("Studio Nord")
    expect(ana.page.get_by_text("With Olga Berg and Leo Kim")).to_be_visible()
    ana.picture("team-event")
    start, _ = ana.book()
    expect(ana.page.get_by_text("Olga Berg and Leo Kim")).to_be_visible()
    ana.page.get_by_role("link", name="Change the time").click()
    ana.times().nth(2).wait_for()
    ana.times().nth(2).click()
    ana.send()
    ana.page.wait_for_url("**/booking/*moved*")
    expect(ana.page.get_by_role("heading", name="It's moved")).to_be_visible()
    booked = olga.bookings(status="upcoming")
    assert len(booked) == 1 and len(booked[0]["hosts"]) == 2 and booked[0]["start"] != start


def test_a_teams_event_type_opens_by_its_own_link(ana, olga):
    team, page = olga.team()
    path = olga.offer_of_team(team, page, schedulingType="roundRobin", hosts=[{"userId": olga.id}])
    # The name is tried as a person's first.
    ana.tolerate("404")
    ana.open_times(path)
    ana.book()
    expect(ana.page.get_by_role("heading", name="It's booked")).to_be_visible()


def test_who_cancelled_a_teams_booking_books_again_at_the_team(ana, arrive, olga):
    team, page = olga.team()
    path = olga.offer_of_team(team, page, schedulingType="roundRobin", hosts=[{"userId": olga.id}])
    ana.tolerate("404")
    ana.open_times(path)
    _, booking = ana.book()
    # By the link in the mail, where the browser knows nothing of the team.
    leo = arrive("Leo")
    leo.open(booking)
    leo.page.get_by_role("button", name="Cancel booking").click()
    leo.page.get_by_role("button", name="Cancel the booking").click()
    expect(leo.page.get_by_role("heading", name="Booking cancelled")).to_be_focused()
    leo.page.get_by_role("link", name="Book another time").click()
    leo.page.wait_for_url(f"**{path}")
    leo.times().first.wait_for()
    expect(leo.page.locator(".host")).to_have_text("Studio Nord")


def test_a_cancelled_booking_of_what_is_gone_leads_nowhere(ana, olga):
    path = olga.offer()
    ana.open_times(path)
    _, booking = ana.book()
    uid = booking.rsplit("/", 1)[1]
    olga.call("POST", f"bookings/{uid}/cancel", {"cancellationReason": "Closed."})
    event = olga.bookings(status="cancelled")[0]["eventTypeId"]
    ana.open(booking)
    expect(ana.page.get_by_role("link", name="Book another time")).to_be_visible()
    olga.call("DELETE", f"event-types/{event}")
    ana.open(booking)
    expect(ana.page.get_by_role("heading", name="Booking cancelled")).to_be_visible()
    expect(ana.page.get_by_text("Closed.")).to_be_visible()
    expect(ana.page.get_by_role("link", name="Book another time")).to_have_count(0)


def test_several_people_show_the_times_when_all_are_free(ana, olga):
    leo = Owner("Leo Kim")
    leo.offer()
    day = _far_day(leo)
    leo.call("POST", "me/busy", {"start": f"{day}T06:00:00Z", "end": f"{day}T12:00:00Z"})
    ana.open_times(f"/book/{olga.username}+{leo.username}?date={day}")
    expect(ana.page.locator(".host")).to_have_text(re.compile("Olga Berg and Leo Kim"))
    early = [start for start in ana.times().evaluate_all("all => all.map((each) => each.dataset.start)") if start[11:13] < "13"]
    assert not early, early
    ana.times().first.click()
    expect(ana.page.get_by_text("all of them are free. Book it on the page")).to_be_visible()
    ana.picture("group")
    ana.page.get_by_role("link", name="Leo Kim").click()
    ana.page.wait_for_url(f"**/book/{leo.username}")


def test_of_several_lengths_the_chosen_one_is_booked(ana, olga):
    path = olga.offer(lengthInMinutesOptions=[15, 30, 60])
    ana.open_times(path)
    ana.page.get_by_role("button", name="60", exact=True).click()
    ana.page.wait_for_url("**length=60*")
    expect(ana.times().first).to_contain_text(re.compile(r"(\d\d):(\d\d).*\1|:"))
    ana.page.reload()
    expect(ana.page.get_by_role("button", name="60", exact=True, pressed=True)).to_be_visible()
    ana.times().first.wait_for()
    ana.book()
    expect(ana.page.get_by_text("60 minutes")).to_be_visible()
    assert olga.bookings(status="upcoming")[0]["duration"] == 60


def test_the_visitor_chooses_the_place_and_says_what_it_needs(ana, olga):
    path = olga.offer(locations=[
        {"type": "address", "address": "Via Roma 10", "public": True}, {"type": "attendeePhone"},
        {"type": "attendeeDefined"}, {"type": "address", "address": "Via Milano 2", "public": True}])
    ana.open_times(path)
    expect(ana.page.get_by_text("You choose where")).to_be_visible()
    ana.choose_time()
    ana.fill_in()
    ana.send()
    expect(ana.page.get_by_text("Choose one.")).to_be_visible()
    # A request cannot tell the second address from the first, so it is not offered.
    expect(ana.page.get_by_label("Via Milano 2")).to_have_count(0)
    ana.page.get_by_label("We call you").check()
    ana.send()
    expect(ana.page.get_by_label("Your phone number")).to_be_focused()
    ana.page.get_by_label("Your phone number").fill("+39 06 1234567")
    ana.send()
    ana.page.wait_for_url("**/booking/*")
    assert olga.bookings(status="upcoming")[0]["location"] == "+39061234567"


def test_a_place_that_is_not_public_is_told_to_who_has_booked(ana, olga):
    path = olga.offer(locations=[{"type": "address", "address": "Via Segreta 3", "public": False}])
    ana.open_times(path)
    expect(ana.page.get_by_text("At our place")).to_be_visible()
    expect(ana.page.get_by_text("Via Segreta 3")).to_have_count(0)
    ana.book()
    expect(ana.page.get_by_text("Via Segreta 3")).to_be_visible()


def test_a_request_waits_for_its_host_and_says_so(ana, olga):
    near = {"type": "time", "noticeThreshold": {"unit": "hours", "count": 24 * 40}, "blockUnconfirmedBookingsInBooker": False}
    path = olga.offer(confirmationPolicy=near)
    ana.open_times(path)
    ana.choose_time()
    expect(ana.page.get_by_text("Olga Berg confirms each booking.")).to_be_visible()
    ana.fill_in()
    ana.page.get_by_role("button", name="Ask for this time").click()
    expect(ana.page.get_by_role("heading", name="Awaiting confirmation")).to_be_visible()
    expect(ana.page.get_by_text(f"Olga Berg has your request and answers soon, by a mail to {ana.email}.")).to_be_visible()
    ana.picture("pending")
    uid = ana.page.url.split("?")[0].rsplit("/", 1)[1]
    olga.call("POST", f"bookings/{uid}/decline", {"reason": "On holiday."})
    ana.page.reload()
    expect(ana.page.get_by_role("heading", name="Request declined")).to_be_visible()
    expect(ana.page.get_by_text("On holiday.")).to_be_visible()


def test_only_near_times_are_asked_for_where_the_host_wants_it_so(ana, olga):
    near = {"type": "time", "noticeThreshold": {"unit": "hours", "count": 1}, "blockUnconfirmedBookingsInBooker": False}
    path = olga.offer(confirmationPolicy=near)
    ana.open_times(f"{path}?date={_far_day(olga)}")
    ana.choose_time()
    expect(ana.page.get_by_role("button", name="Book this time")).to_be_visible()
    ana.fill_in()
    ana.send()
    expect(ana.page.get_by_role("heading", name="It's booked")).to_be_visible()


def test_a_page_of_the_hosts_own_follows_the_booking(ana, olga):
    path = olga.offer(successRedirectUrl=f"{BASE_URL}/?thanks=yes")
    ana.open_times(path)
    ana.choose_time()
    ana.fill_in()
    ana.send()
    ana.page.wait_for_url("**/?thanks=yes&uid=*")


def test_who_has_as_many_bookings_as_one_may_is_led_to_one_of_them(ana, olga):
    path = olga.offer(bookerActiveBookingsLimit={"maximumActiveBookings": 1, "offerReschedule": True})
    ana.tolerate("400")
    ana.open_times(path)
    _, first = ana.book()
    ana.open_times(path)
    ana.choose_time(1)
    ana.fill_in()
    ana.send()
    ana.page.get_by_role("button", name="Move one of them instead").click()
    ana.page.wait_for_url(f"**{first}")


def _far_day(owner):
    """A day of the week after next, when nobody has anything yet."""
    from datetime import date, timedelta
    return (date.today() + timedelta(days=10)).isoformat()
