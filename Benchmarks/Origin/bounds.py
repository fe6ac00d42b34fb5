"""The bounds that origin is held to, and where each stands."""

from typing import NamedTuple

from lib.bench import markdown


class Bound(NamedTuple):
    """A ratio of two costs; both are shown in microseconds of CPU."""

    name: str
    ours: float
    theirs: float
    most: float

    def row(self):
        # What is printed is what is judged.
        shown = f"{self.ours / self.theirs:.2f}"
        return [self.name, f"{self.ours:.0f} / {self.theirs:.0f}", shown, f"{self.most:.2f}",
                "✓" if float(shown) <= self.most else "✗"]


class Sum(NamedTuple):
    """What a request may cost in all, in milliseconds of CPU; the parts are shown in microseconds."""

    name: str
    program: float
    postgres: float
    most: float

    def row(self):
        shown = f"{(self.program + self.postgres) / 1000:.1f}"
        return [self.name, f"{self.program:.0f} + {self.postgres:.0f}", f"{shown} ms", f"{self.most:.0f} ms",
                "✓" if float(shown) <= self.most else "✗"]


def table(cpu):
    """`cpu` gives the CPU of a work, by a program ("origin", "express", "pgbench"), of "program" or "postgres"."""
    bounds = [
        Bound("create a booking: server CPU / Express", cpu("create", "origin"), cpu("create", "express"), 0.2),
        _postgres(cpu, "create", "create a booking", 1.3),
        Bound("slots of a week: server CPU / Express", cpu("slots", "origin"), cpu("slots", "express"), 0.2),
        Bound("read a booking: server CPU / Express", cpu("read", "origin"), cpu("read", "express"), 0.3),
        _postgres(cpu, "read", "read a booking", 1.0),
        Sum("slots of a month, 100 hosts in turn: server and Postgres CPU", cpu("pool", "origin"),
            cpu("pool", "origin", "postgres"), 20),
    ]
    return markdown(["Bound", "CPU µs", "measured", "at most", "holds"], [bound.row() for bound in bounds])


def _postgres(cpu, work, title, most):
    return Bound(f"{title}: Postgres CPU / pgbench, same SQL", cpu(work, "origin", "postgres"),
                 cpu(work, "pgbench", "postgres"), most)
