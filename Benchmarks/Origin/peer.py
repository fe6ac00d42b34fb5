"""The peer: Express 4 with node-pg and a pool of 10, as a small set-up has it. The program is in express/; Express and
node-pg are Debian's, unpacked into the data folder, because installing them would bring another node."""

import shutil
import subprocess
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from lib.files import folder
from lib.measure import Server
from lib.terminal import Stop

_PROGRAM = Path(__file__).with_name("express")

# node-express and node-pg of Debian 12 with what they load; what only their tests or rare options load is left out.
_PACKAGES = """
node-express node-pg node-accepts node-array-flatten node-body-parser node-bytes node-content-disposition
node-content-type node-cookie node-cookie-signature node-debbundle-es-to-primitive node-debug node-deep-equal node-depd
node-encodeurl node-escape-html node-etag node-finalhandler node-fresh node-function-bind node-http-errors
node-iconv-lite node-inherits node-ipaddr.js node-media-typer node-merge-descriptors node-methods node-mime
node-mime-types node-ms node-negotiator node-object-inspect node-on-finished node-parseurl node-path-to-regexp
node-proxy-addr node-qs node-range-parser node-raw-body node-safe-buffer node-send node-serve-static
node-setprototypeof node-split2 node-statuses node-toidentifier node-type-is node-unpipe node-utils-merge node-vary
node-xtend
""".split()


def express(data, log, people, url, port):
    """The server, with tables of its own beside origin's that hold the same hosts and bookings."""
    modules = _modules(data)
    people.run((_PROGRAM / "schema.sql").read_text() + "ANALYZE;")
    environment = {"PORT": str(port), "NODE_PATH": str(modules), "NODE_ENV": "production", **_address(url)}
    return Server(["node", str(_PROGRAM / "server.js")], log, port, environment=environment)


def _address(url):
    """The database's address in the variables that node-pg reads; of ours it would understand a part only."""
    address = urlsplit(url)
    place = parse_qs(address.query)
    return {"PGUSER": address.username, "PGDATABASE": address.path[1:], "PGHOST": place["host"][0],
            "PGPORT": place["port"][0]}


def _modules(data):
    """The folder of modules, unpacked when it is not there yet."""
    if not shutil.which("node"):
        raise Stop("The peer of the origin benchmark needs node, which is not installed.")
    home = data / "bench/express"
    modules = home / "usr/share/nodejs"
    if not modules.exists():
        _unpack(folder(data / "bench/express.new"))
        shutil.rmtree(home, ignore_errors=True)
        (data / "bench/express.new").rename(home)
    return modules


def _unpack(place):
    packages = folder(place / "packages")
    if not shutil.which("apt-get") or not shutil.which("dpkg"):
        raise Stop("The peer of the origin benchmark, Express with node-pg, comes as packages of Debian: there is no "
                   "apt-get here.")
    got = subprocess.run(["apt-get", "download", *_PACKAGES], cwd=packages, capture_output=True, text=True)
    if got.returncode:
        raise Stop("The packages of the peer, Express with node-pg, could not be downloaded; `apt-get update` may help.\n"
                   + got.stderr[-1500:])
    for package in sorted(packages.glob("*.deb")):
        subprocess.run(["dpkg", "-x", package, place], check=True, capture_output=True)
    shutil.rmtree(packages)
