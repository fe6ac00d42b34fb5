"""Slots, arithmetic alone: a Swift program of its own, built and run here, its lines taken over."""

import os
import re
import subprocess

from .bench import markdown
from .measure import SUBJECT_CORE
from .settings import ROOT
from .swift import build_release
from .terminal import Stop

NAME = "SchedulingBenchmark"


def table(_data, binaries, _count, seconds, report):
    """Its lines as a block of text; it takes its own samples, for a quarter of `seconds` in each row."""
    if binaries == ROOT / ".build/release":
        build_release(NAME)
    program = binaries / NAME
    if not os.access(program, os.X_OK):
        raise Stop(f"There is no {program}: swift build -c release --product {NAME}")
    report("  slots from memory")
    done = subprocess.run(
        [program, str(seconds / 4)], cwd=ROOT, capture_output=True, text=True, timeout=60 + 20 * seconds,
        preexec_fn=lambda: os.sched_setaffinity(0, SUBJECT_CORE))
    if done.returncode:
        raise Stop(f"{NAME} failed:\n{done.stdout}\n{done.stderr}")
    lines = f"Slots, arithmetic alone, CPU time (Scheduling/README.md):\n\n```\n{done.stdout.strip()}\n```"
    return f"{lines}\n\n{markdown(['Bound', 'measured', 'at most', 'holds'], _bounds(done.stdout))}"


def _bounds(text):
    """The rows of those lines that have a bound."""
    found = re.findall(r"^(.*?)  +([\d.]+ \S+) +at most +([\d.]+ \S+) +(\w+)$", text, re.MULTILINE)
    if not found:
        raise Stop(f"{NAME} prints no bounds any more:\n{text}")
    return [[name.strip(), measured, most, "✓" if verdict == "holds" else "✗"]
            for name, measured, most, verdict in found]
