#!/usr/bin/python3
"""Runs the cases of cases.py through a real gateway: `run.py .build/debug/gateway [name…]`.

The upstream lives in here; gateway and upstream listen on free ports of the loopback. Exits 1 when more of what a
cache must do fails than is known (KNOWN).
"""

import http.client
import os
import signal
import socket
import socketserver
import subprocess
import sys
import tempfile
import threading
import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from email.utils import formatdate

from cases import CASES

DATES = {"date", "expires", "last-modified", "if-modified-since"}
# What we do otherwise on purpose: docs/caching.md says why.
KNOWN = {"store-Set-Cookie", "store-not-Transfer-Encoding"}

CONFIGURATION = """\
listeners: [{{address: 127.0.0.1, port: {port}}}]
access_log: {{format: "off"}}
upstreams:
  main: {{servers: ["127.0.0.1:{upstream}"]}}
routes:
  - path: /*
    upstream: main
    cache: {{heuristic: true, stale_if_error_seconds: 60}}
"""


class Test:
    """One case on its way: what was asked of the upstream, and when."""

    def __init__(self, name, steps):
        self.name, self.steps, self.seen = name, steps, []
        self.id = uuid.uuid4().hex


TESTS = {}


def dated(name, value):
    return formatdate(time.time() + value, usegmt=True) if isinstance(value, int) and name.lower() in DATES else str(value)


class Upstream(socketserver.StreamRequestHandler):
    def handle(self):
        while True:
            line = self.rfile.readline()
            if not line:
                return
            method, target, _ = line.decode().split(" ", 2)
            fields = []
            while (line := self.rfile.readline()) not in (b"\r\n", b""):
                name, _, value = line.decode("latin-1").partition(":")
                fields.append((name.lower(), value.strip()))
            length = next((int(value) for name, value in fields if name == "content-length"), 0)
            if length:
                self.rfile.read(length)
            if not self.answer(method, target, fields):
                return

    def answer(self, method, target, fields):
        test = TESTS[target.split("/")[1].split("?")[0]]
        number = next(int(value) for name, value in fields if name == "req-num")
        step = test.steps[number - 1]
        test.seen.append((number, method, dict(fields)))
        if step.get("drop"):
            return False
        status = step.get("status", 200)
        previous = dict(test.steps[number - 2].get("reply", [])) if number > 1 else {}
        asked = dict(fields)
        if step["want"] == "etag" and asked.get("if-none-match") == previous.get("ETag"):
            status = 304
        if step["want"] == "date" and asked.get("if-modified-since"):
            status = 304
        if "early" in step:
            code, hints = step["early"]
            self.wfile.write("\r\n".join([f"HTTP/1.1 {code} Early", *(f"{name}: {value}" for name, value in hints), "", ""]).encode())
        text = (step.get("text") or test.id).encode()
        lines = [f"HTTP/1.1 {status} Status", f"Server-Request-Count: {len(test.seen)}", f"Client-Request-Count: {number}"]
        reply = step.get("reply", [])
        lines += [f"{name}: {dated(name, value).replace('BASE', '/' + test.id)}" for name, value in reply]
        step["replied"] = {line.split(":", 1)[0].lower(): line.split(":", 1)[1].strip() for line in lines[1:]}
        given = {name.lower() for name, _ in reply}
        bodiless = status in (204, 304) or method == "HEAD"
        if "content-length" not in given and not bodiless:
            lines.append(f"Content-Length: {len(text)}")
        self.wfile.write(("\r\n".join(lines) + "\r\n\r\n").encode() + (b"" if bodiless else text))
        return True


class Server(socketserver.ThreadingTCPServer):
    daemon_threads, allow_reuse_address, request_queue_size = True, True, 512


class Response(http.client.HTTPResponse):
    """Keeps what comes before the answer, which http.client takes for the answer."""

    def _read_status(self):
        self.early = []
        while True:
            version, status, reason = super()._read_status()
            if status not in (102, 103):
                return version, status, reason
            self.early.append((status, http.client.parse_headers(self.fp).items()))


def fetch(port, test, number, step):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    connection.response_class = Response
    target = f"/{test.id}{step.get('path', '')}" + (f"?{step['query']}" if "query" in step else "")
    body = step.get("body")
    connection.putrequest(step.get("method", "GET"), target)
    for name, value in [*step.get("send", []), ("Req-Num", number)]:
        connection.putheader(name, dated(name, value))
    if body:
        connection.putheader("Content-Length", str(len(body)))
    connection.endheaders(body.encode() if body else None)
    answer = connection.getresponse()
    text = answer.read().decode("latin-1")
    connection.close()
    return answer, text


def check(port, test):
    """None, or what went wrong."""
    for number, step in enumerate(test.steps, 1):
        before = len(test.seen)
        answer, text = fetch(port, test, number, step)
        count = answer.headers.get("Server-Request-Count")
        asked = [seen for seen in test.seen[before:] if seen[0] == number]
        want = step["want"]
        if want == "cached" and not (answer.status == 304 and count is None) and (count is None or int(count) > before):
            return f"{number}: not from the cache ({answer.status}, {answer.headers.get('Cache-Status')})"
        if want == "origin" and (count is None or int(count) <= before):
            return f"{number}: from the cache ({answer.headers.get('Cache-Status')})"
        if want == "none" and count is not None:
            return f"{number}: an answer of the upstream's came"
        for kind, field in (("etag", "if-none-match"), ("date", "if-modified-since")):
            if want == kind and not any(field in fields for _, _, fields in asked):
                return f"{number}: not asked with {field}"
        expected = step.get("seen", 200 if want in ("etag", "date") else step.get("status", 200))
        if want != "none" and answer.status != expected:
            return f"{number}: status {answer.status}, not {expected}"
        early = [step["early"]] if "early" in step else []
        if answer.early != early:
            return f"{number}: before the answer came {answer.early}, not {early}"
        if "seen" in step and answer.status != step["seen"]:
            return f"{number}: status {answer.status}"
        if "sees" in step and text != step["sees"]:
            return f"{number}: body {text!r}"
        for name, value in step.get("asks", []):
            if not any(fields.get(name) == value for _, _, fields in asked):
                return f"{number}: asked without {name}: {value}"
        for field in step.get("has", []):
            value = answer.headers.get(field[0])
            right = (int(value or -1) > field[2] if field[1] == ">" else
                     value == test.steps[0]["replied"].get(field[0].lower()) if field[1] == "=" else value == field[1])
            if not right:
                return f"{number}: {field[0]} is {value}"
        for name in step.get("lacks", []):
            if name in answer.headers and answer.headers[name] not in ("close", "keep-alive"):
                return f"{number}: has {name}"
        if step.get("wait"):
            time.sleep(3)
    return None


def run(port, case):
    name, must, steps = case
    test = Test(name, [dict(step) for step in steps])
    TESTS[test.id] = test
    try:
        return name, must, check(port, test)
    except Exception as error:
        return name, must, f"{type(error).__name__}: {error}"


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def main():
    binary, names = sys.argv[1], sys.argv[2:]
    upstream = Server(("127.0.0.1", 0), Upstream)
    threading.Thread(target=upstream.serve_forever, daemon=True).start()
    port = free_port()
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "gateway.yaml")
        with open(path, "w") as file:
            file.write(CONFIGURATION.format(port=port, upstream=upstream.server_address[1]))
        gateway = subprocess.Popen([binary, "--config", path], stderr=subprocess.DEVNULL)
        try:
            for _ in range(200):
                try:
                    socket.create_connection(("127.0.0.1", port), timeout=1).close()
                    break
                except OSError:
                    time.sleep(0.05)
            cases = [case for case in CASES if not names or case[0] in names]
            with ThreadPoolExecutor(48) as pool:
                results = list(pool.map(lambda case: run(port, case), cases))
        finally:
            gateway.send_signal(signal.SIGTERM)
            gateway.wait()
    for name, must, problem in results:
        if problem:
            print(f"{'MUST ' if must else 'may  '} {name}: {problem}")
    for kind, title in ((True, "required"), (False, "optional")):
        some = [problem for _, must, problem in results if must == kind]
        print(f"{title}: {some.count(None)} of {len(some)}")
    failed = {name for name, must, problem in results if must and problem}
    sys.exit(1 if failed - KNOWN else 0)


main()
