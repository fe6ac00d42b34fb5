"""The bounds that the gateway is held to, and where each stands."""

from typing import NamedTuple

from lib.bench import markdown

from .connections import ACTIVE, FEW_ROUTES, IDLE, MANY_ROUTES


class Bound(NamedTuple):
    """A ratio unless `unit` says otherwise; `measured` is None where it could not be had."""

    name: str
    measured: float | None
    most: float
    unit: str = ""

    def row(self):
        if self.measured is None:
            return [self.name, "not available", self._text(self.most), "–"]
        # What is printed is what is judged: nobody can see the difference of 1.004 and 1.00.
        shown = self._text(self.measured)
        return [self.name, shown, self._text(self.most), "✓" if float(shown.split()[0]) <= self.most else "✗"]

    def _text(self, value):
        return f"{value:.2f}{self.unit}"


def table(cpu, p99s, growth):
    """`cpu` gives the ratio of two rows' CPU for a request; `p99s` are those at half load, by program."""
    bounds = [
        Bound("ES256 token, limit, forward / HAProxy without token check", cpu("token", "haproxy"), 1),
        Bound("ES256 token, limit, forward / Envoy with its JWT cache", cpu("token", "envoy"), 0.35),
        Bound("limit, forward / HAProxy", cpu("plain", "haproxy"), 0.95),
        Bound("tokens never seen before / HAProxy with jwt_verify", cpu("token-fresh", "haproxy-token"), 1),
        Bound("static 16 KB / nginx sendfile", cpu("file", "nginx-file"), 0.9),
        Bound("cache hit 1 KB / nginx static", cpu("cached", "nginx-small"), 1),
        Bound("over TLS, kept alive / HAProxy", cpu("tls", "haproxy-tls"), 1.15),
        Bound("HTTP/2 forward / nginx", cpu("http2", "nginx-http2"), 1),
        Bound("HTTP/2 static 16 KB / nginx", cpu("http2-file", "nginx-http2-file"), 1),
        _latency(p99s["daybook"], p99s["haproxy"]),
        Bound(f"memory of each of {IDLE:,} idle connections", growth.idle_kilobytes, 6, " KB"),
        Bound(f"cost with {ACTIVE} active and {IDLE:,} idle connections / {ACTIVE} active", growth.by_connections, 1.1),
        Bound(f"cost with {MANY_ROUTES:,} routes / {FEW_ROUTES}", growth.by_routes, 1.1),
    ]
    return markdown(["Bound", "measured", "at most", "holds"], [bound.row() for bound in bounds])


def _latency(ours, theirs):
    name = "p99 at half of saturation / HAProxy"
    if ours is None or theirs is None:
        return Bound(name, None, 1)
    return Bound(f"{name} ({ours:.2f} / {theirs:.2f} ms)", ours / theirs, 1)
