#!/usr/bin/env python3
"""Reloads, other certificates and other binaries under full load: does a request fail?

`life.py GATEWAY [SECONDS] [CHANGE...]` starts the gateway on one core and clients on the others, over HTTP/1.1 and HTTP/2,
plain and over TLS, on connections that are kept and that are not; each asks without a pause, some now and then. Meanwhile
the configuration changes (`reload`), the certificate does (`certificate`), or one process follows another (`takeover`),
again and again. Prints a table; exits 1 when a request failed.

A request has failed when its answer is wrong, broken off or never comes, or when its fresh connection is refused or ends
without an answer. Counted apart is what every client repeats by itself, because the gateway has done nothing with it: a
request that met the end of a kept connection on its way (RFC 9112, 9.3.1), and a stream beyond those that GOAWAY names or
that was refused with REFUSED_STREAM (RFC 9113, 8.7).
"""

import asyncio
import os
import random
import re
import signal
import ssl
import subprocess
import sys
import tempfile
import time
from collections import Counter
from functools import cache
from multiprocessing import Event, Process, Queue
from pathlib import Path

from attacks import free_port

PATIENCE = 10
CONFIGURATION = """\
listeners:
  - {{ address: 127.0.0.1, port: {plain} }}
  - {{ address: 127.0.0.1, port: {secure}, tls: {{ certificates: [{{ chain_file: "{folder}/tls.pem", key_file: "{folder}/tls.key" }}] }} }}
access_log: {{ format: "off" }}
takeover_socket: {folder}/takeover
certificate_check_seconds: {check}
upstreams:
  origin: {{ servers: ["127.0.0.1:{upstream}"], idle_timeout_ms: {idle} }}
rate_limits:
  clients: {{ key: client_ip, requests: {limit}, per_seconds: 100, burst: 9000000 }}
routes:
  - {{ path: "/v{version}/*", upstream: origin, rate_limits: [clients] }}
  - {{ path: "/*", upstream: origin, rate_limits: [clients] }}
"""
NGINX = """\
{user}daemon off; worker_processes 1; pid {folder}/nginx.pid; error_log stderr crit;
events {{ worker_connections 4096; }}
http {{
  access_log off; keepalive_requests 1000000000; keepalive_timeout 600s; client_body_temp_path {folder};
  server {{ listen 127.0.0.1:{port} backlog=4096; location / {{ return 200 '{answer}'; }} }}
}}
"""
ANSWER = b"x" * 1024
UPLOAD = b"y" * 700


class Tally(Counter):
    """What happened to requests, and the first of each kind of failure."""

    def failed(self, why):
        self["failed"] += 1
        self[f"failed: {why}"] += 1

    def repeated(self, why):
        self["repeated"] += 1
        self[f"repeated: {why}"] += 1


async def connect(tally, port, tls, protocol):
    """A new connection, or nothing, which is a failure."""
    try:
        return await asyncio.wait_for(asyncio.open_connection("127.0.0.1", port, ssl=context(protocol) if tls else None), PATIENCE)
    except (OSError, asyncio.TimeoutError, ssl.SSLError) as error:
        tally.failed(f"connecting: {type(error).__name__} {error}")
        return None


@cache
def context(protocol):
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    made.check_hostname, made.verify_mode = False, ssl.CERT_NONE
    made.set_alpn_protocols([protocol])
    return made


async def ask_one_by_one(tally, over, port, tls, keeps, pause):
    """HTTP/1.1: one request at a time."""
    while not over():
        if (pair := await connect(tally, port, tls, "http/1.1")) is None:
            continue
        reader, writer = pair
        tally["connections"] += 1
        try:
            is_first = True
            while not over() and await ask_once(tally, reader, writer, keeps, is_first):
                is_first = False
                if pause:
                    await asyncio.sleep(random.random() * pause)
                    # Told in time: it asks elsewhere.
                    if reader.at_eof():
                        break
        finally:
            writer.close()


async def ask_once(tally, reader, writer, keeps, is_first):
    """Whether the connection can be used again."""
    method = random.choice(["GET", "POST"])
    body = UPLOAD if method == "POST" else b""
    field = "" if keeps else "Connection: close\r\n"
    length = f"Content-Length: {len(body)}\r\n" if body else ""
    try:
        writer.write(f"{method} /v1/a HTTP/1.1\r\nHost: a.test\r\n{field}{length}\r\n".encode() + body)
        head = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), PATIENCE)
    except asyncio.IncompleteReadError as error:
        if is_first or error.partial:
            tally.failed(f"{method} {'first' if is_first else 'later'}: end after {len(error.partial)} bytes")
        else:
            tally.repeated("end of the connection")
        return False
    except (OSError, asyncio.TimeoutError) as error:
        if is_first or isinstance(error, asyncio.TimeoutError):
            tally.failed(f"{method} {'first' if is_first else 'later'}: {type(error).__name__}")
        else:
            tally.repeated(type(error).__name__)
        return False
    try:
        answer = await asyncio.wait_for(reader.readexactly(len(ANSWER)), PATIENCE)
    except (OSError, asyncio.TimeoutError, asyncio.IncompleteReadError) as error:
        tally.failed(f"body: {type(error).__name__}")
        return False
    if not head.startswith(b"HTTP/1.1 200") or answer != ANSWER:
        tally.failed(head.split(b"\r\n")[0].decode())
        return False
    tally["answered"] += 1
    return keeps and b"connection: close" not in head.lower()


class Streams:
    """An HTTP/2 connection: streams that begin, and what became of them."""

    def __init__(self, reader, writer):
        self.reader, self.writer = reader, writer
        self.open, self.last, self.next, self.is_over = {}, None, 1, asyncio.Event()

    def send(self, kind, flags, stream, payload=b""):
        self.writer.write(len(payload).to_bytes(3, "big") + bytes([kind, flags]) + stream.to_bytes(4, "big") + payload)

    def begin(self):
        method = random.choice(["GET", "POST"])
        stream, self.next = self.next, self.next + 2
        # :method, :scheme http, :path /v1/a and :authority a.test; literals that are not indexed.
        block = (b"\x82" if method == "GET" else b"\x83") + b"\x86\x04\x05/v1/a\x01\x06a.test"
        self.send(1, 4 if method == "POST" else 5, stream, block)
        if method == "POST":
            self.send(0, 1, stream, UPLOAD)
        done = asyncio.get_running_loop().create_future()
        self.open[stream] = [done, b"", 0]
        return stream, done

    def end(self, stream, outcome):
        if (entry := self.open.pop(stream, None)) and not entry[0].done():
            entry[0].set_result(outcome)

    async def read(self):
        try:
            while True:
                head = await self.reader.readexactly(9)
                payload = await self.reader.readexactly(int.from_bytes(head[:3], "big"))
                self.take(head[3], head[4], int.from_bytes(head[5:], "big"), payload)
        except (OSError, asyncio.IncompleteReadError) as error:
            self.is_over.set()
            for stream in list(self.open):
                self.end(stream, f"connection ended: {type(error).__name__}")

    def take(self, kind, flags, stream, payload):
        entry = self.open.get(stream)
        if kind == 0:
            if payload:
                self.send(8, 0, 0, len(payload).to_bytes(4, "big"))
            if entry:
                entry[2] += len(payload)
        elif kind == 1 and entry:
            entry[1] = entry[1] or payload[:1]
        elif kind == 3:
            code = int.from_bytes(payload, "big")
            self.end(stream, "refused" if code == 7 else f"reset {code}")
        elif kind == 4 and not flags & 1:
            self.send(4, 1, 0)
        elif kind == 6 and not flags & 1:
            self.send(6, 1, 0, payload)
        elif kind == 7:
            self.last = int.from_bytes(payload[:4], "big")
            code = int.from_bytes(payload[4:8], "big")
            for one in [one for one in self.open if one > self.last]:
                self.end(one, "refused" if code == 0 else f"goaway {code}")
        if kind in (0, 1) and flags & 1 and entry:
            self.end(stream, "answered" if entry[1] == b"\x88" and entry[2] == len(ANSWER) else f"wrong {entry[1:]}")


async def ask_in_streams(tally, over, port, tls, keeps, pause):
    """HTTP/2: eight requests at a time, on one connection or, where none is kept, on one for each."""
    while not over():
        if (pair := await connect(tally, port, tls, "h2")) is None:
            continue
        streams = Streams(*pair)
        tally["connections"] += 1
        streams.writer.write(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n")
        streams.send(4, 0, 0)
        reading = asyncio.create_task(streams.read())
        try:
            await asyncio.gather(*(ask_in_turn(tally, over, streams, keeps, pause) for _ in range(8 if keeps else 1)))
        finally:
            streams.writer.close()
            reading.cancel()


async def ask_in_turn(tally, over, streams, keeps, pause):
    while not over() and streams.last is None and not streams.is_over.is_set():
        stream, done = streams.begin()
        try:
            outcome = await asyncio.wait_for(done, PATIENCE)
        except asyncio.TimeoutError:
            outcome = "nothing came"
        if outcome == "answered":
            tally["answered"] += 1
        elif outcome == "refused":
            tally.repeated("stream beyond GOAWAY or refused")
        elif outcome.startswith("connection ended") and streams.last is not None and stream > streams.last:
            tally.repeated("stream after GOAWAY")
        else:
            tally.failed(f"stream: {outcome}, {'no GOAWAY' if streams.last is None else 'GOAWAY'}")
        if not keeps:
            return
        if pause:
            await asyncio.sleep(random.random() * pause)


KINDS = {
    "HTTP/1.1": (ask_one_by_one, False, True, 16),
    "HTTP/1.1, one request each": (ask_one_by_one, False, False, 16),
    "TLS": (ask_one_by_one, True, True, 16),
    "TLS, one request each": (ask_one_by_one, True, False, 12),
    "HTTP/2": (ask_in_streams, False, True, 4),
    "HTTP/2, one request each": (ask_in_streams, False, False, 8),
    "HTTP/2 over TLS": (ask_in_streams, True, True, 4),
    "HTTP/2 over TLS, one request each": (ask_in_streams, True, False, 8),
}


def client(name, ports, over, results):
    """A process of clients of one kind, most without a pause and a few with."""
    asks, tls, keeps, count = KINDS[name]
    tally = Tally()

    async def all_of_them():
        port = ports[tls]
        await asyncio.gather(
            *(asks(tally, over.is_set, port, tls, keeps, 0) for _ in range(count)),
            *(asks(tally, over.is_set, port, tls, keeps, 2.5) for _ in range(count if keeps else 0)))

    os.sched_setaffinity(0, OTHERS)
    asyncio.run(all_of_them())
    results.put((name, tally))


OTHERS = set(range(1, os.cpu_count())) or {0}


class Life:
    """The gateway, whatever process it is by now."""

    def __init__(self, program, folder):
        self.program, self.folder = program, Path(folder)
        self.plain, self.secure, self.upstream = free_port(), free_port(), free_port()
        self.changes = 0
        (self.folder / "nginx.conf").write_text(NGINX.format(
            folder=folder, port=self.upstream, answer=ANSWER.decode(), user="user root; " if os.geteuid() == 0 else ""))
        self.nginx = subprocess.Popen(
            ["nginx", "-c", f"{folder}/nginx.conf", "-p", folder], preexec_fn=lambda: os.sched_setaffinity(0, OTHERS))
        self.certify()
        self.configure()
        try:
            self.running = self.start()
        except SystemExit:
            self.nginx.terminate()
            raise

    def configure(self):
        self.changes += 1
        (self.folder / "gateway.yaml").write_text(CONFIGURATION.format(
            plain=self.plain, secure=self.secure, upstream=self.upstream, folder=self.folder, check=1,
            limit=1_000_000 - self.changes, version=self.changes % 2, idle=30_000 + self.changes % 3))

    def certify(self):
        """Another certificate, which lies there whole at once."""
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "30",
             "-keyout", self.folder / "new.key", "-out", self.folder / "new.pem", "-subj", f"/CN=life-{time.time()}",
             "-addext", "subjectAltName=DNS:a.test"], check=True, capture_output=True)
        os.rename(self.folder / "new.key", self.folder / "tls.key")
        os.rename(self.folder / "new.pem", self.folder / "tls.pem")

    def start(self):
        log = open(self.folder / f"gateway-{self.changes}.log", "wb+")
        process = subprocess.Popen(
            [self.program, "--config", self.folder / "gateway.yaml", "--loops", "1"], stdout=subprocess.DEVNULL, stderr=log,
            preexec_fn=lambda: os.sched_setaffinity(0, {0}))
        until = time.monotonic() + 30
        while b"gateway listens" not in Path(log.name).read_bytes():
            if process.poll() is not None or time.monotonic() > until:
                raise SystemExit(f"the gateway does not start: {Path(log.name).read_text()}")
            time.sleep(0.02)
        return process

    def reload(self):
        self.configure()
        self.running.send_signal(signal.SIGHUP)
        time.sleep(0.3)

    def certificate(self):
        self.certify()
        if self.changes % 2:
            self.running.send_signal(signal.SIGHUP)
        self.changes += 1
        time.sleep(1.2)

    def takeover(self):
        old = self.running
        self.configure()
        self.running = self.start()
        if old.wait(60):
            raise SystemExit("the old gateway did not end well")
        time.sleep(0.3)

    def stop(self):
        self.running.terminate()
        self.running.wait(30)
        self.nginx.terminate()
        self.nginx.wait(30)


def endure(life, change, seconds):
    """How many changes there were, and what became of the requests."""
    over, results = Event(), Queue()
    clients = [Process(target=client, args=(name, (life.plain, life.secure), over, results)) for name in KINDS]
    for one in clients:
        one.start()
    # These clients take more CPU than the gateway: wrk has it busy the rest of the time.
    wrk = subprocess.Popen(
        ["wrk", "-t1", "-c48", f"-d{seconds + 1}s", "--timeout", f"{PATIENCE}s", f"http://127.0.0.1:{life.plain}/v1/a"],
        stdout=subprocess.PIPE, text=True, preexec_fn=lambda: (os.sched_setaffinity(0, OTHERS), os.nice(5)))
    time.sleep(1)
    count, until = 0, time.monotonic() + seconds
    while time.monotonic() < until:
        getattr(life, change)()
        count += 1
    time.sleep(1)
    busy = wrk.communicate(timeout=60)[0]
    over.set()
    tallies = dict(results.get(timeout=60) for _ in clients)
    for one in clients:
        one.join(30)
    tallies["wrk"] = Tally(answered=int(re.search(r"(\d+) requests in", busy)[1]), connections=48)
    for line in re.findall(r"(?:Socket errors|Non-2xx).*", busy):
        if any(int(number) for number in re.findall(r" (\d+)", line)):
            tallies["wrk"].failed(line)
    return count, tallies


def main(program, seconds=20, *changes):
    print("| Change | times | Clients | connections | answered | repeated | failed |\n" + "|---" * 7 + "|")
    failures = 0
    for change in changes or ("reload", "certificate", "takeover"):
        with tempfile.TemporaryDirectory() as folder:
            life = Life(program, folder)
            try:
                count, tallies = endure(life, change, int(seconds))
            finally:
                life.stop()
        for name, tally in tallies.items():
            failures += tally["failed"]
            print(f"| {change} | {count} | {name} | " + " | ".join(
                f"{tally[key]:,}" for key in ("connections", "answered", "repeated", "failed")) + " |", flush=True)
            for why, times in tally.items():
                if ": " in why:
                    print(f"    {name}: {times} {why}", file=sys.stderr)
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
