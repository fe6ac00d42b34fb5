"""A program to keep running, and a child process of it that cannot outlive us."""

import asyncio
import ctypes
import os
import signal
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Awaitable, Callable

_libc = ctypes.CDLL(None, use_errno=True)
_PR_SET_PDEATHSIG = 1


@dataclass
class Program:
    """What to start and how to treat it. `ready` answers None, or says what is still missing."""

    name: str
    command: list
    log: Path
    ready: Callable[[int], Awaitable[Any]]
    environment: dict = field(default_factory=dict)
    stop_signal: int = signal.SIGTERM
    stop_seconds: float = 15
    ready_seconds: float = 30
    user: Any = None
    folder: Any = None


async def spawn(program):
    """Starts a child in a session of its own (Ctrl-C reaches only us), logging to its file. When this
    process dies, however it dies, the kernel sends the child its stop signal. Call it on the main thread:
    the kernel's promise is about the thread that forks."""
    identity = {}
    if program.user:
        identity = {"user": program.user.pw_uid, "group": program.user.pw_gid, "extra_groups": []}
    with open(program.log, "ab") as log:
        return await asyncio.create_subprocess_exec(
            *program.command, env={**os.environ, **program.environment}, cwd=program.folder,
            stdin=asyncio.subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True,
            preexec_fn=lambda: die_with_parent(program.stop_signal), **identity)


def die_with_parent(number):
    """Asks the kernel to send this process the signal when its parent ends."""
    _libc.prctl(_PR_SET_PDEATHSIG, number)
