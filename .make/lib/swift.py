"""Calls of the Swift package manager. `SWIFT` names another command, such as one that takes turns."""

import json
import os
import re
import subprocess
import time

from .settings import ROOT
from .terminal import Stop, progress, say

_STEP = re.compile(r"(?:\[\d+/\d+\]|Fetching|Computing|Creating) .*")
# At the start of a line, or after the place or the tool that found it; never in the compiler's pictures.
_ERROR = re.compile(r"(?:[^\s\[].*?: )?error: ")
_QUIET_SECONDS = 20


def build(what, *commands):
    """Runs `swift build` with each of the argument lists, with a progress line and the whole output in
    .data/build.log; `Stop` shows the errors."""
    log_path = ROOT / ".data/build.log"
    log_path.parent.mkdir(mode=0o711, exist_ok=True)
    began = time.monotonic()
    say(f"Building ({what}) …", "grey")
    with open(log_path, "w") as log:
        for arguments in commands:
            if _run(arguments, log):
                raise Stop(f"The build failed:\n\n{errors(log_path)}\n\nThe whole output is in {log_path}")
    say(f"Built ({what}) in {time.monotonic() - began:.0f} s", "grey")


# One file that calls the Swift runtime directly instead of through tables, and no check at run time for overlapping
# access, which the tests' builds make: together 10 % of a forwarded request's CPU.
RELEASE = ["-c", "release", "--static-swift-stdlib", "-Xswiftc", "-enforce-exclusivity=unchecked"]


def build_release(*products):
    """The programs, the two of Daybook when none is named, and nothing that only tests need."""
    build("release", *([*RELEASE, "--product", product] for product in products or ("gateway", "origin")))


def build_tests():
    """The tests, and the programs that they start."""
    build("tests", ["--build-tests"])


def _run(arguments, log):
    """Through a pipe `swift build` prints a line for each step; they become one progress line here."""
    told = time.monotonic()
    with subprocess.Popen(
        [os.environ.get("SWIFT", "swift"), "build", *arguments], cwd=ROOT, text=True, errors="replace",
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    ) as child:
        for line in child.stdout:
            log.write(line)
            step = _STEP.match(line)
            if not step:
                continue
            progress(f"  {step[0]}")
            if not os.isatty(1) and time.monotonic() - told > _QUIET_SECONDS:
                told = time.monotonic()
                say(f"  {step[0]}")
    log.flush()
    return child.returncode


def manifest(root=ROOT):
    """Package.swift as JSON values."""
    dumped = subprocess.run(["swift", "package", "dump-package"], cwd=root, capture_output=True, text=True)
    if dumped.returncode:
        raise Stop(f"Package.swift does not load:\n{dumped.stderr}")
    return json.loads(dumped.stdout)


def test_targets():
    """The names of the test targets, in the order of Package.swift."""
    return [target["name"] for target in manifest()["targets"] if target["type"] == "test"]


def errors(log_path):
    """The errors of a build log, each once, with the lines that show the place; its end when none is found."""
    lines = log_path.read_text(errors="replace").splitlines()
    found = {}
    for number, line in enumerate(lines):
        if _ERROR.match(line) and line not in found:
            found[line] = "\n".join([line, *_excerpt(lines[number + 1:number + 9])])
    return "\n".join(list(found.values())[:20]) if found else "\n".join(lines[-25:])


def _excerpt(lines):
    """The compiler's picture of the place: the lines with a bar after the number."""
    for line in lines:
        if not re.match(r"\s*\d* *[|`]", line):
            return
        yield line
