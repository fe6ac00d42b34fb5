"""`make test`: every suite, side by side where they leave each other room, and one closing line."""

import asyncio
import os
import re
import shutil
import signal

from . import suites
from .descendants import adopt_orphans, end_all
from .files import folder
from .private_run import PrivateRun
from .settings import ROOT
from .suites import Suite
from .swift import build_tests, test_targets
from .terminal import Stop, say

FLOOR = ROOT / ".ci/test-floor"

# Their raw clients hold a thread while they wait, and Swift has one for each core: side by side they would take the
# threads away from what they wait for.
ONE_BY_ONE = {"GatewayTests"}


class Tests:
    """One run of all suites, or of those named. Logs and reports are in .data/test/."""

    def __init__(self, names):
        self._names = names
        self._data = folder(ROOT / (os.environ.get("DATA_DIR") or ".data"), 0o711) / "test"
        folder(self._data, 0o711)
        self._binaries = str(ROOT / (os.environ.get("BIN_DIR") or ".build/debug"))

    def main(self):
        """Returns the exit status."""
        if not self._names or set(self._names) - {"make"}:
            build_tests()
        adopt_orphans()
        try:
            results = asyncio.run(self._run())
        finally:
            left = end_all()
        if left:
            say(f"{left} processes were left by the tests and had to be ended", "yellow")
        return self._report(results)

    async def _run(self):
        task = asyncio.current_task()
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            asyncio.get_running_loop().add_signal_handler(number, task.cancel)
        results = {}
        # The tests of make wait more than they work, so they may run beside; a browser wants the machine.
        for lanes in ([self._swift(), [self._make()]], [[self._browser()]]):
            await asyncio.gather(*(self._lane(lane, results) for lane in lanes))
        return results

    async def _lane(self, lane, results):
        """One suite after the other."""
        for suite in lane:
            if not self._names or suite.name in self._names:
                results[suite.name] = await self._one(suite)

    async def _one(self, suite):
        if suite.name == "browser":
            result = await self._with_run(suite)
        else:
            result = await suites.run(suite)
        passed = f"{result.passed} passed, {result.failed} failed in {result.seconds:.0f} s"
        say(f"  {suite.name:18} {passed} {result.note}", "red" if result.failed else "green")
        if result.failed:
            for name in result.failures[:40]:
                say(f"    failed: {name}", "red")
            for name in suites.unfinished(suite.log)[:10]:
                say(f"    not finished: {name}", "red")
            say(f"    {suite.log}" if result.failures else suites.tail(suite.log))
        return result

    async def _with_run(self, suite):
        try:
            async with PrivateRun(self._data / "run", self._binaries, "--test-clock", "--rate-limits", "off") as run:
                suite.environment |= {
                    "DAYBOOK_RUN": str(self._data / "run/run.json"),
                    "DAYBOOK_URL": f"http://127.0.0.1:{run.summary['gateway']['port']}",
                    "MAIL_URL": f"http://127.0.0.1:{run.summary['mail']['port']}"}
                return await suites.run(suite)
        except Stop as problem:
            suite.log.write_text(str(problem))
            return suites.Result(0, 1, [], 0, "Daybook did not start for it")

    def _swift(self):
        """Each test target in a process of its own: what one does to threads, signals and time is not felt by
        the next."""
        for name in test_targets():
            report = self._data / f"{name}.xml"
            written = report.with_name(f"{name}-swift-testing.xml")
            written.unlink(missing_ok=True)
            order = ["--no-parallel"] if name in ONE_BY_ONE else []
            yield Suite(
                name, ["swift", "test", "--skip-build", *order, "--filter", f"^{name}\\.", "--xunit-output", str(report)],
                suites.count_xml(written), self._data / f"{name}.log",
                environment={"DAYBOOK_GATEWAY": f"{self._binaries}/gateway",
                             "DAYBOOK_ORIGIN": f"{self._binaries}/origin"}, seconds=900)

    def _make(self):
        return Suite(
            "make", ["/usr/bin/python3", "-m", "unittest", "discover", "-s", "tests", "-t", "."],
            suites.count_unittest, self._data / "make.log", folder=ROOT / ".make", seconds=300)

    def _browser(self):
        report = self._data / "browser.xml"
        report.unlink(missing_ok=True)
        python = self._data.parent / "venv/bin/python"
        chromium = next(filter(None, map(shutil.which, ("chromium", "google-chrome-stable", "chromium-browser"))), "")
        return Suite(
            "browser", [str(python), "-m", "pytest", "-q", "Tests/Browser", f"--junitxml={report}"],
            suites.count_xml(report), self._data / "browser.log",
            environment={"SCREENSHOTS": str(folder(self._data / "screenshots")),
                         "CHROMIUM": os.environ.get("CHROMIUM") or chromium}, seconds=900)

    def _report(self, results):
        passed = sum(result.passed for result in results.values())
        failed = sum(result.failed for result in results.values())
        dropped = [] if self._names else list(self._dropped(results))
        for line in dropped:
            say(line, "red")
        say()
        print(f"{passed} passed, {failed} failed", flush=True)
        return 1 if failed or dropped or not passed else 0

    def _dropped(self, results):
        """A suite that runs fewer tests than it once did has lost some on the way."""
        for name, floor in re.findall(r"^(\w+) (\d+)$", FLOOR.read_text(), re.MULTILINE):
            ran = results[name].passed + results[name].failed if name in results else 0
            if ran < int(floor):
                yield f"{name}: {ran} tests ran, fewer than the {floor} of {FLOOR.relative_to(ROOT)}"
