"""The list of a million bookings of one business, with its exact total: how long its owner waits for a page."""

import http.client
import json
import statistics
import time
from contextlib import ExitStack
from urllib.parse import urlencode

from lib.bench import markdown
from lib.terminal import Stop

from .people import bookings, run_script
from .scene import Origin, Scene, superuser

SIZE = 1_000_000
TAKE = 100
# Of a page, by its number: milliseconds at most.
PAGES = {1: 5, 1000: 50}
_BATCH = 250_000

_OWNER = """
INSERT INTO event_types (business_id, owner_id, title, slug, length_minutes, created_at, updated_at)
SELECT business_id, id, 'Talk', 'talk', 5, now(), now() FROM users;
CREATE TABLE owner AS SELECT 0 AS n, e.business_id, e.owner_id AS user_id, e.id AS event_type_id FROM event_types e;
"""
_COUNTS = """
INSERT INTO booking_counts (business_id, shard, accepted, pending, cancelled, rejected)
SELECT business_id, 0, count(*), 0, 0, 0 FROM bookings GROUP BY business_id;
"""
# Five minutes each, one after the other, so that a tenth is still to come.
_STARTS = f"date_trunc('day', now()) + (k - {SIZE * 9 // 10}) * interval '5 minutes'"


def table(home, binaries, count, report):
    """Measures and gives the table as Markdown."""
    with ExitStack() as stack:
        scene = Scene(home, stack, keeps=False)
        origin = Origin(home, binaries, scene.postgres, scene.redis)
        stack.enter_context(origin.server())
        owner = _Owner(origin.port)
        run_script(scene.postgres.url, _OWNER)
        for first in range(0, SIZE, _BATCH):
            # Foreign keys and counts row by row would take minutes.
            run_script(superuser(scene.postgres.url), "SET session_replication_role = replica;"
                       + bookings("owner", 1, first, first + _BATCH, _STARTS, 5))
            report(f"  {first + _BATCH:,} of {SIZE:,} bookings of one business")
        run_script(scene.postgres.url, _COUNTS)
        run_script(superuser(scene.postgres.url), "VACUUM ANALYZE; CHECKPOINT")
        rows = [_row(owner, page, most, count) for page, most in PAGES.items()]
        return markdown(["Bound", "measured", "at most", "holds"], rows)


def _row(owner, page, most, count):
    owner.wait_for(page)
    shown = f"{statistics.median(owner.wait_for(page) for _ in range(10 * count)):.1f}"
    return [f"a list of {SIZE:,} bookings with its total: page {page:,}", f"{shown} ms", f"{most} ms",
            "✓" if float(shown) <= most else "✗"]


class _Owner:
    """Somebody who has signed up."""

    def __init__(self, port):
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        account = {"email": "owner@bench.test", "password": "a long enough one", "name": "Owner", "username": "owner",
                   "timeZone": "UTC"}
        answer = self._ask("POST", "/v2/auth/signup", json.dumps(account), {"Content-Type": "application/json"})
        self._token = answer["data"]["accessToken"]

    def wait_for(self, page):
        """Milliseconds until the page is there, and right."""
        query = urlencode({"take": TAKE, "skip": (page - 1) * TAKE})
        since = time.perf_counter()
        answer = self._ask("GET", f"/v2/bookings?{query}", None, {"Authorization": f"Bearer {self._token}"})
        took = time.perf_counter() - since
        paging = answer["pagination"]
        if len(answer["data"]) != TAKE or paging["totalItems"] != SIZE or paging["currentPage"] != page:
            raise Stop(f"Page {page} has {len(answer['data'])} bookings and says {paging}")
        return took * 1000

    def _ask(self, method, path, body, headers):
        self._connection.request(method, path, body, headers)
        answer = self._connection.getresponse()
        text = answer.read()
        if answer.status not in (200, 201):
            raise Stop(f"origin answers {path} with {answer.status}: {text[:500].decode(errors='replace')}")
        return json.loads(text)
