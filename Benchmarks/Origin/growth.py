"""What a thousand times as many bookings cost: databases with ten thousand, a million and ten million of them, each with
an origin of its own, loaded in turn. It takes about half an hour and twenty GB."""

import json
import re
import time
from contextlib import ExitStack

from lib.bench import markdown
from lib.measure import Case, micros_per_request, middle, rounds
from lib.terminal import Stop, say

from .http_load import WORK, HttpLoad
from .people import BOOKINGS, People, bookings, run_script
from .pgbench import Scripts
from .scene import Origin, Scene, superuser

SIZES = {"10 thousand": 10_000, "1 million": 1_000_000, "10 million": 10_000_000}
# What CPU may grow by from the smallest to the largest.
MOST = 1.2
# All but the hosts that are asked have so many bookings each.
_EACH = 1000
_BATCH = 1_000_000
# Tables that are read by index only, and a column of which one must stand in its condition: of what belongs to somebody
# else nothing is looked at.
_BIG = {
    "bookings": ["business_id"], "booking_hosts": ["business_id", "user_id"],
    "booking_attendees": ["business_id", "email"], "occupancies": ["subject_id", "business_id"],
    "users": ["id", "username", "email"], "event_types": ["id", "business_id"], "businesses": ["id", "slug"]}

_MORE = """
CREATE TABLE more AS
SELECT n, nextval('business_ids') AS business_id, nextval('subject_ids') AS user_id
FROM generate_series(0, {hosts} - 1) AS n;
INSERT INTO businesses (id, name, personal, created_at) SELECT business_id, 'Host', true, now() FROM more;
INSERT INTO users (id, business_id, email, username, name, password_hash, time_zone, created_at)
SELECT user_id, business_id, 'more' || n || '@bench.test', 'more-' || n, 'Host', '', 'UTC', now() FROM more;
INSERT INTO event_types (business_id, owner_id, title, slug, length_minutes, created_at, updated_at)
SELECT business_id, user_id, 'Talk', 'talk', 30, now(), now() FROM more ORDER BY n;
ALTER TABLE more ADD event_type_id bigint;
UPDATE more SET event_type_id = e.id FROM event_types e WHERE e.business_id = more.business_id;
ANALYZE more;
"""


def table(home, binaries, count, seconds, report):
    """Measures and gives the table as Markdown; `Stop` when a plan reads more than it must."""
    with ExitStack() as stack:
        scene = Scene(home, stack, keeps=False)
        cases = []
        for number, (name, size) in enumerate(SIZES.items()):
            database = _Database(scene, f"growth{number}", binaries)
            people = database.fill(size, report)
            # Of few rows the planner may rightly read all.
            if size > BOOKINGS:
                database.require_indexes(people)
            origin = stack.enter_context(database.origin.server())
            load = HttpLoad(database.home, database.origin.port, people, seconds)
            for work in WORK:
                load.answer(work)
                cases.append(Case(
                    f"{work} {name}", {"origin": lambda origin=origin: origin.pids, "postgres": scene.postgres_pids},
                    lambda shorter, work=work, load=load: load.apply(work, shorter)))
        # The sizes of one work right after each other: what disturbs the machine disturbs them alike.
        cases.sort(key=lambda case: list(WORK).index(case.name.split()[0]))
        return _markdown(rounds(cases, count, report))


def _markdown(samples):
    smallest, *_, largest = SIZES
    rows = []
    for work, title in WORK.items():
        for of, name in (("origin", "origin"), ("postgres", "Postgres")):
            cost = {size: middle(samples[f"{work} {size}"], lambda sample: micros_per_request(sample, of))
                    for size in SIZES}
            # What is printed is what is judged.
            shown = f"{cost[largest] / cost[smallest]:.2f}"
            rows.append([f"{title} — {name}", *(f"{cost[size]:.0f}" for size in SIZES), shown, f"{MOST:.2f}",
                         "✓" if float(shown) <= MOST else "✗"])
    heads = ["CPU µs/request, by bookings in the table", *SIZES, "growth", "at most", "holds"]
    return markdown(heads, rows)


class _Database:
    """A database of its own in the Postgres of the scene, and an origin for it."""

    def __init__(self, scene, name, binaries):
        self.home = scene.home / name
        self.home.mkdir()
        self.url = scene.postgres.url.replace("/daybook?", f"/{name}?")
        self._superuser = superuser(self.url)
        run_script(self._superuser.replace(f"/{name}?", "/postgres?"), f"CREATE DATABASE {name} OWNER daybook")
        self.origin = Origin(self.home, binaries, self, scene.redis)

    def fill(self, size, report):
        """Brings the tables up to `size` bookings; gives the hosts that are asked."""
        people = People(self.url, min(size, BOOKINGS))
        others, since = size - min(size, BOOKINGS), time.monotonic()
        hosts = others // _EACH
        if hosts:
            people.run(_MORE.format(hosts=hosts))
        for first in range(0, others, _BATCH):
            last = min(first + _BATCH, others)
            # Foreign keys would be checked row by row.
            run_script(self._superuser, "SET session_replication_role = replica;" + bookings("more", hosts, first, last))
            report(f"  {last:,} of {others:,} more bookings after {time.monotonic() - since:.0f} s")
        run_script(self._superuser, "VACUUM ANALYZE; CHECKPOINT")
        say(f"{size:,} bookings filled in {time.monotonic() - since:.0f} s", "grey")
        return people

    def require_indexes(self, people):
        """Every statement must find its rows by index, planned for one call and planned once for all calls: it is
        Postgres that chooses between the two."""
        for call in Scripts(people).calls():
            for mode in ("force_custom_plan", "force_generic_plan"):
                asked = run_script(self.url, f"""
                    SET plan_cache_mode = {mode};
                    SELECT format('PREPARE asked (%s) AS %s', concat_ws(', ', {call.types}), $sql${call.sql}$sql$) \\gexec
                    EXPLAIN (FORMAT JSON) EXECUTE asked ({call.values})""")
                plan = json.loads(asked)[0]["Plan"]
                if wrong := next((node for node in _nodes(plan) if _reads_others(node)), None):
                    raise Stop(f"{call.name} ({mode}) reads what is not asked of {wrong['Relation Name']}:\n"
                               f"{json.dumps(wrong, indent=1)[:2000]}")


def _nodes(plan):
    yield plan
    for part in plan.get("Plans", []):
        yield from _nodes(part)


def _reads_others(node):
    columns = _BIG.get(node.get("Relation Name"))
    if columns is None or node["Node Type"] == "ModifyTable":
        return False
    condition = node.get("Index Cond") or node.get("Recheck Cond") or ""
    return not any(re.search(rf"\b{column}\b", condition) for column in columns)
