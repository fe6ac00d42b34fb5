"""Somebody who can be booked, set up through the API: what a test needs, and nothing of it shared with another."""

import json
import urllib.error
import urllib.request
import uuid

from settings import BASE_URL

HOURS = [{"days": ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"],
          "startTime": "08:00", "endTime": "20:00"}]


class Owner:
    """An account of its own, open every day from eight to eight in the zone of the visitors."""

    def __init__(self, name="Olga Berg", zone="Europe/Rome"):
        self.name = name
        self.username = f"olga-{uuid.uuid4().hex[:8]}"
        self.email = f"{self.username}@mail.test"
        self._token = None
        answer = self.call("POST", "auth/signup", {
            "name": name, "username": self.username, "email": self.email, "password": "a long password",
            "timeZone": zone})
        self._token, self.id = answer["accessToken"], answer["user"]["id"]
        self.call("POST", "schedules", {"name": "Hours", "timeZone": zone, "isDefault": True, "availability": HOURS})

    def offer(self, slug="talk", **fields):
        """Makes an event type; answers the path of its page."""
        self.call("POST", "event-types", self._event(slug, fields))
        return f"/book/{self.username}/{slug}"

    def team(self, *others, name="Studio Nord"):
        """A team with others as its staff; answers its id and the path of its page."""
        slug = f"team-{uuid.uuid4().hex[:8]}"
        team = self.call("POST", "teams", {"name": name, "slug": slug})
        for other in others:
            self.call("POST", f"teams/{team['id']}/memberships", {"userId": other.id, "role": "staff"})
        return team["id"], f"/book/{slug}"

    def offer_of_team(self, team, page, slug="session", **fields):
        """Makes a team's event type; answers the path of its page."""
        self.call("POST", f"teams/{team}/event-types", self._event(slug, fields))
        return f"{page}/{slug}"

    def bookings(self, **query):
        return self.call("GET", "bookings?" + "&".join(f"{key}={value}" for key, value in query.items()))

    def call(self, method, path, body=None):
        """The `data` of an answer of the API; what it refuses fails the test."""
        request = urllib.request.Request(f"{BASE_URL}/v2/{path}", method=method, headers={
            "content-type": "application/json", **({"authorization": f"Bearer {self._token}"} if self._token else {})})
        data = None if body is None else json.dumps(body).encode()
        try:
            with urllib.request.urlopen(request, data, timeout=30) as answer:
                return json.load(answer).get("data")
        except urllib.error.HTTPError as error:
            raise AssertionError(f"{method} {path}: {error.status} {error.read().decode()}") from None

    @staticmethod
    def _event(slug, fields):
        return {"slug": slug, "title": slug.replace("-", " ").capitalize(), "lengthInMinutes": 30,
                "minimumBookingNotice": 0, "locations": [{"type": "link", "link": "https://meet.test/room", "public": True}],
                **fields}
