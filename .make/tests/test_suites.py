"""What `make test` makes of suites that fail, die, hang or leave processes behind."""

import asyncio
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

from lib import suites
from lib.identity import start_time

from .run_process import MAKE

JUNIT = """<testsuites><testsuite>
<testcase classname="A" name="good"/><testcase classname="A" name="bad"><failure message="no"/></testcase>
<testcase classname="A" name="left out"><skipped/></testcase></testsuite></testsuites>"""


class SuitesTests(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def run_suite(self, script, count=suites.count_unittest, seconds=30):
        suite = suites.Suite("x", [sys.executable, "-c", script], count, self.folder / "log",
                             folder=self.folder, seconds=seconds)
        return asyncio.run(suites.run(suite))

    def test_counts_of_python_tests_are_read(self):
        output = "FAIL: test_b (x)\\nRan 5 tests in 1s\\nFAILED (failures=1, skipped=1)"
        result = self.run_suite(f"print('{output}'); exit(1)")
        self.assertEqual((result.passed, result.failed, result.failures), (3, 1, ["test_b (x)"]))

    def test_counts_of_a_report_are_read_and_skipped_tests_count_for_nothing(self):
        (self.folder / "report.xml").write_text(JUNIT)
        result = self.run_suite("exit(1)", suites.count_xml(self.folder / "report.xml"))
        self.assertEqual((result.passed, result.failed, result.failures), (1, 1, ["A.bad"]))

    def test_suite_that_dies_before_it_reports_has_failed(self):
        result = self.run_suite("import os; os.abort()", suites.count_xml(self.folder / "no.xml"))
        self.assertEqual((result.passed, result.failed), (0, 1))
        self.assertIn("-6", result.note)

    def test_suite_that_hangs_is_stopped_and_has_failed(self):
        result = self.run_suite("import time; time.sleep(1000)", seconds=0.2)
        self.assertEqual(result.failed, 1)
        self.assertIn("stopped after", result.note)

    def test_tests_that_did_not_end_are_named(self):
        log = self.folder / "log"
        log.write_text('◇ Test run started.\n◇ Test "a" started.\n◇ Test "b" started.\n◇ Test "c" started.\n'
                       '✔ Test "a" passed after 0.1 seconds.\n✘ Test "c" with 2 test cases failed after 1 seconds.\n')
        self.assertEqual(suites.unfinished(log), ['"b"'])

    def test_process_that_hid_from_its_suite_is_ended(self):
        script = (
            f"import sys; sys.path.insert(0, {str(MAKE)!r})\n"
            "import subprocess\n"
            "from lib.descendants import adopt_orphans, end_all\n"
            "adopt_orphans()\n"
            "subprocess.run(['sh', '-c', 'setsid sleep 1000 >/dev/null & echo $!'])\n"
            "print(end_all())\n")
        done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=30)
        pid, ended = done.stdout.split()
        self.assertEqual(ended, "1", done.stderr)
        self.assertIsNone(start_time(int(pid)))
