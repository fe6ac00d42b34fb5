"""`make bench`: runs the parts, prints their tables and writes them down with the machine and the date."""

import datetime
import importlib
import os
import subprocess

from .files import folder
from .measure import machine
from .settings import ROOT
from .terminal import Stop, progress, say

RESULTS = ROOT / "Benchmarks/RESULTS.md"
PARTS = {
    "gateway": "Gateway.bench", "origin": "Origin.bench", "client": "lib.client_bench",
    "scheduling": "lib.scheduling_bench",
}


def main(names):
    """Measures the parts named, or all. RESULTS.md is written only when all were measured."""
    if unknown := set(names) - set(PARTS):
        raise Stop(f"There is no benchmark {', '.join(sorted(unknown))}: there are {', '.join(PARTS)}.")
    data = folder(ROOT / (os.environ.get("DATA_DIR") or ".data"), 0o711)
    folder(data / "bench", 0o711)
    binaries = ROOT / (os.environ.get("BIN_DIR") or ".build/release")
    count, seconds = _number("ROUNDS", 5), _number("SECONDS", 4)
    load = os.getloadavg()[0]
    tables = []
    for name in names or PARTS:
        say(f"Measuring: {name}", "grey")
        table = importlib.import_module(PARTS[name]).table(data, binaries, count, seconds, progress)
        say(f"\n{table}\n")
        tables.append(table)
    if not names:
        RESULTS.write_text(_document(tables, count, seconds, load))
        say(f"Written to {RESULTS.relative_to(ROOT)}")


def _number(name, usual):
    value = os.environ.get(name) or str(usual)
    if not value.isdigit() or not 1 <= int(value) <= 60:
        raise Stop(f"{name}={value!r} must be a number from 1 to 60")
    return int(value)


def markdown(heads, rows):
    """A table whose columns line up in a terminal too. All but the first column are numbers."""
    cells = [heads, *[[str(cell) for cell in row] for row in rows]]
    widths = [max(len(row[column]) for row in cells) for column in range(len(heads))]
    lines = ["| " + " | ".join(
        cell.ljust(width) if column == 0 else cell.rjust(width)
        for column, (cell, width) in enumerate(zip(row, widths))) + " |" for row in cells]
    rule = "|" + "|".join("-" * (width + 2) if column == 0 else "-" * (width + 1) + ":"
                          for column, width in enumerate(widths)) + "|"
    return "\n".join([lines[0], rule, *lines[1:]])


def _document(tables, count, seconds, load):
    commit = subprocess.run(["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, capture_output=True, text=True)
    heads = f"""# Results

Written by `make bench` on {datetime.date.today()}, at commit {commit.stdout.strip() or "unknown"}. How to read it: README.md.

Machine: {machine()}. {count} rounds of {seconds} s for each program, in turn; medians.
Load of the machine as it began: {load:.1f}{" — it had other work, which wavers the numbers" if load > 1 else ""}.
"""
    return heads + "\n" + "\n\n".join(tables) + "\n"
