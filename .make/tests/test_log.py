"""What of the logs reaches the terminal."""

import tempfile
import unittest
from pathlib import Path
from unittest import mock

from lib.log import MOST_LINES, WITHIN_SECONDS, Log, readable


class LogTests(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.path = Path(folder.name) / "origin.log"
        self.log = Log("origin", self.path)

    def write(self, text):
        with open(self.path, "a") as file:
            file.write(text)

    def test_only_important_lines_are_shown(self):
        self.write('{"level":"info","message":"calm"}\n{"level":"error","message":"bad","port":1}\nplain words\n')
        self.assertEqual(self.log.important(), ["origin   error bad port=1"])
        self.assertEqual(self.log.important(), [])

    def test_line_in_two_pieces_is_one_line(self):
        self.write('{"level":"error",')
        self.assertEqual(self.log.important(), [])
        self.write('"message":"bad"}\n')
        self.assertEqual(len(self.log.important()), 1)

    def test_flood_is_shown_in_part_and_counted(self):
        self.write('{"level":"error","message":"bad"}\n' * 1000)
        with mock.patch("lib.log.time.monotonic", return_value=100.0):
            self.assertEqual(len(self.log.important()), MOST_LINES)
            self.write('{"level":"error","message":"bad"}\n')
            self.assertEqual(self.log.important(), [])
        with mock.patch("lib.log.time.monotonic", return_value=100.0 + WITHIN_SECONDS):
            self.assertIn(f"and {1001 - MOST_LINES} more", self.log.important()[0])

    def test_file_that_was_cut_is_read_from_its_beginning(self):
        self.write("x" * 1000 + "\n")
        self.log.important()
        self.path.write_text('{"level":"error","message":"after"}\n')
        self.assertEqual(self.log.important(), ["origin   error after"])

    def test_text_that_only_looks_like_an_entry_is_kept_as_it_is(self):
        self.assertEqual(readable("{not json", everything=True), "{not json")
        self.assertEqual(readable("[1]", everything=True), "[1]")
