"""What `make run` promises about processes, held against the real one with fake programs."""

import http.client
import os
import signal
import socket
import subprocess
import sys
import unittest

from lib.identity import start_time

from .run_process import MAKE, Home, RunProcess, wait_gone


class RunTests(unittest.TestCase):
    def setUp(self):
        self.home = Home()
        self.addCleanup(self.home.remove)

    def run_it(self, *arguments, **environment):
        run = self.home.run(*arguments, **environment)
        self.addCleanup(run.close)
        return run

    def test_first_run_migrates_seeds_starts_all_and_stops_in_order(self):
        run = self.run_it("--test-clock", "--rate-limits", "off").ready()
        pids = self.home.pids()
        self.assertEqual(set(pids), {"gateway", "origin", "worker", "postgres", "redis", "mail", "run"})
        self.assertTrue(all(start_time(pid) for pid in pids.values()), pids)
        self.assertEqual(self.home.notes[:2], ["migrate started", "seed started"])
        self.assertIn("serve started --test-clock", self.home.notes)
        self.assertIn("worker started --test-clock", self.home.notes)
        self.assertEqual(run.signal(signal.SIGINT).status(), 0, run.output)
        wait_gone(pids.values())
        self.assertEqual(self.home.notes[-3:], ["gateway stopped", "serve stopped", "worker stopped"])
        self.assertFalse((self.home.data / "run.json").exists())

    def test_second_run_goes_on_with_the_same_data_and_seeds_no_more(self):
        self.run_it().ready().close()
        before = (self.home.data / "keys/service-token").read_text()
        self.run_it().ready()
        self.assertEqual(self.home.notes.count("seed started"), 1)
        self.assertEqual(self.home.notes.count("migrate started"), 2)
        self.assertEqual(self.home.summary()["service_token"], before)

    def test_killed_run_takes_its_children_with_it_and_the_next_one_starts(self):
        run = self.run_it().ready()
        pids = self.home.pids()
        run.signal(signal.SIGKILL).status()
        wait_gone(pids.values())
        self.run_it().ready()

    def test_killed_make_takes_the_run_with_it(self):
        makefile = self.home.data.parent / "Makefile"
        makefile.write_text(f".PHONY: run\nrun:\n\t@true && exec {MAKE}/run\n")
        run = RunProcess(["make", "-f", str(makefile)], self.home.environment)
        self.addCleanup(run.close)
        run.ready()
        pids = self.home.pids()
        run.signal(signal.SIGKILL)
        wait_gone(pids.values())
        self.assertEqual(self.home.notes[-3:], ["gateway stopped", "serve stopped", "worker stopped"])

    def test_child_that_outlives_a_killed_run_is_ended_by_the_next(self):
        run = self.run_it().ready()
        pids = self.home.pids()
        os.kill(pids["origin"], signal.SIGSTOP)
        run.signal(signal.SIGKILL).status()
        wait_gone(pid for name, pid in pids.items() if name != "origin")
        self.assertTrue(start_time(pids["origin"]))
        record = self.home.data / "processes.json"
        record.write_text(record.read_text().replace('"stop_seconds": 30', '"stop_seconds": 1'))
        run = self.run_it().ready()
        self.assertIn(f"Ended origin (process {pids['origin']})", run.output)
        wait_gone([pids["origin"]])

    def test_process_that_has_only_the_number_of_a_child_is_left_alone(self):
        run = self.run_it().ready()
        run.signal(signal.SIGKILL).status()
        wait_gone(pid for name, pid in self.home.pids().items())
        stranger = subprocess.Popen([sys.executable, "-c", "import signal; signal.pause()"])
        self.addCleanup(lambda: (stranger.kill(), stranger.wait()))
        record = self.home.data / "processes.json"
        text = record.read_text()
        record.write_text(text.replace(f'"pid": {self.home.pids()["gateway"]},', f'"pid": {stranger.pid},'))
        self.assertNotEqual(text, record.read_text())
        self.run_it().ready()
        self.assertIsNone(stranger.poll())

    def test_taken_port_is_named_with_its_setting_its_holder_and_the_remedy(self):
        port = int(self.home.environment["ADMIN_PORT"])
        with socket.create_server(("127.0.0.1", port)):
            run = self.run_it()
            self.assertEqual(run.status(), 1)
        self.assertIn(f"Port {port} (ADMIN_PORT) is taken by", run.output)
        self.assertIn(f"(process {os.getpid()})", run.output)
        self.assertRegex(run.output, r"ADMIN_PORT=\d+ make run")

    def test_second_run_of_one_folder_at_once_is_refused_by_name(self):
        first = self.run_it().ready()
        second = self.run_it()
        self.assertEqual(second.status(), 1)
        self.assertIn(f"(process {first.process.pid})", second.output)
        self.assertIsNone(first.process.poll())

    def test_crashed_program_is_named_with_its_last_lines_and_started_again(self):
        run = self.run_it().ready()
        before = self.home.pids()
        os.kill(before["origin"], signal.SIGUSR1)
        run.wait_for("origin is back")
        self.assertIn("origin ended with status 9", run.output)
        self.assertIn("crashed on purpose", run.output)
        after = self.home.pids()
        self.assertNotEqual(before.pop("origin"), after.pop("origin"))
        self.assertEqual(before, after)

    def test_killed_postgres_comes_back_and_the_others_stay(self):
        run = self.run_it().ready()
        before = self.home.pids()
        os.kill(before["postgres"], signal.SIGKILL)
        run.wait_for("postgres is back")
        self.assertIn("postgres was killed by SIGKILL", run.output)
        self.assertEqual(before["origin"], self.home.pids()["origin"])

    def test_program_that_never_starts_ends_the_run_with_its_own_words(self):
        run = self.run_it(FAKE_BROKEN="serve")
        self.assertEqual(run.status(), 1)
        self.assertIn("origin does not start", run.output)
        self.assertIn("broken on purpose setting=DATABASE_URL", run.output)
        self.assertIn("worker stopped", self.home.notes)

    def test_failed_migration_ends_the_run_with_its_own_words(self):
        run = self.run_it(FAKE_BROKEN="migrate")
        self.assertEqual(run.status(), 1)
        self.assertIn("could not be brought up to date", run.output)
        self.assertIn("broken on purpose", run.output)
        self.assertNotIn("serve started", self.home.notes)

    def test_interrupted_seed_is_seeded_again(self):
        self.assertEqual(self.run_it(FAKE_BROKEN="seed").status(), 1)
        self.run_it().ready()
        self.assertEqual(self.home.notes.count("seed started"), 2)

    def test_wrong_settings_are_all_named(self):
        run = self.run_it(PORT="http", ADMIN_PORT="70000")
        self.assertEqual(run.status(), 1)
        self.assertIn("PORT='http'", run.output)
        self.assertIn("ADMIN_PORT='70000'", run.output)

    def test_sent_mail_is_shown(self):
        self.run_it().ready()
        mail = self.home.data / "mail/1.eml"
        mail.write_bytes(b"Subject: Booked\r\nTo: guest@example.test\r\n\r\nSee you\r\n")
        connection = http.client.HTTPConnection("127.0.0.1", int(self.home.environment["MAIL_PORT"]))
        self.addCleanup(connection.close)
        connection.request("GET", "/")
        self.assertIn(b"Booked", connection.getresponse().read())
