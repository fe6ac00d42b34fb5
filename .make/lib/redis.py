"""A private Redis in the data folder: append-only, with a password, on a port of its own."""

import asyncio
import secrets
import signal
import subprocess

from .files import service_folder, service_user, write_atomically
from .ports import remembered
from .probe import ask
from .program import Program

_CONFIGURATION = """\
# Written by `make run` at every start.
bind 127.0.0.1
port {port}
requirepass {password}
dir {folder}
appendonly yes
appendfsync everysec
save ""
daemonize no
maxmemory-policy noeviction
"""


class Redis:
    """Knows the server's files and address."""

    def __init__(self, data):
        self._user = service_user("redis")
        self._home = service_folder(data, "redis", self._user)
        self._log = data / "log" / "redis.log"
        self.port = remembered(data, "redis")
        password_file = self._home / "password"
        if not password_file.exists():
            write_atomically(password_file, secrets.token_urlsafe(24))
        self._password = password_file.read_text()

    @property
    def url(self):
        return f"redis://:{self._password}@127.0.0.1:{self.port}"

    def program(self):
        configuration = self._home / "redis.conf"
        write_atomically(configuration, _CONFIGURATION.format(
            port=self.port, password=self._password, folder=self._home))
        if self._user:
            subprocess.run(["chown", "-R", f"{self._user.pw_uid}:{self._user.pw_gid}", self._home], check=True)
        return Program(
            "redis", ["redis-server", str(configuration)], self._log, self._ready,
            stop_signal=signal.SIGTERM, stop_seconds=20, ready_seconds=60, user=self._user, folder=self._home)

    async def _ready(self, _):
        try:
            answer = await ask("127.0.0.1", self.port, f"AUTH {self._password}\r\nPING\r\n".encode())
        except (OSError, asyncio.TimeoutError):
            return f"nothing answers on port {self.port}"
        return None if answer.startswith(b"+OK") else answer.decode(errors="replace").strip()
