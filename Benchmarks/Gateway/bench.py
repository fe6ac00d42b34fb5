"""The gateway beside nginx and HAProxy: CPU for one request, latency and memory, in one run."""

import base64
import http.client
import os
import ssl
from contextlib import ExitStack
from pathlib import Path
from typing import NamedTuple

from lib.bench import markdown
from lib.files import folder
from lib.measure import Case, enter_all, h2load, micros_per_request, middle, rounds, wrk
from lib.ports import free_port
from lib.terminal import Stop

from . import peers
from .certificate import Certificate
from .daybook import daybook
from .tokens import Tokens

SCRIPT = Path(__file__).with_name("load.lua")
FORWARD, PLAIN, STATIC, CACHED, SMALL = "/v2/answer", "/v1/answer", "/static.js", "/cached/answer", "/small.js"


class Row(NamedTuple):
    """What is compared: its name in the table, the program, the path, and the row that is 1.00."""

    name: str
    program: str
    path: str
    base: str
    with_token: bool = False
    http2: bool = False


_BOUND, _FILE, _SMALL = "forward 1 KB: limit — HAProxy", "static 16 KB — nginx", "static 1 KB — nginx"
_BOUND_2, _FILE_2 = "HTTP/2 forward 1 KB: limit — nginx", "HTTP/2 static 16 KB — nginx"
_TLS = "forward 1 KB over TLS: limit — HAProxy"
ROWS = [
    Row("forward 1 KB: ES256 token, limit — Daybook", "daybook", FORWARD, _BOUND, with_token=True),
    Row("forward 1 KB: ES256 token, limit — HAProxy", "haproxy-token", FORWARD, _BOUND, with_token=True),
    Row("forward 1 KB: limit — Daybook", "daybook", PLAIN, _BOUND),
    Row(_BOUND, "haproxy", FORWARD, _BOUND),
    Row("forward 1 KB: limit — nginx", "nginx", FORWARD, _BOUND),
    Row("forward 1 KB over TLS: limit — Daybook", "daybook-tls", PLAIN, _TLS),
    Row(_TLS, "haproxy-tls", PLAIN, _TLS),
    Row("static 16 KB — Daybook", "daybook", STATIC, _FILE),
    Row(_FILE, "nginx", STATIC, _FILE),
    Row("cache hit 1 KB — Daybook", "daybook", CACHED, _SMALL),
    Row(_SMALL, "nginx", SMALL, _SMALL),
    Row("HTTP/2 forward 1 KB: limit — Daybook", "daybook", PLAIN, _BOUND_2, http2=True),
    Row(_BOUND_2, "nginx", FORWARD, _BOUND_2, http2=True),
    Row("HTTP/2 static 16 KB — Daybook", "daybook", STATIC, _FILE_2, http2=True),
    Row(_FILE_2, "nginx", STATIC, _FILE_2, http2=True),
]


def table(data, binaries, count, seconds, report):
    """Measures and gives the table as Markdown."""
    samples = measure(data, binaries, count, seconds, report)

    def cpu(row):
        return middle(samples[row], lambda sample: micros_per_request(sample, "program"))

    rows = []
    for name, base in ((row.name, row.base) for row in ROWS):
        taken = samples[name]
        rows.append([
            name, f"{cpu(name):.1f}", f"{cpu(name) / cpu(base):.2f}",
            f"{middle(taken, lambda sample: sample.load.p50):.2f}",
            f"{middle(taken, lambda sample: sample.load.p99):.2f}",
            f"{middle(taken, lambda sample: sample.load.per_second):,.0f}",
            f"{middle(taken, lambda sample: sample.memory['program']):.1f}"])
    heads = ["Gateway, one core, 64 connections", "CPU µs/request", "ratio", "p50 ms", "p99 ms", "requests/s", "MB"]
    return markdown(heads, rows)


def measure(data, binaries, count, seconds, report):
    """Samples by row. Everything started here has ended on return."""
    where = folder(data / "bench/gateway")
    tokens, certificate = Tokens(where), Certificate(where)
    content = base64.b64encode(os.urandom(12288))
    (where / "site/static.js").write_bytes(content)
    (where / "site/small.js").write_bytes(b"x" * 1024)
    ports = {name: free_port() for name in (
        "upstream", "nginx", "nginx-2", "haproxy", "haproxy-token", "haproxy-tls", "daybook", "daybook-tls")}
    with ExitStack() as stack:
        stack.enter_context(peers.upstream(where, ports["upstream"]))
        servers = enter_all(stack, {
            "nginx": peers.nginx(where, ports["nginx"], ports["nginx-2"], ports["upstream"]),
            "haproxy": peers.haproxy(where, ports["haproxy"], ports["upstream"]),
            "haproxy-token": peers.haproxy(where, ports["haproxy-token"], ports["upstream"], tokens.public),
            "haproxy-tls": peers.haproxy(where, ports["haproxy-tls"], ports["upstream"], certificate=certificate),
            "daybook": daybook(
                where, binaries, ports["daybook"], ports["upstream"], ports["daybook-tls"], certificate),
        })
        servers["daybook-tls"] = servers["daybook"]
        ports["daybook-2"] = ports["daybook"]
        for row in ROWS:
            _require_right_answers(row, ports[row.program], tokens, content)
        return rounds(
            [_case(row, where, servers, ports, tokens, certificate, seconds) for row in ROWS], count, report)


def _case(row, where, servers, ports, tokens, certificate, seconds):
    arguments = [tokens.list] if row.with_token else []
    url = f"{_scheme(row.program)}://127.0.0.1:{ports[row.program + ('-2' if row.http2 else '')]}{row.path}"

    def apply(shorter):
        if row.http2:
            return h2load(url, where / "h2load.log", shorter or seconds)
        return wrk(url, SCRIPT, shorter or seconds, arguments=arguments, environment=certificate.client)

    return Case(row.name, {"program": lambda: servers[row.program].pids}, apply)


def _require_right_answers(row, port, tokens, content):
    """A benchmark of wrong answers is worth nothing."""
    good = f"Bearer {tokens.all[0]}" if row.with_token else None
    status, body = _get(port, row.path, good, _scheme(row.program))
    expected = content if row.path == STATIC else b"x" * 1024
    if status != 200 or body != expected:
        raise Stop(f"{row.program} answers {row.path} with {status} and {len(body)} bytes: {body[:300]}")
    if row.with_token:
        head, _, signature = tokens.all[0].rpartition(".")
        status, _ = _get(port, row.path, f"Bearer {head}.{signature[::-1]}")
        if status != 401:
            raise Stop(f"{row.program} answers {status} to a token with a wrong signature; it must be 401")


def _scheme(program):
    return "https" if program.endswith("-tls") else "http"


def _get(port, path, authorization, scheme="http"):
    if scheme == "https":
        connection = http.client.HTTPSConnection(
            "127.0.0.1", port, timeout=5, context=ssl._create_unverified_context())
    else:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", path, headers={"Authorization": authorization} if authorization else {})
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()
