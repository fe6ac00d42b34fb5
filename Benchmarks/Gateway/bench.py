"""The gateway beside nginx and HAProxy: CPU for one request, latency and memory, in one run."""

import base64
import http.client
import os
from contextlib import ExitStack
from pathlib import Path

from lib.files import folder
from lib.measure import Case, enter_all, rounds, wrk
from lib.ports import free_port
from lib.terminal import Stop

from . import peers
from .daybook import daybook
from .tokens import Tokens

SCRIPT = Path(__file__).with_name("load.lua")
FORWARD, STATIC = "/v2/answer", "/static.js"

# What is compared, in the order of the table: row, program, path, whether requests carry a token.
ROWS = [
    ("forward 1 KB: token + limit, Daybook", "daybook", FORWARD, True),
    ("forward 1 KB: limit, HAProxy", "haproxy", FORWARD, False),
    ("forward 1 KB: token + limit, HAProxy", "haproxy-token", FORWARD, True),
    ("forward 1 KB: limit, nginx", "nginx", FORWARD, False),
    ("static 16 KB: Daybook", "daybook", STATIC, False),
    ("static 16 KB: nginx", "nginx", STATIC, False),
]


def measure(data, binaries, count, seconds, report):
    """Samples by row. Everything started here has ended on return."""
    where = folder(data / "bench/gateway")
    tokens = Tokens(where)
    content = base64.b64encode(os.urandom(12288))
    (where / "site/static.js").write_bytes(content)
    ports = {name: free_port() for name in ("upstream", "nginx", "haproxy", "haproxy-token", "daybook")}
    with ExitStack() as stack:
        stack.enter_context(peers.upstream(where, ports["upstream"]))
        servers = enter_all(stack, {
            "nginx": peers.nginx(where, ports["nginx"], ports["upstream"]),
            "haproxy": peers.haproxy(where, ports["haproxy"], ports["upstream"]),
            "haproxy-token": peers.haproxy(where, ports["haproxy-token"], ports["upstream"], tokens.public),
            "daybook": daybook(where, binaries, ports["daybook"], ports["upstream"]),
        })
        for _, program, path, with_token in ROWS:
            _require_right_answers(program, ports[program], path, tokens, with_token, content)
        return rounds([_case(row, servers, ports, tokens, seconds) for row in ROWS], count, report)


def _case(row, servers, ports, tokens, seconds):
    name, program, path, with_token = row
    arguments = [tokens.list] if with_token else []

    def apply(shorter):
        return wrk(f"http://127.0.0.1:{ports[program]}{path}", SCRIPT, shorter or seconds, arguments=arguments)

    return Case(name, {"program": lambda: servers[program].pids}, apply)


def _require_right_answers(program, port, path, tokens, with_token, content):
    """A benchmark of wrong answers is worth nothing."""
    good = f"Bearer {tokens.all[0]}" if with_token else None
    status, body = _get(port, path, good)
    expected = content if path == STATIC else b"x" * 1024
    if status != 200 or body != expected:
        raise Stop(f"{program} answers {path} with {status} and {len(body)} bytes: {body[:300]}")
    if with_token:
        head, _, signature = tokens.all[0].rpartition(".")
        status, _ = _get(port, path, f"Bearer {head}.{signature[::-1]}")
        if status != 401:
            raise Stop(f"{program} answers {status} to a token with a wrong signature; it must be 401")


def _get(port, path, authorization):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", path, headers={"Authorization": authorization} if authorization else {})
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()
