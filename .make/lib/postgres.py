"""A private Postgres in the data folder: its own cluster, port and socket; nothing of the system's."""

import asyncio
import secrets
import shutil
import signal
import subprocess
from pathlib import Path
from urllib.parse import quote

from .files import folder, service_folder, service_user, write_atomically
from .ports import remembered
from .program import Program
from .terminal import Stop

OLDEST = 15
_CONFIGURATION = """\
# Written by `make run` at every start.
listen_addresses = '127.0.0.1'
unix_socket_directories = '{socket}'
unix_socket_permissions = 0700
max_connections = 60
shared_buffers = 64MB
timezone = 'UTC'
log_timezone = 'UTC'
log_line_prefix = '%m [%p] '
log_statement = 'none'
{extra}"""


class Postgres:
    """Knows the cluster's files and addresses. `url` is for origin: a role that is no superuser, by the
    unix socket, which only we and the server's user can reach; over TCP a password is asked for."""

    def __init__(self, data, extra=""):
        self._user = service_user("postgres")
        self._home = service_folder(data, "postgres", self._user)
        self._cluster = self._home / "cluster"
        self._log = data / "log" / "postgres.log"
        self._extra = extra
        self._password_file = self._home / "password"
        self._socket = self._home / "socket"
        if len(str(self._socket)) > 90:
            self._socket = folder(Path("/tmp") / f"daybook-{secrets.token_hex(6)}")
            self._own(self._socket)
        self.port = remembered(data, "postgres")

    @property
    def url(self):
        return self._url("daybook")

    def prepare(self):
        """Makes the cluster once. A half-made one, left by a killed run, is made anew."""
        if not self._socket.exists():
            self._own(folder(self._socket))
        self._bin = self._find_binaries()
        if not self._cluster.exists():
            self._initialise()
        settings = _CONFIGURATION.format(socket=self._socket, extra=self._extra)
        write_atomically(self._cluster / "daybook.conf", settings)
        self._own(self._cluster / "daybook.conf")

    def program(self):
        return Program(
            "postgres",
            [f"{self._bin}/postgres", "-D", str(self._cluster), "-p", str(self.port),
             "-c", f"config_file={self._cluster}/daybook.conf"],
            self._log, self._ready, stop_signal=signal.SIGINT, stop_seconds=30,
            ready_seconds=120, user=self._user, folder=self._home)

    async def create_database(self):
        """Makes the role and the database of Daybook where they are not there yet."""
        for question, statement in (
            ("SELECT 1 FROM pg_roles WHERE rolname = 'daybook'", "CREATE ROLE daybook LOGIN"),
            ("SELECT 1 FROM pg_database WHERE datname = 'daybook'", "CREATE DATABASE daybook OWNER daybook"),
        ):
            if not await self._psql(question):
                await self._psql(statement)

    async def _psql(self, statement):
        child = await asyncio.create_subprocess_exec(
            f"{self._bin}/psql", "-XAtq", "-d", self._url("postgres", "postgres"), "-c", statement,
            stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE)
        output, error = await child.communicate()
        if child.returncode:
            raise Stop(f"Postgres refused `{statement}`: {error.decode().strip()}")
        return output.decode().strip()

    async def _ready(self, pid):
        """The server writes `ready` on the eighth line of its pid file; an old file has another pid."""
        try:
            lines = (self._cluster / "postmaster.pid").read_text().splitlines()
        except OSError:
            return "it is starting"
        ready = len(lines) >= 8 and lines[0] == str(pid) and lines[7].strip() == "ready"
        return None if ready else "it is starting, or recovering after a crash"

    def _initialise(self):
        half = self._home / "cluster.new"
        shutil.rmtree(half, ignore_errors=True)
        write_atomically(self._password_file, secrets.token_urlsafe(24))
        self._own(self._password_file)
        made = subprocess.run(
            [f"{self._bin}/initdb", "-D", str(half), "-U", "postgres", "--encoding=UTF8", "--locale=C.UTF-8",
             "--data-checksums", "--auth-local=trust", "--auth-host=scram-sha-256",
             f"--pwfile={self._password_file}"],
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
            cwd=self._home, **self._identity())
        if made.returncode:
            raise Stop(f"initdb could not make a database in {half}:\n{made.stdout}")
        half.rename(self._cluster)

    def _find_binaries(self):
        """The binaries of the version that made the cluster, or the newest there are for a new one."""
        found = {int(path.parts[-3]): path.parent for path in Path("/usr/lib/postgresql").glob("*/bin/postgres")
                 if path.parts[-3].isdigit() and int(path.parts[-3]) >= OLDEST}
        made_by = self._cluster / "PG_VERSION"
        version = int(made_by.read_text()) if made_by.exists() else max(found, default=None)
        if version not in found:
            raise Stop(f"The data in {self._cluster} was made by Postgres {version}, which is not installed.\n"
                       f"Install postgresql-{version}, or `make reset` to begin anew without that data."
                       if version else f"No Postgres of version {OLDEST} or newer below /usr/lib/postgresql.")
        return found[version]

    def _url(self, user, database="daybook"):
        return f"postgresql://{user}@/{database}?host={quote(str(self._socket), safe='')}&port={self.port}"

    def _identity(self):
        return {"user": self._user.pw_uid, "group": self._user.pw_gid, "extra_groups": []} if self._user else {}

    def _own(self, path):
        if self._user:
            shutil.chown(path, self._user.pw_uid, self._user.pw_gid)
