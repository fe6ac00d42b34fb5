"""Keeps programs running: starts them, waits until they are ready, starts again what ends, stops all."""

import asyncio
import signal
import time

from .log import Log
from .program import spawn
from .terminal import Stop, say

FIRST_PAUSE, LONGEST_PAUSE = 0.2, 20.0
HEALTHY_SECONDS = 60
ATTEMPTS_TO_START = 4


class Supervisor:
    """Owns the children. `changed` is called whenever the set of process ids is another one."""

    def __init__(self, changed):
        self._changed = changed
        self._kept = []
        self._stopping = False

    @property
    def children(self):
        """`(program, process id)` of those that live now, in the order of starting."""
        return [(kept.program, kept.child.pid) for kept in self._kept if kept.lives]

    async def start(self, *programs):
        """Starts them side by side and returns when all are ready; `Stop` when one does not manage it."""
        kept = [_Kept(program) for program in programs]
        self._kept += kept
        for one in kept:
            one.keeper = asyncio.create_task(self._keep(one))
        await asyncio.gather(*(one.ready for one in kept))

    async def stop(self):
        """Stops the children one after the other, the last started first, each in its own time."""
        self._stopping = True
        for kept in reversed(self._kept):
            await self._end(kept)

    def kill(self):
        """Ends all children at once. They are built to lose nothing by it."""
        self._stopping = True
        for kept in self._kept:
            if kept.lives:
                kept.child.kill()

    async def _keep(self, kept):
        pause = FIRST_PAUSE
        attempts = 0
        while not self._stopping:
            kept.child = await spawn(kept.program)
            self._changed()
            began = time.monotonic()
            watch = asyncio.create_task(self._watch(kept, began))
            code = await kept.child.wait()
            watch.cancel()
            self._changed()
            if self._stopping:
                return
            attempts += 1
            if not kept.ready.done() and attempts == ATTEMPTS_TO_START:
                kept.ready.set_exception(Stop(f"{kept.program.name} does not start.\n{_ending(kept, code)}"))
                return
            pause = FIRST_PAUSE if time.monotonic() - began > HEALTHY_SECONDS else pause
            say(f"{_ending(kept, code)}\n  starting it again in {pause:g} s", "yellow")
            await asyncio.sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE)

    async def _watch(self, kept, began):
        program = kept.program
        while (missing := await program.ready(kept.child.pid)) is not None:
            if time.monotonic() - began > program.ready_seconds and not kept.ready.done():
                kept.ready.set_exception(
                    Stop(f"{program.name} is not ready after {program.ready_seconds:g} s: {missing}\n"
                         f"{_last_lines(kept)}"))
                return
            await asyncio.sleep(0.05)
        if not kept.ready.done():
            kept.ready.set_result(None)
        else:
            say(f"{program.name} is back", "green")

    async def _end(self, kept):
        if kept.lives:
            kept.child.send_signal(kept.program.stop_signal)
            try:
                await asyncio.wait_for(kept.child.wait(), kept.program.stop_seconds)
            except asyncio.TimeoutError:
                say(f"{kept.program.name} did not stop within {kept.program.stop_seconds:g} s: killed", "red")
                kept.child.kill()
                await kept.child.wait()
        kept.keeper.cancel()
        await asyncio.gather(kept.keeper, return_exceptions=True)
        self._changed()


class _Kept:
    """One program, its present child, and whether it has been ready once."""

    def __init__(self, program):
        self.program = program
        self.child = None
        self.keeper = None
        self.ready = asyncio.get_running_loop().create_future()
        self.ready.add_done_callback(lambda future: future.cancelled() or future.exception())

    @property
    def lives(self):
        return self.child is not None and self.child.returncode is None


def _ending(kept, code):
    how = f"was killed by {signal.Signals(-code).name}" if code < 0 else f"ended with status {code}"
    return f"{kept.program.name} {how}. {_last_lines(kept)}"


def _last_lines(kept):
    lines = Log(kept.program.name, kept.program.log).last(8)
    return "\n".join([f"The end of {kept.program.log}:", *(f"  | {line}" for line in lines)])
