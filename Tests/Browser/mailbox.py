"""The mails that Daybook sent: from the viewer of `make run`, or from a folder of .eml files."""

import email
import email.policy
import json
import time
from pathlib import Path
from urllib.parse import quote, urljoin
from urllib.request import urlopen

from settings import MAIL


class Mail:
    """One mail, taken apart."""

    def __init__(self, raw):
        self._message = email.message_from_bytes(raw, policy=email.policy.default)
        self.subject = str(self._message["subject"])
        self.to = str(self._message["to"])

    def text(self, kind="plain"):
        return self._message.get_body((kind,)).get_content()

    def calendar(self):
        """The iCalendar part with its folded lines joined, or None."""
        for part in self._message.walk():
            if part.get_content_type() in ("text/calendar", "application/ics"):
                return part.get_payload(decode=True).decode().replace("\r\n ", "")
        return None


def wait_for(address, wanted, seconds=30):
    """The first mail to an address for which `wanted(mail)` holds. Mails come from another process, so this polls."""
    end = time.monotonic() + seconds
    while True:
        mails = list(_all(address))
        for mail in mails:
            if wanted(mail):
                return mail
        assert time.monotonic() < end, f"no such mail to {address} in {seconds} s; there are {[mail.subject for mail in mails]}"
        time.sleep(0.1)


def _all(address):
    if not MAIL.startswith("http"):
        mails = (Mail(path.read_bytes()) for path in sorted(Path(MAIL).rglob("*.eml")))
        yield from (mail for mail in mails if address in mail.to)
        return
    with urlopen(f"{MAIL.rstrip('/')}/messages.json?to={quote(address)}", timeout=10) as answer:
        listing = json.load(answer)["messages"]
    for each in listing:
        with urlopen(urljoin(MAIL, each["raw"]), timeout=10) as raw:
            yield Mail(raw.read())
