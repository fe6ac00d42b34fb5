"""A test suite: a command, how to count what it ran, and what to show when it fails."""

import asyncio
import os
import re
import signal
import xml.etree.ElementTree as XML
from dataclasses import dataclass, field
from pathlib import Path
from typing import Callable

from .program import die_with_parent
from .settings import ROOT


@dataclass
class Suite:
    """`count` reads (passed, failed, names of the failed) from the output and the exit status."""

    name: str
    command: list
    count: Callable
    log: Path
    environment: dict = field(default_factory=dict)
    folder: Path = ROOT
    seconds: float = 900


@dataclass
class Result:
    """What a suite came to."""

    passed: int
    failed: int
    failures: list
    seconds: float
    note: str = ""


async def run(suite):
    """Runs the suite within its time; a suite that dies without a count has failed once."""
    began = asyncio.get_running_loop().time()
    with open(suite.log, "wb") as log:
        child = await asyncio.create_subprocess_exec(
            *suite.command, cwd=suite.folder, env={**os.environ, **suite.environment},
            stdin=asyncio.subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True,
            preexec_fn=lambda: die_with_parent(signal.SIGTERM))
    note = ""
    try:
        status = await asyncio.wait_for(child.wait(), suite.seconds)
    except asyncio.TimeoutError:
        note = f"stopped after {suite.seconds:g} s"
        status = await _end(child)
    except asyncio.CancelledError:
        await _end(child)
        raise
    passed, failed, names = suite.count(suite.log.read_text(errors="replace"))
    if status and not failed:
        failed, note = 1, note or f"ended with status {status}"
    return Result(passed, failed, names, asyncio.get_running_loop().time() - began, note)


def tail(path, count=40):
    """The end of a suite's output."""
    lines = path.read_text(errors="replace").splitlines()[-count:]
    return "\n".join(f"    | {line}" for line in lines)


def unfinished(path):
    """The tests of Swift Testing that began and did not end: those to look at when a suite hangs or dies."""
    text = path.read_text(errors="replace")
    began = re.findall(r"^◇ Test (.*) started\.$", text, re.MULTILINE)
    ended = set(re.findall(r"^[✔✘] Test (.*?)(?: with \d+ test cases)? (?:passed|failed) after", text, re.MULTILINE))
    return [name for name in began if name not in ended and not name.startswith(("run", "case"))]


async def _end(child):
    child.terminate()
    try:
        return await asyncio.wait_for(child.wait(), 20)
    except asyncio.TimeoutError:
        child.kill()
        return await child.wait()


def count_unittest(output):
    """Python's own runner."""
    ran = re.search(r"^Ran (\d+) tests?", output, re.MULTILINE)
    names = re.findall(r"^(?:FAIL|ERROR): (.*)$", output, re.MULTILINE)
    skipped = re.search(r"skipped=(\d+)", output)
    total = (int(ran[1]) if ran else 0) - (int(skipped[1]) if skipped else 0)
    return max(0, total - len(names)), len(names), names


def count_xml(path):
    """A file in the xUnit form, as Swift Testing and pytest write it; skipped tests count for nothing."""
    def count(_):
        try:
            cases = list(XML.parse(path).iter("testcase"))
        except (OSError, XML.ParseError):
            return 0, 0, []
        failed = [f"{case.get('classname')}.{case.get('name')}" for case in cases
                  if case.find("failure") is not None or case.find("error") is not None]
        skipped = sum(case.find("skipped") is not None for case in cases)
        return len(cases) - skipped - len(failed), len(failed), failed
    return count
