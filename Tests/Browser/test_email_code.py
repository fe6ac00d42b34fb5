"""Event types that ask whether the visitor reads the mail of his address."""

import re

from playwright.sync_api import expect

import mailbox


def test_a_code_from_the_mail_opens_the_booking(ana, olga):
    ana.tolerate("400")
    ana.open_times(olga.offer(requiresBookerEmailVerification=True))
    ana.choose_time()
    expect(ana.page.get_by_text("We mail you a code first")).to_be_visible()
    ana.fill_in()
    ana.send_first()
    code = ana.page.get_by_label("Code from the mail")
    expect(code).to_be_focused()
    ana.send()
    expect(ana.page.get_by_text("Give the six digits")).to_be_visible()
    sent = _code(ana)
    code.fill("000000" if sent != "000000" else "111111")
    ana.send()
    expect(ana.page.get_by_text("This is not the code")).to_be_visible()
    expect(code).to_be_focused()
    ana.picture("code")
    code.press_sequentially(f"{sent[:3]} {sent[3:]}")
    ana.page.keyboard.press("Enter")
    ana.page.wait_for_url("**/booking/*")
    expect(ana.page.get_by_role("heading", name="It's booked")).to_be_visible()
    assert len(olga.bookings(status="upcoming")) == 1


def test_another_address_needs_another_code(ana, olga):
    ana.open_times(olga.offer(requiresBookerEmailVerification=True))
    ana.choose_time()
    ana.fill_in()
    ana.send_first()
    expect(ana.page.get_by_label("Code from the mail")).to_be_focused()
    ana.page.get_by_label("Your email").press("End")
    ana.page.get_by_label("Your email").press_sequentially("ing")
    expect(ana.page.get_by_label("Code from the mail")).to_have_count(0)
    ana.email += "ing"
    ana.send_first()
    expect(ana.page.get_by_label("Code from the mail")).to_be_focused()
    assert _code(ana)


def _code(visitor):
    mail = mailbox.wait_for(visitor.email, lambda mail: re.search(r"\b\d{6}\b", mail.text()))
    return re.search(r"\b\d{6}\b", mail.text())[0]
