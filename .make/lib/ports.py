"""Ports of 127.0.0.1: which are free, who holds one that is not, and the ones chosen for a data folder."""

import json
import os
import socket
from pathlib import Path

from .files import write_atomically
from .terminal import Stop


def is_free(port):
    """Whether a server could listen on the port now."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
            return True
        except OSError:
            return False


def free_port():
    """A port that nothing listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def require_free(ports):
    """Raises `Stop` that names every taken port of `{setting: port}`, who holds it and the remedy."""
    taken = {setting: port for setting, port in ports.items() if not is_free(port)}
    if not taken:
        return
    lines = [f"Port {port} ({setting}) is taken by {holder(port)}." for setting, port in taken.items()]
    other = " ".join(f"{setting}={free_port()}" for setting in taken)
    raise Stop("\n".join(lines) + f"\nEnd that program, or choose other ports, for example:\n  {other} make run")


def remembered(data, name):
    """The port of a private server of this data folder: the one it had before if that is still free."""
    path = data / "ports.json"
    known = json.loads(path.read_text()) if path.exists() else {}
    if not is_free(known.get(name, 0)) or name not in known:
        known[name] = free_port()
        write_atomically(path, json.dumps(known))
    return known[name]


def holder(port):
    """A name for the process that listens on the port, as far as we may see it."""
    inodes = _listening_inodes(port)
    for folder in Path("/proc").glob("[0-9]*/fd"):
        try:
            links = {os.readlink(folder / name) for name in os.listdir(folder)}
        except OSError:
            continue
        if links & inodes:
            name = (folder.parent / "comm").read_text().strip()
            return f"{name} (process {folder.parent.name})"
    return "another program"


def _listening_inodes(port):
    found = set()
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        try:
            lines = Path(table).read_text().splitlines()[1:]
        except OSError:
            continue
        for line in lines:
            fields = line.split()
            if fields[3] == "0A" and int(fields[1].rpartition(":")[2], 16) == port:
                found.add(f"socket:[{fields[9]}]")
    return found
