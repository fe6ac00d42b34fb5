"""Processes that come from this one, also those whose own parents have ended."""

import ctypes
import os
import signal
import time
from pathlib import Path

from .identity import start_time

_PR_SET_CHILD_SUBREAPER = 36


def adopt_orphans():
    """From now on a descendant whose parent ends becomes our child, and so cannot get away."""
    ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1)


def children():
    """The process ids of our children."""
    try:
        text = Path(f"/proc/{os.getpid()}/task/{os.getpid()}/children").read_text()
    except OSError:
        return []
    return [int(pid) for pid in text.split()]


def end_all(seconds=10):
    """Asks all children to end, those too that they leave behind, and kills them after a while.
    Returns how many were still running."""
    running = len([pid for pid in children() if start_time(pid)])
    until = time.monotonic() + seconds
    asked = set()
    while pids := children():
        late = time.monotonic() > until
        for pid in pids:
            if late or pid not in asked:
                os.kill(pid, signal.SIGKILL if late else signal.SIGTERM)
                asked.add(pid)
            try:
                os.waitpid(pid, os.WNOHANG)
            except ChildProcessError:
                pass
        time.sleep(0.02)
    return running
