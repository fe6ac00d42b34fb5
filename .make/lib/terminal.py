"""Lines for the person at the terminal: short, coloured only where that is seen, and never fatal."""

import os
import sys

_in_progress = False
_COLOURS = {"red": "31", "green": "32", "yellow": "33", "grey": "90", "bold": "1"}


class Stop(Exception):
    """Ends the command with a message for a person: what is wrong, and what to do about it."""


def styled(text, colour):
    """`text` in a colour (or bold) when standard output is a terminal that wants colours."""
    if not sys.stdout.isatty() or "NO_COLOR" in os.environ:
        return text
    return f"\x1b[{_COLOURS[colour]}m{text}\x1b[0m"


def say(text="", colour=None):
    """Prints one line at once. A terminal that has gone away is not an error: the logs are in files."""
    try:
        progress("")
        print(styled(text, colour) if colour else text, flush=True)
    except OSError:
        sys.stdout = open(os.devnull, "w")


def progress(text):
    """Replaces the progress line; an empty text removes it. Does nothing where there is no terminal."""
    global _in_progress
    if (text or _in_progress) and sys.stdout.isatty():
        print(f"\r\x1b[2K{text[:110]}", end="", flush=True)
    _in_progress = bool(text)
