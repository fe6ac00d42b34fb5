"""`make run`: everything on this machine, kept running until Ctrl-C."""

import asyncio
import json
import os
import signal
from pathlib import Path

from .daybook import Daybook
from .files import folder, write_atomically
from .keys import Keys
from .log import Log
from .ports import require_free
from .postgres import Postgres
from .program import die_with_parent
from .record import Record
from .redis import Redis
from .supervisor import Supervisor
from .terminal import Stop, progress, say, styled


class Run:
    """One run of a data folder, from taking its lock to having stopped every child."""

    def __init__(self, settings):
        self._settings = settings
        self._data = folder(settings.data, 0o711)
        folder(self._data / "log")
        self._summary = self._data / "run.json"
        self._record = Record(self._data)
        self._supervisor = Supervisor(self._children_changed)
        self._started = False

    async def main(self):
        """Runs until a signal asks to stop. Returns the exit status."""
        self._record.claim()
        self._summary.unlink(missing_ok=True)
        self._record.end_leftovers()
        self._require_binaries()
        require_free(self._settings.listening)
        stop = self._on_signals()
        starting = asyncio.create_task(self._start())
        stopping = asyncio.create_task(stop.wait())
        tail = asyncio.create_task(self._show_logs())
        try:
            await asyncio.wait([starting, stopping], return_when=asyncio.FIRST_COMPLETED)
            if starting.done():
                starting.result()
                self._greet()
                await stopping
        finally:
            starting.cancel()
            tail.cancel()
            if stop.is_set():
                say("Stopping (Ctrl-C again: at once)")
            await asyncio.gather(starting, return_exceptions=True)
            await self._supervisor.stop()
            self._summary.unlink(missing_ok=True)
        say("Stopped. The data stays in " + _short(self._data))
        return 0

    async def _start(self):
        settings = self._settings
        progress("Starting Postgres and Redis …")
        keys = Keys(self._data)
        self._postgres, self._redis = Postgres(self._data), Redis(self._data)
        await asyncio.to_thread(self._postgres.prepare)
        await self._supervisor.start(self._postgres.program(), self._redis.program())
        await self._postgres.create_database()
        daybook = Daybook(settings, keys, self._postgres, self._redis)
        progress("Preparing the database …")
        await daybook.migrate()
        await daybook.seed()
        progress("Starting origin, its worker and the gateway …")
        mail = [daybook.mail()] if settings.shows_mail else []
        await self._supervisor.start(*mail, daybook.worker(), daybook.origin(), daybook.gateway())
        self._token = keys.service_token
        self._started = True
        self._children_changed()

    def _require_binaries(self):
        for name in ("gateway", "origin"):
            if not os.access(self._settings.binaries / name, os.X_OK):
                raise Stop(f"There is no {self._settings.binaries / name}: `make build` makes it.")

    def _on_signals(self):
        stop = asyncio.Event()

        def asked():
            self._supervisor.kill() if stop.is_set() else stop.set()

        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            asyncio.get_running_loop().add_signal_handler(number, asked)
        if _parent_is_make():
            die_with_parent(signal.SIGTERM)
        return stop

    def _children_changed(self):
        children = self._supervisor.children
        self._record.write(children)
        if self._started:
            write_atomically(self._summary, json.dumps(self._describe(children), indent=2) + "\n")

    def _describe(self, children):
        pids = {program.name: pid for program, pid in children}
        settings = self._settings
        described = {
            "gateway": {"port": settings.port, "admin_port": settings.admin_port},
            "origin": {"port": settings.origin_port, "internal_port": settings.internal_port},
            "worker": {},
            "postgres": {"url": self._postgres.url},
            "redis": {"url": self._redis.url},
        }
        if settings.shows_mail:
            described["mail"] = {"port": settings.mail_port, "folder": str(self._data / "mail")}
        for name, entry in described.items():
            entry["pid"] = pids.get(name)
        return {**described, "run": {"pid": os.getpid()}, "service_token": self._token}

    async def _show_logs(self):
        logs = [Log(name, self._data / "log" / f"{name}.log")
                for name in ("postgres", "redis", "worker", "origin", "gateway", "mail")]
        while True:
            await asyncio.sleep(0.3)
            for log in logs:
                for line in log.important():
                    say(line, "yellow")
                log.cut()

    def _greet(self):
        settings = self._settings
        public = os.environ.get("PUBLIC_URL") or f"http://127.0.0.1:{settings.port}"
        say()
        say("Daybook is ready.", "bold")
        rows = [("book a time", f"{public}/book/john/30min"),
                ("dashboard", f"{public}/login   john@demo.test / demo-password")]
        if settings.shows_mail:
            rows.append(("sent mail", f"http://127.0.0.1:{settings.mail_port}"))
        rows += [("metrics", f"http://127.0.0.1:{settings.admin_port}/metrics (gateway)"),
                 ("logs", _short(self._data / "log")),
                 ("for scripts", _short(self._summary))]
        for name, value in rows:
            say(f"  {styled(f'{name:12}', 'grey')} {value}")
        if settings.rate_limits_off:
            say("  Every rate limit is off: never let others reach this run.", "yellow")
        if settings.test_clock:
            say("  The test clock is on: PUT /internal/clock holds the time.", "yellow")
        say("Ctrl-C stops it; the data stays.")


def _parent_is_make():
    """A killed `make` must not leave us running behind the terminal's back."""
    try:
        return "make" in Path(f"/proc/{os.getppid()}/comm").read_text()
    except OSError:
        return False


def _short(path):
    here = os.path.relpath(path)
    return str(path) if here.startswith("..") else here
