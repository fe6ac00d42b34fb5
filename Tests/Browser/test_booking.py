"""A visitor books, finds the mail, moves the booking and cancels it; the owner sees it all."""

import re
from datetime import datetime

from playwright.sync_api import expect

import mailbox
from settings import BASE_URL, OWNER_EMAIL, OWNER_PASSWORD


def test_a_visitor_books_moves_and_cancels_and_the_owner_sees_it(ana, arrive):
    ana.open_times()
    ana.picture("book")
    start = ana.choose_time(1)
    ana.fill_in()
    ana.page.get_by_label("Anything to know beforehand?").fill("The numbers, please.")
    ana.picture("details")
    ana.send()
    ana.page.wait_for_url("**/booking/*")
    expect(ana.page.get_by_role("heading", name="It's booked")).to_be_visible()
    expect(ana.page.locator(".range")).to_contain_text(start[11:16])
    expect(ana.page.get_by_text("The numbers, please.")).to_be_visible()
    ana.picture("booked")

    mail = mailbox.wait_for(ana.email, lambda mail: mail.calendar())
    assert "METHOD:REQUEST" in mail.calendar()
    moment = datetime.fromisoformat(start).strftime("%H%M%S")
    assert re.search(rf"DTSTART[^\n]*T({moment}|{_utc(start)})", mail.calendar())
    link = re.search(r"https?://[^\s\"<>]+(/booking/[^\s\"<>]+)", mail.text())
    assert link, mail.text()

    uid = ana.page.url.split("?")[0].rsplit("/", 1)[1]
    owner = _log_in(arrive)
    line = _find(owner, ana.page.url)
    line.locator("summary").click()
    expect(line.get_by_text(ana.email)).to_be_visible()
    expect(line.get_by_text("The numbers, please.")).to_be_visible()
    owner.picture("dashboard")
    told = mailbox.wait_for(OWNER_EMAIL, lambda mail: ana.name in mail.text() and uid in mail.text())
    owner.open(re.search(r"https?://[^/]+(/dashboard\?booking=\S+)", told.text())[1])
    expect(owner.page.locator(".entry")).to_have_count(1)
    expect(owner.page.get_by_text("The numbers, please.")).to_be_visible()
    owner.open("/dashboard")

    ana.open(link[1])
    ana.page.get_by_role("link", name="Change the time").click()
    ana.times().first.wait_for()
    ana.times().nth(2).click()
    ana.page.get_by_label("Why are you moving it?").fill("A train.")
    ana.picture("move")
    ana.send()
    ana.page.wait_for_url("**/booking/*moved*")
    expect(ana.page.get_by_role("heading", name="It's moved")).to_be_visible()
    mailbox.wait_for(ana.email, lambda mail: "resched" in mail.subject.lower() or "moved" in mail.subject.lower()
                     or "new time" in mail.subject.lower())
    moved = ana.page.url

    ana.open(link[1])
    expect(ana.page.get_by_role("heading", name="Booking moved")).to_be_visible()
    ana.page.get_by_role("link", name="Open the new booking").click()
    assert ana.page.url.split("?")[0] == moved.split("?")[0]

    ana.page.get_by_role("button", name="Cancel booking").click()
    ana.page.get_by_label("A word to your host").fill("Ill, sorry.")
    ana.picture("cancel")
    ana.page.get_by_role("button", name="Cancel the booking").click()
    expect(ana.page.get_by_role("heading", name="Booking cancelled")).to_be_focused()
    ana.picture("cancelled")
    mailbox.wait_for(ana.email, lambda mail: "cancel" in mail.subject.lower())

    owner.page.get_by_role("link", name="Cancelled").click()
    line = _find(owner, ana.page.url)
    line.locator("summary").click()
    expect(line.get_by_text("Ill, sorry.")).to_be_visible()
    owner.picture("dashboard-cancelled")


def test_the_owner_cancels_with_a_reason_and_the_visitor_reads_it(ana, arrive):
    ana.open_times()
    _, path = ana.book()
    owner = _log_in(arrive)
    line = _find(owner, path)
    line.locator("summary").click()
    line.get_by_role("button", name="Cancel booking").click()
    owner.page.get_by_role("button", name="Cancel the booking").click()
    expect(owner.page.get_by_text("Say in a few words why")).to_be_visible()
    owner.page.get_by_label("Reason").fill("The room is flooded.")
    owner.picture("dashboard-cancel")
    owner.page.get_by_role("button", name="Cancel the booking").click()
    expect(owner.page.get_by_text(f"Cancelled. {ana.name} gets a mail.")).to_be_visible()
    ana.open(path)
    expect(ana.page.get_by_text("The room is flooded.")).to_be_visible()
    mailbox.wait_for(ana.email, lambda mail: "cancel" in mail.subject.lower())


def test_the_calendar_file_carries_the_booking(ana):
    ana.open_times()
    start, _ = ana.book()
    with ana.page.expect_download() as download:
        ana.page.get_by_role("button", name="File (.ics)").click()
    text = download.value.path().read_bytes().decode()
    assert f"DTSTART:{datetime.fromisoformat(start).date().strftime('%Y%m%d')}T{_utc(start)}Z" in text
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
    google = ana.page.get_by_role("link", name="Google").get_attribute("href")
    assert google.startswith("https://calendar.google.com/calendar/render?action=TEMPLATE")


def test_a_wrong_password_is_refused_kindly(arrive):
    owner = arrive("John")
    owner.tolerate("401")
    owner.open("/login")
    owner.page.get_by_label("Email").fill(OWNER_EMAIL)
    owner.page.get_by_label("Password").fill("not the password")
    owner.page.get_by_role("button", name="Log in").click()
    expect(owner.page.get_by_text("Email or password are not right")).to_be_visible()


def test_the_dashboard_asks_for_a_log_in_and_then_opens_what_was_wanted(arrive):
    owner = arrive("John")
    owner.tolerate("401")
    owner.open("/dashboard?show=past")
    owner.page.wait_for_url("**/login?next=*")
    owner.page.get_by_label("Email").fill(OWNER_EMAIL)
    owner.page.get_by_label("Password").fill(OWNER_PASSWORD)
    owner.page.keyboard.press("Enter")
    owner.page.wait_for_url("**/dashboard?show=past")
    expect(owner.page.locator(".entry[data-uid]").first).to_be_visible()
    owner.page.get_by_role("button", name="Next page").click()
    expect(owner.page.get_by_text(re.compile(r"Page 2 of \d+"))).to_be_visible()
    owner.picture("dashboard-past")
    owner.page.reload()
    expect(owner.page.get_by_text(re.compile(r"Page 2 of \d+"))).to_be_visible()
    owner.page.get_by_role("button", name="Log out").click()
    owner.page.wait_for_url("**/login")


def _utc(start):
    return datetime.fromisoformat(start).astimezone(tz=_UTC).strftime("%H%M%S")


_UTC = datetime.fromisoformat("2030-01-01T00:00:00+00:00").tzinfo


def _log_in(arrive):
    owner = arrive("John")
    owner.open("/login")
    owner.page.get_by_label("Email").fill(OWNER_EMAIL)
    owner.page.get_by_label("Password").fill(OWNER_PASSWORD)
    owner.page.get_by_role("button", name="Log in").click()
    owner.page.wait_for_url("**/dashboard")
    return owner


def _find(owner, address):
    """The line of the booking at an address in the owner's list, on whichever page it is."""
    uid = address.split("?")[0].rsplit("/", 1)[1]
    wanted = owner.page.locator(f'.entry[data-uid="{uid}"]')
    expect(owner.page.locator("#list")).not_to_have_attribute("aria-busy", "true")
    for _ in range(20):
        if wanted.count():
            return wanted.first
        before = owner.page.locator("#page-text").text_content()
        owner.page.get_by_role("button", name="Next page").click()
        expect(owner.page.locator("#page-text")).not_to_have_text(before)
        expect(owner.page.locator("#list")).not_to_have_attribute("aria-busy", "true")
    raise AssertionError(f"{uid} is not in the owner's list")
