"""A `make run` of its own for a suite that needs the whole of Daybook: other ports, another data folder."""

import asyncio
import json
import os
import shutil
import signal

from .files import folder, remove_service_folder
from .ports import free_port
from .program import die_with_parent
from .settings import ROOT
from .terminal import Stop


class PrivateRun:
    """Started by `async with`; gives the addresses as `summary`, the content of run.json."""

    def __init__(self, data, binaries, *arguments):
        self._data = data
        self._arguments = arguments
        self._environment = {
            **os.environ, "DATA_DIR": str(data), "BIN_DIR": str(binaries),
            **{name: str(free_port())
               for name in ("PORT", "ORIGIN_PORT", "INTERNAL_PORT", "ADMIN_PORT", "MAIL_PORT")}}
        for name in ("SMTP_URL", "PUBLIC_URL"):
            self._environment.pop(name, None)

    async def __aenter__(self):
        for name in ("postgres", "redis"):
            remove_service_folder(self._data / name)
        shutil.rmtree(self._data, ignore_errors=True)
        log_path = folder(self._data.parent) / f"{self._data.name}.run.log"
        with open(log_path, "wb") as log:
            self._child = await asyncio.create_subprocess_exec(
                ROOT / ".make/run", *self._arguments, cwd=ROOT, env=self._environment,
                stdin=asyncio.subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True,
                preexec_fn=lambda: die_with_parent(signal.SIGTERM))
        try:
            await asyncio.wait_for(self._ready(log_path), 180)
        except BaseException:
            await self._stop()
            raise
        self.summary = json.loads((self._data / "run.json").read_text())
        return self

    async def __aexit__(self, *_):
        await self._stop()

    async def _ready(self, log_path):
        while not (self._data / "run.json").exists():
            if self._child.returncode is not None:
                raise Stop(f"The private run did not start:\n{log_path.read_text(errors='replace')}")
            await asyncio.sleep(0.1)

    async def _stop(self):
        if self._child.returncode is None:
            self._child.send_signal(signal.SIGTERM)
            await self._child.wait()
