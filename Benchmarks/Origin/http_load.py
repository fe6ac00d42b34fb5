"""The load over HTTP, and what one request is answered with."""

import datetime
import http.client
import json
from pathlib import Path

from lib.measure import wrk
from lib.terminal import Stop

from .people import SLOTS_A_DAY

CONNECTIONS = 32
WORK = {"create": "create a booking", "slots": "slots of a week", "read": "read a booking"}
# What only origin does, and a peer of the usual kind does not offer.
OWN_WORK = {"pool": "slots of a month, 100 hosts in turn"}
_SCRIPT = Path(__file__).with_name("load.lua")


class HttpLoad:
    """wrk with the arguments that each work needs, for one program; no slot is asked for twice."""

    def __init__(self, home, port, people, seconds):
        self._url, self._seconds, self._people = f"http://127.0.0.1:{port}", seconds, people
        self._port = port
        self._first = 0
        self._files = {}
        for work, values in (("create", people.open), ("slots", people.busy), ("read", people.bookings),
                             ("pool", people.pool)):
            self._files[work] = home / f"{work}.ids"
            self._files[work].write_text("\n".join(row[0] for row in values) + "\n")
        monday = datetime.date.fromisoformat(people.monday)
        self._range = {"slots": [str(monday), str(monday + datetime.timedelta(days=6))],
                       "pool": [str(monday), str(monday + datetime.timedelta(days=30))]}
        self._first_day = (datetime.date.today() - datetime.date(1970, 1, 1)).days + 30

    def apply(self, work, shorter):
        arguments = ["slots" if work in self._range else work, self._files[work], *self._range.get(work, [])]
        if work == "create":
            arguments += [self._first, self._first_day, SLOTS_A_DAY]
        load = wrk(self._url, _SCRIPT, shorter or self._seconds, CONNECTIONS, arguments)
        # Also past those that were under way at the end.
        self._first += load.requests // len(self._people.open) + 2
        return load

    def answer(self, work):
        """What one request is answered with: a benchmark of wrong answers is worth nothing."""
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=5)
        try:
            if work == "create":
                body = json.dumps({
                    "start": "2041-01-01T00:00:00Z", "eventTypeId": int(self._people.open[0][0]),
                    "attendee": {"name": "Guest", "email": "guest@bench.test", "timeZone": "UTC", "language": "en"}})
                connection.request("POST", "/v2/bookings", body, {"Content-Type": "application/json"})
            elif work in self._range:
                start, end = self._range[work]
                asked = (self._people.pool if work == "pool" else self._people.busy)[0][0]
                connection.request("GET", f"/v2/slots?eventTypeId={asked}&start={start}&end={end}")
            else:
                connection.request("GET", f"/v2/bookings/{self._people.bookings[0][0]}")
            answer = connection.getresponse()
            text = answer.read()
        finally:
            connection.close()
        wanted = 201 if work == "create" else 200
        if answer.status != wanted or len(text) < 300:
            raise Stop(f"{self._url} answers {work} with {answer.status}: {text[:500].decode(errors='replace')}")
        return json.loads(text)["data"]
