#!/usr/bin/env python3
"""Slow heads, slow bodies and slow readers beside an ordinary client: does he notice?

`attacks.py GATEWAY [CONNECTIONS [PACE [ATTACK...]]]` starts the gateway on one loop and a core of its own, lets one client ask for a
forwarded answer again and again, and compares the 99th percentile of his latency without and with each attack. Each of the
attacker's connections sends (or reads) next to nothing every PACE seconds, one after the other, so that he himself needs
little; client, gateway and upstream go before all else where the system allows it. What he still does to the machine is seen by an attack
on a second gateway, on the other core. Prints a table; exits 1 when an attack makes it more than twice what it was before.

The last column is what the kernel has in TCP's buffers meanwhile: beyond net.ipv4.tcp_mem it drops what comes, for anybody.
With SECONDS=40 it lasts until those who take too little have been thrown out and are back. What it is without an attack is
measured before and after.
"""

import os
import resource
import select
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack, contextmanager
from multiprocessing import Event, Process, Value
from pathlib import Path

SECONDS = int(os.environ.get("SECONDS", "7"))
OTHERS = set(range(1, os.cpu_count())) or {0}
BODY = b"x" * 1024
CONFIGURATION = """\
listeners:
  - {{ address: 127.0.0.1, port: {port} }}
access_log: {{ format: "off" }}
upstreams:
  origin: {{ servers: ["127.0.0.1:{upstream}"] }}
  attacked: {{ servers: ["127.0.0.1:{attacked}"], connections_per_loop: 8192, connect_timeout_ms: 10000 }}
routes:
  - {{ path: "/*", upstream: origin }}
  - {{ path: "/attacked/*", upstream: attacked }}
"""
# A body is waited for before it goes to where nobody is; a file is sent as fast as it is taken. All sockets of a machine
# share what its kernel has for TCP, and an upstream on another machine would keep in its own what the gateway does not take
# yet: so here it keeps little.
NGINX = """\
{user}daemon off; worker_processes 1; pid {folder}/{port}.pid; error_log stderr emerg;
worker_rlimit_nofile 30000;
events {{ worker_connections 20000; }}
http {{
  access_log off; keepalive_requests 1000000000; keepalive_timeout 600s; client_body_timeout 600s; send_timeout 600s;
  client_body_temp_path {folder}; sendfile on;
  server {{
    listen 127.0.0.1:{port} backlog=4096 sndbuf=16k;
    location / {{ return 200 '{answer}'; }}
    location = /attacked/body {{ proxy_pass http://127.0.0.1:9/; }}
    location = /attacked/large {{ alias {folder}/large; }}
  }}
}}
"""


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as server:
        return server.getsockname()[1]


def prepared(cores, first=False):
    """Before a program starts: where it runs, and whether it goes before others."""
    def prepare():
        os.sched_setaffinity(0, cores)
        if first:
            go_first()
    return prepare


def go_first():
    try:
        os.sched_setscheduler(0, os.SCHED_FIFO, os.sched_param(1))
    except PermissionError:
        pass


def victim(port, seconds):
    """The 99th percentile in milliseconds of an ordinary client's answers, in a process of its own."""
    result = Value("d")
    process = Process(target=ask, args=(port, seconds, result))
    process.start()
    process.join()
    if process.exitcode:
        raise SystemExit("the ordinary client was not served")
    return result.value


def ask(port, seconds, result):
    os.sched_setaffinity(0, OTHERS)
    go_first()
    client = socket.create_connection(("127.0.0.1", port))
    client.settimeout(20)
    client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    taken, until = [], time.monotonic() + seconds
    while (start := time.monotonic()) < until:
        client.sendall(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        text = b""
        while not text.endswith(BODY):
            piece = client.recv(65536)
            if not piece:
                raise SystemExit(1)
            text += piece
        taken.append((time.monotonic() - start) * 1000)
        time.sleep(0.001)
    result.value = statistics.quantiles(taken, n=100)[98]


class Attacker:
    """Keeps its connections busy with next to nothing, in turns, and makes those anew that are thrown out."""

    def __init__(self, port, count, pace, first, drip, reads):
        self.port, self.count, self.pace, self.first, self.drip, self.reads = port, count, pace, first, drip, reads
        self.connections, self.watch, self.ended = {}, select.epoll(), 0
        self.turns = [self.connect(place) for place in range(count)]

    def connect(self, place):
        connection = socket.socket()
        if self.reads:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        connection.bind((f"127.0.0.{2 + place % 8}", 0))
        connection.connect(("127.0.0.1", self.port))
        connection.sendall(self.first)
        connection.setblocking(False)
        self.connections[connection.fileno()] = place
        # A reader has something to read all the time; of the others that is the end.
        self.watch.register(connection, select.EPOLLRDHUP | (0 if self.reads else select.EPOLLIN))
        return connection

    def run(self, over):
        start, turn = time.monotonic(), 0
        while not over.is_set():
            wait = start + turn * self.pace / self.count - time.monotonic()
            for descriptor, _ in self.watch.poll(max(0, wait), 16):
                self.again(self.connections.pop(descriptor))
            if wait > 0:
                continue
            connection = self.turns[turn % self.count]
            turn += 1
            try:
                connection.recv(512) if self.reads else connection.send(self.drip)
            except OSError:
                pass

    def again(self, place):
        self.ended += 1
        self.watch.unregister(self.turns[place])
        self.turns[place].close()
        self.turns[place] = self.connect(place)


def attack(port, count, pace, how, ready, over, ended, cpu):
    os.sched_setaffinity(0, OTHERS)
    attacker = Attacker(port, count, pace, *how)
    ready.set()
    # What the sockets hold comes at once; the attack is what goes on after it.
    before, start = time.process_time(), time.monotonic()
    attacker.run(over)
    cpu.value = (time.process_time() - before) / (time.monotonic() - start)
    ended.value = attacker.ended


ATTACKS = [
    ("slow head", b"GET / HTTP/1.1\r\nHost: a\r\nX: ", b"y", False),
    ("slow body", b"POST /attacked/body HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\n", b"y", False),
    ("slow read", b"GET /attacked/large HTTP/1.1\r\nHost: a\r\n\r\n", b"", True),
]


@contextmanager
def running(*command, prepare):
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, preexec_fn=prepare)
    try:
        yield process.pid
    finally:
        process.terminate()
        process.wait(30)


@contextmanager
def nginx(folder, port, first):
    path = Path(folder) / f"{port}.conf"
    user = "user root; " if os.geteuid() == 0 else ""
    path.write_text(NGINX.format(folder=folder, port=port, answer=BODY.decode(), user=user))
    with running("nginx", "-c", str(path), "-p", folder, prepare=prepared(OTHERS, first)):
        yield


def main(program, count=5000, pace=10, *names):
    limit = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (limit, limit))
    upstream, attacked, port, other = (free_port() for _ in range(4))
    with tempfile.TemporaryDirectory() as folder, ExitStack() as stack:
        (Path(folder) / "large").write_bytes(b"x" * 2_000_000)
        stack.enter_context(nginx(folder, upstream, True))
        stack.enter_context(nginx(folder, attacked, False))
        pids = []
        for one, cores in ((port, {0}), (other, OTHERS)):
            path = Path(folder) / f"{one}.yaml"
            path.write_text(CONFIGURATION.format(port=one, upstream=upstream, attacked=attacked))
            pids.append(stack.enter_context(running(program, "--config", path, "--loops", "1", prepare=prepared(cores, True))))
        time.sleep(1)
        return compare(port, other, int(count), float(pace), pids, names or [name for name, *_ in ATTACKS])


def memory(pid):
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmRSS"))


def kernel_memory():
    """Megabytes in the buffers of all TCP sockets."""
    line = next(line for line in Path("/proc/net/sockstat").read_text().splitlines() if line.startswith("TCP:"))
    return int(line.split()[-1]) * os.sysconf("SC_PAGE_SIZE") / 1_048_576


def cpu_seconds(pid):
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def compare(port, other, count, pace, pids, names):
    victim(port, 2)
    heads = [
        f"Attack by {count:,} connections, each every {pace:g} s", "p99 without, ms", "attack beside", "attack here", "to without",
        "to beside", "thrown out", "attacker's CPU", "gateway's CPU", "MB", "kernel's MB"]
    print("| " + " | ".join(heads) + " |\n" + "|---" * len(heads) + "|")
    worst = 0
    for name, *how in ATTACKS:
        if name not in names:
            continue
        without = victim(port, SECONDS)
        beside, *_ = attacked_at(other, port, count, pace, how, pids[1])
        during, ended, busy, own, size, kernel = attacked_at(port, port, count, pace, how, pids[0])
        # By itself it is one and a half times as much in one of three runs as in another: so it is asked on both sides.
        without = (without + victim(port, SECONDS)) / 2
        worst = max(worst, during / without)
        cells = [
            name, f"{without:.2f}", f"{beside:.2f}", f"{during:.2f}", f"{during / without:.2f}", f"{during / beside:.2f}",
            f"{ended}", f"{busy:.0%}", f"{own:.0%}", f"{size:.0f}", f"{kernel:.0f}"]
        print("| " + " | ".join(cells) + " |", flush=True)
    return 0 if worst <= 2 else 1


def attacked_at(target, port, count, pace, how, pid):
    """The client's 99th percentile at `port` while `target` is attacked, the connections thrown out, what attacker and
    gateway needed of a core, and the memory of the gateway and of the kernel's sockets."""
    ready, over, ended, cpu = Event(), Event(), Value("i", 0), Value("d", 0)
    attacker = Process(target=attack, args=(target, count, pace, how, ready, over, ended, cpu), daemon=True)
    attacker.start()
    if not ready.wait(120):
        raise SystemExit("the attack could not be made")
    time.sleep(4)
    before, start = cpu_seconds(pid), time.monotonic()
    during = victim(port, SECONDS)
    own = (cpu_seconds(pid) - before) / (time.monotonic() - start)
    size, kernel = memory(pid), kernel_memory()
    over.set()
    attacker.join(30)
    attacker.terminate()
    time.sleep(2)
    return during, ended.value, cpu.value, own, size, kernel


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
