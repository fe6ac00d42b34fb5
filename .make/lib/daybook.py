"""How a run starts our own programs: their environments, arguments and signs of being ready."""

import asyncio
import os
import signal

from .files import folder
from .probe import http_ready
from .program import Program, die_with_parent
from .settings import ROOT
from .terminal import Stop


class Daybook:
    """The commands of `origin` and `gateway` for one data folder."""

    def __init__(self, settings, keys, postgres, redis):
        self._settings = settings
        self._log = settings.data / "log"
        self._keys = keys
        self._environment = {
            "DATABASE_URL": postgres.url,
            "REDIS_URL": redis.url,
            "LISTEN": f"127.0.0.1:{settings.origin_port}",
            "INTERNAL_LISTEN": f"127.0.0.1:{settings.internal_port}",
            "SIGNING_KEY_FILE": str(keys.signing_key_file),
            "SECRETS_KEY_FILE": str(keys.secrets_key_file),
            "SERVICE_TOKEN": keys.service_token,
            "LOG_FORMAT": "json",
            **self._unless_set(
                PUBLIC_URL=f"http://127.0.0.1:{settings.port}",
                SMTP_URL=f"file://{folder(settings.data / 'mail')}",
                MAIL_FROM="Daybook <daybook@demo.test>",
                OBJECT_STORE_URL=f"file://{folder(settings.data / 'objects')}"),
        }

    def _unless_set(self, **values):
        return {name: value for name, value in values.items() if not os.environ.get(name)}

    async def migrate(self):
        await self._once("migrate", "The database could not be brought up to date")

    async def seed(self):
        """Loads the demo data, once for this data folder."""
        done = self._settings.data / "seeded"
        if not done.exists():
            await self._once("seed", "The demo data could not be loaded")
            done.touch()

    async def _once(self, command, problem):
        path = self._log / f"{command}.log"
        with open(path, "wb") as log:
            child = await asyncio.create_subprocess_exec(
                self._settings.binaries / "origin", command, env={**os.environ, **self._environment},
                stdin=asyncio.subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True,
                preexec_fn=lambda: die_with_parent(signal.SIGTERM))
        try:
            status = await child.wait()
        except asyncio.CancelledError:
            child.terminate()
            await child.wait()
            raise
        if status:
            text = path.read_text(errors="replace").strip()[-4000:]
            raise Stop(f"{problem} (`origin {command}` ended with {status}):\n{text}")

    def origin(self):
        return Program(
            "origin", [self._settings.binaries / "origin", "serve", *self._clock], self._log / "origin.log",
            lambda _: http_ready(self._settings.internal_port, token=self._keys.service_token),
            environment=self._environment, stop_seconds=30)

    def worker(self):
        return Program(
            "worker", [self._settings.binaries / "origin", "worker", *self._clock], self._log / "worker.log",
            _lives, environment=self._environment, stop_seconds=35)

    def gateway(self):
        settings = self._settings
        return Program(
            "gateway",
            [settings.binaries / "gateway", "--config", ROOT / "gateway-config/gateway.yaml",
             *(["--rate-limits", "off"] if settings.rate_limits_off else [])],
            self._log / "gateway.log", lambda _: http_ready(settings.admin_port), stop_seconds=20,
            environment={"PORT": str(settings.port), "ADMIN_PORT": str(settings.admin_port),
                         "ORIGIN_PORT": str(settings.origin_port),
                         "INTERNAL_PORT": str(settings.internal_port),
                         "SERVICE_TOKEN": self._keys.service_token, "LOG_FORMAT": "json"})

    def mail(self):
        settings = self._settings
        return Program(
            "mail", [ROOT / ".make/mail", str(settings.data / "mail"), str(settings.mail_port)],
            self._log / "mail.log", lambda _: http_ready(settings.mail_port, path="/"), stop_seconds=5)

    @property
    def _clock(self):
        return ["--test-clock"] if self._settings.test_clock else []


async def _lives(_):
    return None
