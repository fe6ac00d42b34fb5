"""What of a failed build is shown."""

import tempfile
import unittest
from pathlib import Path

from lib.swift import errors

LOG = """\
[1/9] Compiling JSON JSONValue.swift
/src/A.swift:3:5: error: cannot find 'x' in scope
1 | func a() {
2 |
3 |   x
  |   `- error: cannot find 'x' in scope
4 | }
[2/9] Compiling JSON JSONWriter.swift
/src/A.swift:3:5: error: cannot find 'x' in scope
1 | func a() {
ld.lld: error: undefined symbol: PQconnectdb
error: fatalError
"""


class SwiftTests(unittest.TestCase):
    def errors_of(self, text):
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "build.log"
            path.write_text(text)
            return errors(path)

    def test_each_error_is_shown_once_with_its_picture(self):
        shown = self.errors_of(LOG)
        self.assertEqual(shown.count("A.swift:3:5: error"), 1)
        self.assertIn("`- error: cannot find 'x' in scope\n4 | }", shown)
        self.assertIn("ld.lld: error: undefined symbol", shown)
        self.assertNotIn("Compiling", shown)

    def test_end_of_the_output_is_shown_when_it_names_no_error(self):
        self.assertEqual(self.errors_of("one\ntwo\n"), "one\ntwo")
