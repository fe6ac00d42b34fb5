"""What a data folder remembers of the run that uses it: one run at a time, and who its children are."""

import fcntl
import json
import os
import signal

from . import identity
from .files import write_atomically
from .terminal import Stop, say


class Record:
    """`run.lock`, held for as long as this process lives, and `processes.json`, the children's identities.
    Children are ended in the order in which a run stops them."""

    def __init__(self, data):
        self._lock_path = data / "run.lock"
        self._path = data / "processes.json"
        self._lock = None

    def claim(self):
        """Makes this process the one run of the data folder; `Stop` when another one is."""
        self._lock = open(self._lock_path, "a+")
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            self._lock.seek(0)
            pid = self._lock.read().strip()
            raise Stop(f"Another `make run` (process {pid}) uses {self._path.parent}.\n"
                       "Stop it, or choose another folder and other ports, for example:\n"
                       "  DATA_DIR=.data2 PORT=9080 ORIGIN_PORT=9081 INTERNAL_PORT=9082 ADMIN_PORT=9083 "
                       "MAIL_PORT=9085 make run") from None
        self._lock.truncate(0)
        self._lock.write(str(os.getpid()))
        self._lock.flush()

    def end_leftovers(self):
        """Ends what a killed run left behind: only processes that are provably its children."""
        try:
            known = json.loads(self._path.read_text())
        except (OSError, ValueError):
            return
        for one in reversed(known):
            if identity.end(one, one["stop_signal"], one["stop_seconds"]):
                say(f"Ended {one['name']} (process {one['pid']}), left by a run that was killed")
        self._path.unlink()

    def write(self, children):
        """Writes down `[(program, pid)]`, in the order of starting."""
        known = []
        for program, pid in children:
            if one := identity.identity(pid):
                known.append({**one, "name": program.name, "stop_signal": int(program.stop_signal),
                              "stop_seconds": program.stop_seconds})
        write_atomically(self._path, json.dumps(known, indent=1))
