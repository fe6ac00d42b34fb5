"""The gateway beside nginx and HAProxy: CPU for one request, latency and memory, in one run."""

import base64
import http.client
import os
import ssl
from contextlib import ExitStack
from pathlib import Path

from lib.bench import markdown
from lib.files import folder
from lib.measure import Case, enter_all, micros_per_request, middle, rounds, wrk
from lib.ports import free_port
from lib.terminal import Stop

from . import peers
from .certificate import Certificate
from .daybook import daybook
from .tokens import Tokens

SCRIPT = Path(__file__).with_name("load.lua")
FORWARD, OPEN, STATIC = "/v2/answer", "/open/answer", "/static.js"

# What is compared, in the order of the table: row, program, path, whether requests carry a token, and the
# row that is 1.00.
_BOUND, _FILE = "forward 1 KB: limit — HAProxy", "static 16 KB — nginx"
_TLS = "forward 1 KB over TLS: limit — HAProxy"
ROWS = [
    ("forward 1 KB: ES256 token, limit — Daybook", "daybook", FORWARD, True, _BOUND),
    ("forward 1 KB: ES256 token, limit — HAProxy", "haproxy-token", FORWARD, True, _BOUND),
    (_BOUND, "haproxy", FORWARD, False, _BOUND),
    ("forward 1 KB: limit — nginx", "nginx", FORWARD, False, _BOUND),
    ("forward 1 KB over TLS: limit — Daybook", "daybook-tls", OPEN, False, _TLS),
    (_TLS, "haproxy-tls", OPEN, False, _TLS),
    ("static 16 KB — Daybook", "daybook", STATIC, False, _FILE),
    (_FILE, "nginx", STATIC, False, _FILE),
]


def table(data, binaries, count, seconds, report):
    """Measures and gives the table as Markdown."""
    samples = measure(data, binaries, count, seconds, report)

    def cpu(row):
        return middle(samples[row], lambda sample: micros_per_request(sample, "program"))

    rows = []
    for name, *_, base in ROWS:
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
    ports = {name: free_port() for name in ("upstream", "nginx", "haproxy", "haproxy-token", "haproxy-tls", "daybook", "daybook-tls")}
    with ExitStack() as stack:
        stack.enter_context(peers.upstream(where, ports["upstream"]))
        servers = enter_all(stack, {
            "nginx": peers.nginx(where, ports["nginx"], ports["upstream"]),
            "haproxy": peers.haproxy(where, ports["haproxy"], ports["upstream"]),
            "haproxy-token": peers.haproxy(where, ports["haproxy-token"], ports["upstream"], tokens.public),
            "haproxy-tls": peers.haproxy(where, ports["haproxy-tls"], ports["upstream"], certificate=certificate),
            "daybook": daybook(
                where, binaries, ports["daybook"], ports["upstream"], ports["daybook-tls"], certificate),
        })
        servers["daybook-tls"] = servers["daybook"]
        for _, program, path, with_token, _ in ROWS:
            _require_right_answers(program, ports[program], path, tokens, with_token, content)
        return rounds([_case(row, servers, ports, tokens, certificate, seconds) for row in ROWS], count, report)


def _case(row, servers, ports, tokens, certificate, seconds):
    name, program, path, with_token, _ = row
    arguments = [tokens.list] if with_token else []

    def apply(shorter):
        return wrk(f"{_scheme(program)}://127.0.0.1:{ports[program]}{path}", SCRIPT, shorter or seconds,
                   arguments=arguments, environment=certificate.client)

    return Case(name, {"program": lambda: servers[program].pids}, apply)


def _require_right_answers(program, port, path, tokens, with_token, content):
    """A benchmark of wrong answers is worth nothing."""
    good = f"Bearer {tokens.all[0]}" if with_token else None
    status, body = _get(port, path, good, _scheme(program))
    expected = content if path == STATIC else b"x" * 1024
    if status != 200 or body != expected:
        raise Stop(f"{program} answers {path} with {status} and {len(body)} bytes: {body[:300]}")
    if with_token:
        head, _, signature = tokens.all[0].rpartition(".")
        status, _ = _get(port, path, f"Bearer {head}.{signature[::-1]}")
        if status != 401:
            raise Stop(f"{program} answers {status} to a token with a wrong signature; it must be 401")


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
