"""What the programs are measured on: Postgres and Redis on the other core."""

import asyncio
import shutil

from lib.daybook import Daybook
from lib.files import folder, remove_service_folder
from lib.keys import Keys
from lib.measure import OTHER_CORES, Server
from lib.ports import free_port
from lib.postgres import Postgres
from lib.redis import Redis
from lib.settings import Settings

# Room for all that is asked for, and no checkpoint in the midst of a round.
_POSTGRES = "shared_buffers = 512MB\nmax_wal_size = 8GB\ncheckpoint_timeout = 60min\n"


class Scene:
    """A new Postgres and a new Redis; they end with the stack, and with `keeps` false so does what they wrote."""

    def __init__(self, home, stack, keeps=True):
        _remove(home)
        if not keeps:
            stack.callback(_remove, home)
        self.home = folder(home, 0o711)
        folder(home / "log")
        self.postgres, self.redis = Postgres(home, _POSTGRES), Redis(home)
        self.postgres.prepare()
        program, redis = self.postgres.program(), self.redis.program()
        self._database = stack.enter_context(Server.of(program, self.postgres.port, OTHER_CORES))
        stack.enter_context(Server.of(redis, self.redis.port, OTHER_CORES))
        asyncio.run(_until_ready(program, self._database))
        asyncio.run(self.postgres.create_database())

    def postgres_pids(self):
        return self._database.pids


class Origin:
    """Origin on a database, with the tables made; `database` knows its `url`."""

    def __init__(self, home, binaries, database, redis):
        folder(home / "log")
        settings = Settings(home, binaries, *(free_port() for _ in range(5)))
        self.port = settings.origin_port
        self._daybook = Daybook(settings, Keys(home), database, redis)
        asyncio.run(self._daybook.migrate())

    def server(self):
        return Server.of(self._daybook.origin(), self.port)


def superuser(url):
    """The same database as who may leave out foreign keys and ask for a checkpoint."""
    return url.replace("//daybook@", "//postgres@")


def _remove(home):
    for name in ("postgres", "redis"):
        remove_service_folder(home / name)
    shutil.rmtree(home, ignore_errors=True)


async def _until_ready(program, server):
    while await program.ready(server.pids[0]) is not None:
        await asyncio.sleep(0.05)
