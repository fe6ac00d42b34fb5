#!/usr/bin/env python3
"""Slow heads, slow bodies and slow readers beside an ordinary client: does he notice?

`attacks.py GATEWAY [CONNECTIONS]` starts the gateway on one loop before an upstream of its own, lets one client ask
for a forwarded answer again and again, and compares the 99th percentile of his latency without and with each attack.
The attacker needs a good part of a small machine himself: what that alone does is measured by an attack on a second
gateway beside. Prints a table; exits 1 when an attack makes it more than twice what it is beside that.
"""

import asyncio
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from multiprocessing import Event, Process, Value
from pathlib import Path

SECONDS = 6
BODY = b"x" * 1024
LARGE = BODY * 2_000
CONFIGURATION = """\
listeners:
  - {{ address: 127.0.0.1, port: {port} }}
access_log: {{ format: "off" }}
upstreams:
  origin: {{ servers: ["127.0.0.1:{upstream}"] }}
  attacked: {{ servers: ["127.0.0.1:{attacked}"], connections_per_loop: 8192, connect_timeout_ms: 10000 }}
routes:
  - {{ path: "/*", upstream: origin }}
  - {{ path: /attacked, upstream: attacked }}
"""


def free_port():
    with socket.create_server(("127.0.0.1", 0)) as server:
        return server.getsockname()[1]


def serve(port):
    """An upstream of few words: /attacked is large, POST is never answered, all else is 1 KB."""
    async def answer(reader, writer):
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                if head.startswith(b"POST"):
                    await reader.read()
                body = LARGE if b"/attacked" in head else BODY
                writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(body))
                for start in range(0, len(body), 65_536):
                    writer.write(body[start:start + 65_536])
                    await writer.drain()
        except (OSError, asyncio.IncompleteReadError):
            pass
        writer.close()

    async def listen():
        server = await asyncio.start_server(answer, "127.0.0.1", port, backlog=4096)
        await server.serve_forever()

    asyncio.run(listen())


def victim(port, seconds):
    """The 99th percentile in milliseconds of an ordinary client's answers."""
    client = socket.create_connection(("127.0.0.1", port))
    client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    taken, until = [], time.monotonic() + seconds
    while (start := time.monotonic()) < until:
        client.sendall(b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        text = b""
        while not text.endswith(BODY):
            piece = client.recv(65536)
            if not piece:
                raise SystemExit("the ordinary client lost its connection")
            text += piece
        taken.append((time.monotonic() - start) * 1000)
        time.sleep(0.002)
    return statistics.quantiles(taken, n=100)[98], len(taken)


def attack(port, count, first, drip, reads, ready, over, ended):
    """Keeps `count` connections busy with next to nothing: each sends its first bytes, then one byte every 5 seconds.
    One that is thrown out is made anew."""
    def connect(place):
        connection = socket.socket()
        if reads:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        connection.bind((f"127.0.0.{2 + place % 8}", 0))
        connection.connect(("127.0.0.1", port))
        connection.sendall(first)
        connection.setblocking(False)
        return connection

    connections = [connect(place) for place in range(count)]
    ready.set()
    place = 0
    while not over.is_set():
        time.sleep(5.0 / count * 50)
        for _ in range(50):
            place = (place + 1) % count
            try:
                if reads:
                    connections[place].recv(1)
                elif not is_over(connections[place]):
                    connections[place].send(drip)
            except BlockingIOError:
                pass
            except OSError:
                ended.value += 1
                connections[place].close()
                connections[place] = connect(place)


def is_over(connection):
    """Whether the gateway has answered, or ended it."""
    try:
        connection.recv(4096)
    except BlockingIOError:
        return False
    raise ConnectionError


ATTACKS = [
    ("slow head", b"GET / HTTP/1.1\r\nHost: a\r\nX: ", b"y", False),
    ("slow body", b"POST /attacked HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\n", b"y", False),
    ("slow read", b"GET /attacked HTTP/1.1\r\nHost: a\r\n\r\n", b"", True),
]


def main(program, count):
    upstream, attacked = free_port(), free_port()
    servers = [Process(target=serve, args=(port,), daemon=True) for port in (upstream, attacked)]
    for server in servers:
        server.start()
    with tempfile.TemporaryDirectory() as folder:
        gateways, ports = [], [free_port(), free_port()]
        for port in ports:
            path = Path(folder) / f"{port}.yaml"
            path.write_text(CONFIGURATION.format(port=port, upstream=upstream, attacked=attacked))
            gateways.append(
                subprocess.Popen([program, "--config", path, "--loops", "1"], stdout=subprocess.DEVNULL))
        try:
            time.sleep(1)
            return compare(*ports, count, gateways[0].pid)
        finally:
            for gateway in gateways:
                gateway.terminate()
            for gateway in gateways:
                gateway.wait(30)
            for server in servers:
                server.terminate()


def memory(pid):
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmRSS"))


def compare(port, other, count, pid):
    victim(port, 2)
    heads = [
        f"Attack by {count:,} connections", "p99 before, ms", "attack beside", "attack here", "to before",
        "to beside", "thrown out", "MB"]
    print("| " + " | ".join(heads) + " |\n" + "|---" * len(heads) + "|")
    worst = 0
    for name, *how in ATTACKS:
        before, _ = victim(port, SECONDS)
        beside, _, _ = attacked_at(other, port, count, how, pid)
        during, ended, size = attacked_at(port, port, count, how, pid)
        worst = max(worst, during / beside)
        cells = [
            name, f"{before:.2f}", f"{beside:.2f}", f"{during:.2f}", f"{during / before:.2f}",
            f"{during / beside:.2f}", f"{ended}", f"{size:.0f}"]
        print("| " + " | ".join(cells) + " |", flush=True)
    return 0 if worst <= 2 else 1


def attacked_at(target, port, count, how, pid):
    """The client's 99th percentile at `port` while `target` is attacked, the connections thrown out, and the memory."""
    ready, over, ended = Event(), Event(), Value("i", 0)
    attacker = Process(target=attack, args=(target, count, *how, ready, over, ended), daemon=True)
    attacker.start()
    if not ready.wait(120):
        raise SystemExit("the attack could not be made")
    # What the sockets hold comes at once; the attack is what goes on after it.
    time.sleep(SECONDS)
    during, _ = victim(port, SECONDS)
    size = memory(pid)
    over.set()
    attacker.join(30)
    attacker.terminate()
    time.sleep(3)
    return during, ended.value, size


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 5000))
