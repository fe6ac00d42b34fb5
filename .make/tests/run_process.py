"""A `make run` under test: its own folder and ports, fake programs, a real Postgres and Redis."""

import json
import os
import select
import signal
import subprocess
import tempfile
import time
from pathlib import Path

from lib.files import remove_service_folder
from lib.identity import start_time
from lib.ports import free_port
from lib.record import Record

MAKE = Path(__file__).resolve().parents[1]
PATIENCE = 60


class Home:
    """A data folder and the ports that go with it, kept over several runs and removed at the end."""

    def __init__(self):
        self._folder = tempfile.TemporaryDirectory(prefix="daybook-test-")
        os.chmod(self._folder.name, 0o711)
        self.data = Path(self._folder.name) / "data"
        self.notes_file = Path(self._folder.name) / "notes"
        self.environment = {
            **os.environ, "DATA_DIR": str(self.data), "BIN_DIR": str(MAKE / "tests/fakes"),
            "FAKE_NOTES": str(self.notes_file), "NO_COLOR": "1",
            **{name: str(free_port()) for name in
               ("PORT", "ORIGIN_PORT", "INTERNAL_PORT", "ADMIN_PORT", "MAIL_PORT")}}
        self.environment.pop("SMTP_URL", None)

    def remove(self):
        """Also ends what a failed test left running."""
        Record(self.data).end_leftovers()
        for name in ("postgres", "redis"):
            remove_service_folder(self.data / name)
        self._folder.cleanup()

    def run(self, *arguments, **environment):
        return RunProcess([str(MAKE / "run"), *arguments], {**self.environment, **environment})

    @property
    def notes(self):
        """What the fake programs wrote down, as (program, what) without the process ids."""
        lines = self.notes_file.read_text().splitlines() if self.notes_file.exists() else []
        return [line.rpartition(" ")[0] for line in lines]

    def summary(self):
        return json.loads((self.data / "run.json").read_text())

    def pids(self):
        return {name: entry["pid"] for name, entry in self.summary().items() if isinstance(entry, dict)}


class RunProcess:
    """The started command and what it has printed."""

    def __init__(self, command, environment):
        self.process = subprocess.Popen(
            command, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, start_new_session=True)
        self.output = ""

    def wait_for(self, text):
        """Reads until the text was printed; an error with all of the output when it does not come."""
        until = time.monotonic() + PATIENCE
        while text not in self.output:
            left = until - time.monotonic()
            if left <= 0 or not select.select([self.process.stdout], [], [], left)[0]:
                raise AssertionError(f"{text!r} was not printed within {PATIENCE} s:\n{self.output}")
            piece = os.read(self.process.stdout.fileno(), 65536).decode()
            if not piece:
                raise AssertionError(f"it ended without printing {text!r}:\n{self.output}")
            self.output += piece
        return self

    def ready(self):
        return self.wait_for("Ctrl-C stops it")

    def signal(self, number):
        self.process.send_signal(number)
        return self

    def status(self):
        """The exit status, waited for."""
        output, _ = self.process.communicate(timeout=PATIENCE)
        self.output += output.decode()
        return self.process.returncode

    def close(self):
        if self.process.poll() is None:
            self.signal(signal.SIGTERM).status()
        self.process.stdout.close()


def wait_gone(pids):
    """Waits until none of the processes lives."""
    until = time.monotonic() + PATIENCE
    while alive := [pid for pid in pids if start_time(pid) is not None]:
        if time.monotonic() > until:
            raise AssertionError(f"still alive: {alive}")
        time.sleep(0.02)
