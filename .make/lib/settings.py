"""The settings of `make run`: from the environment and the arguments, checked at once and by name."""

import argparse
import os
import re
from dataclasses import dataclass
from pathlib import Path

from .terminal import Stop

ROOT = Path(__file__).resolve().parents[2]

_PORTS = {"PORT": 8080, "ORIGIN_PORT": 8081, "INTERNAL_PORT": 8082, "ADMIN_PORT": 8083, "MAIL_PORT": 8085}


@dataclass(frozen=True)
class Settings:
    """What a run was asked for. Ports are on 127.0.0.1; `data` and `binaries` are absolute."""

    data: Path
    binaries: Path
    port: int
    origin_port: int
    internal_port: int
    admin_port: int
    mail_port: int
    test_clock: bool = False
    rate_limits_off: bool = False

    @property
    def shows_mail(self):
        """Whether mail goes to files that the viewer shows: only where no server was named."""
        return "SMTP_URL" not in os.environ

    @property
    def listening(self):
        """The ports that a run takes, by the setting that changes them."""
        ports = {name: getattr(self, name.lower()) for name in _PORTS}
        if not self.shows_mail:
            del ports["MAIL_PORT"]
        return ports

    @classmethod
    def read(cls, arguments, environment=os.environ):
        """The settings of this process; raises `Stop` naming everything that is wrong with them."""
        options = _parse(arguments)
        wrong, ports = [], {}
        for name, usual in _PORTS.items():
            value = environment.get(name) or str(usual)
            if not re.fullmatch(r"[0-9]{1,5}", value) or not 1 <= int(value) <= 65535:
                wrong.append(f"{name}={value!r} is not a port: it must be a number from 1 to 65535")
            else:
                ports[name.lower()] = int(value)
        for name in {n for n in ports if list(ports.values()).count(ports[n]) > 1}:
            wrong.append(f"{name.upper()}={ports[name]} is also the port of another listener")
        if wrong:
            raise Stop("\n".join(wrong))
        data = ROOT / (environment.get("DATA_DIR") or ".data")
        binaries = ROOT / (environment.get("BIN_DIR") or ".build/release")
        return cls(
            data=data.resolve(), binaries=binaries.resolve(), **ports,
            test_clock=options.test_clock, rate_limits_off=options.rate_limits == "off")


def _parse(arguments):
    parser = argparse.ArgumentParser(prog="make run ARGS=…", add_help=False, allow_abbrev=False)
    parser.add_argument("--test-clock", action="store_true")
    parser.add_argument("--rate-limits", choices=["on", "off"], default="on")
    return parser.parse_args(arguments)
