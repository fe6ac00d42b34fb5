"""Bookings that repeat."""

import re

from playwright.sync_api import expect

WEEKLY = {"interval": 1, "occurrences": 6, "frequency": "weekly"}


def test_a_series_shows_its_dates_before_and_after_it_is_booked(ana, olga):
    ana.open_times(olga.offer(recurrence=WEEKLY))
    expect(ana.page.get_by_text("Every week")).to_be_visible()
    ana.choose_time()
    dates = ana.page.locator("form .dates li")
    expect(dates).to_have_count(6)
    ana.page.get_by_label("How many times?").select_option("3")
    expect(dates).to_have_count(3)
    shown = dates.all_text_contents()
    ana.picture("series")
    ana.fill_in()
    ana.send()
    ana.page.wait_for_url("**/booking/*")
    expect(ana.page.locator(".dates li")).to_have_text(shown)
    ana.picture("series-booked")
    starts = sorted(each["start"] for each in olga.bookings(status="upcoming"))
    assert len(starts) == 3 and len({start[11:] for start in starts}) <= 2
    _cancel_the_later_ones(ana, olga)


def _cancel_the_later_ones(ana, olga):
    ana.page.locator(".dates li a").nth(1).click()
    expect(ana.page.get_by_role("link", name="All dates of this series")).to_be_visible()
    ana.page.get_by_role("button", name="Cancel booking").click()
    ana.page.get_by_label("This and all later ones").check()
    ana.picture("series-cancel")
    ana.page.get_by_role("button", name="Cancel the booking").click()
    expect(ana.page.get_by_role("heading", name="Booking cancelled")).to_be_focused()
    assert len(olga.bookings(status="upcoming")) == 1
    ana.page.get_by_role("link", name="All dates of this series").click()
    expect(ana.page.locator(".dates li s")).to_have_count(2)
    ana.page.get_by_role("button", name="Cancel booking").click()
    expect(ana.page.get_by_text("All 1 bookings that are still to come.")).to_be_visible()
    ana.page.get_by_role("button", name="Cancel the booking").click()
    expect(ana.page.get_by_role("heading", name="Booking cancelled")).to_be_focused()


def test_a_series_that_clashes_names_the_dates_and_goes_once_they_are_out(ana, olga):
    path = olga.offer(recurrence=WEEKLY)
    ana.tolerate("400")
    ana.open_times(path)
    start = ana.choose_time(2)
    third = ana.page.evaluate("start => new Date(Date.parse(start) + 14 * 864e5).toISOString()", start)
    olga.call("POST", "me/busy", {"start": third, "end": third[:14] + ("59:00Z" if third[14:16] == "30" else "29:00Z")})
    ana.fill_in()
    ana.send()
    expect(ana.page.get_by_text("One of these times cannot be booked")).to_be_visible()
    expect(ana.page.locator("form .dates .taken")).to_have_count(1)
    ana.picture("series-clash")
    ana.page.get_by_label("How many times?").select_option("2")
    ana.send()
    ana.page.wait_for_url(re.compile("/booking/"))
    expect(ana.page.locator(".dates li")).to_have_count(2)


def test_a_series_keeps_the_wall_time_when_the_clocks_change(ana, olga):
    ana.open(olga.offer())
    starts = ana.page.evaluate("""async () => {
      const { seriesStarts } = await import("/scripts/series.js");
      const monthly = seriesStarts("2027-01-31T09:00:00Z", { frequency: "monthly", interval: 1 }, 4, "Europe/Rome");
      const weekly = seriesStarts("2027-03-24T09:00:00Z", { frequency: "weekly", interval: 1 }, 2, "Europe/Rome");
      return [monthly, weekly];
    }""")
    assert starts == [
        ["2027-01-31T09:00:00.000Z", "2027-02-28T09:00:00.000Z", "2027-03-31T08:00:00.000Z", "2027-04-30T08:00:00.000Z"],
        ["2027-03-24T09:00:00.000Z", "2027-03-31T08:00:00.000Z"]]
