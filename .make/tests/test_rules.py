"""Each rule of `make lint` finds what it is there for, and leaves good code alone."""

import tempfile
import unittest
from pathlib import Path

from lib.rules import broken_rules


def target(name, *dependencies, kind="regular"):
    return {"name": name, "type": kind, "dependencies": [{"byName": [one, None]} for one in dependencies]}


MANIFEST = {"targets": [
    target("CPostgres", kind="system"), target("JSON"), target("HTTPWire", "JSON"), target("Problem", "JSON"),
    target("Postgres", "CPostgres"), target("Gateway", "HTTPWire", "Origin", "NIOCore"),
    target("Origin", "Postgres", "CPostgres"), target("OriginTests", "Origin", kind="test"),
]}


class RulesTests(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = Path(folder.name)

    def found(self, path, text):
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
        return broken_rules(self.root, MANIFEST)

    def test_declared_imports_of_every_form_are_fine(self):
        text = ("import Foundation\npackage import NIOCore\n@preconcurrency import HTTPWire\n"
                "@_exported public import struct NIOCore.ByteBuffer\n")
        self.assertEqual(self.found("Sources/Gateway/A.swift", text), [])

    def test_undeclared_import_is_found(self):
        found = self.found("Sources/Gateway/A.swift", "import NIOPosix\n")
        self.assertEqual(found, ["Sources/Gateway/A.swift:1: import of NIOPosix, which target Gateway does not declare"])

    def test_import_in_a_literal_is_text(self):
        self.assertEqual(self.found("Sources/Gateway/A.swift", 'let a = """\n  import socket\n  """\n'), [])
        self.assertEqual(len(self.found("Sources/Gateway/A.swift", 'let a = """\n  """\nimport NIOPosix\n')), 1)

    def test_gateway_and_origin_meet_only_on_the_wire(self):
        self.assertIn("on the wire", self.found("Sources/Gateway/A.swift", "import Origin\n")[0])

    def test_base_module_imports_nothing_of_ours(self):
        self.assertIn("must not import", self.found("Sources/HTTPWire/A.swift", "import JSON\n")[0])
        self.assertEqual(len(self.found("Sources/Problem/A.swift", "import JSON\n")), 1)

    def test_c_module_is_seen_by_its_wrapper_only(self):
        self.assertEqual(self.found("Sources/Postgres/A.swift", "import CPostgres\n"), [])
        self.assertIn("only Postgres", self.found("Sources/Origin/A.swift", "import CPostgres\n")[0])

    def test_force_try_is_for_tests(self):
        self.assertEqual(self.found("Tests/OriginTests/A.swift", "try! go()\n"), [])
        self.assertEqual(self.found("Sources/Origin/B.swift", "// never try! here\n"), [])
        self.assertEqual(len(self.found("Sources/Origin/A.swift", "try! go()\n")), 1)

    def test_sql_stays_in_stores(self):
        self.assertEqual(self.found("Sources/Origin/BookingStore.swift", '"SELECT id FROM users"\n'), [])
        self.assertEqual(self.found("Sources/Origin/A.swift", '"SELECT 1"\n"Select one from the list"\n'), [])
        self.assertEqual(len(self.found("Sources/Origin/A.swift", '"SELECT id FROM users"\n')), 1)
        self.assertEqual(len(self.found("Sources/Origin/A.swift", 'let a = """\n  UPDATE users\n  SET a = 1\n  """\n')), 1)

    def test_forgotten_test_attribute_is_found(self):
        good = "  @Test func testing() {}\n  @Test\n  func test2() {}\n"
        self.assertEqual(self.found("Tests/OriginTests/A.swift", good), [])
        self.assertEqual(len(self.found("Tests/OriginTests/A.swift", "  func testThis() {}\n")), 1)

    def test_folder_without_a_line_in_the_code_map_is_found(self):
        self.assertEqual(len(self.found("Sources/Origin/Slots/A.swift", "")), 1)
        (self.root / "docs").mkdir()
        (self.root / "docs/ARCHITECTURE.md").write_text("| `Origin/Slots/` | what is free |")
        self.assertEqual(self.found("Sources/Origin/Slots/A.swift", ""), [])

    def test_reason_that_is_not_explained_is_found(self):
        text = 'throw Problem.badRequest(\n  "no_seats", "…")\n'
        self.assertEqual(len(self.found("Sources/Origin/A.swift", text)), 1)
        (self.root / "docs").mkdir()
        (self.root / "docs/errors.md").write_text("| 400 | `no_seats` | … |")
        self.assertEqual(self.found("Sources/Origin/A.swift", text), [])

    def test_setting_that_is_not_written_down_is_found(self):
        self.assertEqual(len(self.found("Sources/Gateway/Configuration/A.swift", 'section.read("idle_ms", 1)\n')), 2)
        (self.root / "docs").mkdir()
        (self.root / "docs/ARCHITECTURE.md").write_text("`Gateway/Configuration/`")
        (self.root / "docs/configuration.md").write_text("`idle_ms`")
        self.assertEqual(self.found("Sources/Gateway/Configuration/A.swift", 'section.read("idle_ms", 1)\n'), [])
