"""Log files of the children: the important lines go to the terminal, and no file grows without bound."""

import json
import os
import re
import shutil
import time

LARGEST = 64 << 20
# A program in trouble can say the same a thousand times a second; a person needs it a few times.
MOST_LINES, WITHIN_SECONDS = 10, 5

_IMPORTANT = {"warning", "error", "critical", "fatal"}
_TEXT_LEVEL = re.compile(r"\b(warning|error|critical|FATAL|PANIC)\b")


class Log:
    """One log file and how far it has been read. The child appends, so the file may be cut under it."""

    def __init__(self, name, path):
        self.name = name
        self.path = path
        self._position = path.stat().st_size if path.exists() else 0
        self._rest = b""
        self._window_ends, self._room, self._left_out = 0.0, 0, 0

    def important(self):
        """The important lines since the last call, made readable, with a count of what was left out."""
        shown = []
        if time.monotonic() >= self._window_ends:
            if self._left_out:
                shown.append(f"… and {self._left_out} more such lines in {self.path}")
            self._window_ends, self._room, self._left_out = time.monotonic() + WITHIN_SECONDS, MOST_LINES, 0
        found = [line for line in map(readable, self._new_lines()) if line]
        shown += found[:self._room]
        self._left_out += len(found[self._room:])
        self._room -= len(found[:self._room])
        return [f"{self.name:8} {line}" for line in shown]

    def last(self, count):
        """The last lines of the file."""
        try:
            with open(self.path, "rb") as file:
                file.seek(max(0, os.fstat(file.fileno()).st_size - 16384))
                lines = file.read().decode(errors="replace").splitlines()
        except OSError:
            return []
        return [readable(line, everything=True)[:400] for line in lines[-count:]]

    def cut(self):
        """Moves the text to `….1` once the file is large."""
        if self.path.exists() and self.path.stat().st_size > LARGEST:
            shutil.copyfile(self.path, f"{self.path}.1")
            os.truncate(self.path, 0)

    def _new_lines(self):
        try:
            with open(self.path, "rb") as file:
                size = os.fstat(file.fileno()).st_size
                if size < self._position:
                    self._position, self._rest = 0, b""
                file.seek(self._position)
                data = self._rest + file.read(1 << 20)
                self._position = file.tell()
        except OSError:
            return []
        *lines, self._rest = data.split(b"\n")
        self._rest = self._rest[-65536:]
        return [line.decode(errors="replace") for line in lines]


def readable(line, everything=False):
    """An important line as a person reads it, else None; with `everything` any line."""
    try:
        entry = json.loads(line) if line.startswith("{") else None
    except ValueError:
        entry = None
    if not isinstance(entry, dict):
        return line if everything or _TEXT_LEVEL.search(line[:200]) else None
    level = str(entry.pop("level", "")).lower()
    if not everything and level not in _IMPORTANT:
        return None
    message = entry.pop("message", entry.pop("msg", ""))
    details = " ".join(f"{key}={value}" for key, value in entry.items() if key not in {"time", "timestamp", "ts"})
    return f"{level} {message} {details}".strip()
