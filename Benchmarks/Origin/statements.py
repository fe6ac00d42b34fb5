"""The SQL of the stores, read from their Swift files, so that pgbench runs what origin runs and nothing else."""

import re

from lib.settings import ROOT
from lib.terminal import Stop

_SOURCES = ROOT / "Sources/Origin"
_STORES = {path.stem: path for path in _SOURCES.glob("*/*Store.swift")}


def sql(store, name):
    """The literal of `static let name`, alone or in a `Statement(…)`, with those that it names filled in."""
    text = _STORES[store].read_text()
    found = re.search(
        rf'static let {name}\s*=\s*(?:Statement(?:\.read)?\(\s*)?(?:"""\n(.*?)\n\s*"""|"([^"\n]*)")', text, re.DOTALL)
    if not found:
        raise Stop(f"{store} has no statement `{name}` any more: Benchmarks/Origin must follow it")
    literal = found[1] if found[1] is not None else found[2]
    return re.sub(r"\\\((?:(\w+)\.)?(\w+)\)", lambda match: sql(match[1] or store, match[2]), literal)


def for_pgbench(store, name, parameters):
    """The statement for pgbench, with an expression for each `$n`; `Stop` when their number has changed."""
    text = sql(store, name)
    used = {int(number) for number in re.findall(r"\$(\d+)", text)}
    if used != set(range(1, len(parameters) + 1)):
        raise Stop(f"{store}.{name} has {len(used)} parameters, Benchmarks/Origin gives {len(parameters)}")
    text = re.sub(r"\$(\d+)(::[a-z\[\]]+)?", lambda match: f"({parameters[int(match[1]) - 1]})", text)
    # Comments and line ends are of no use to pgbench, and a script's statement ends at a semicolon.
    return " ".join(line.split("--")[0].strip() for line in text.splitlines()) + ";"
