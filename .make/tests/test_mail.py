"""The mail viewer: what it shows, and what a hostile mail or web page cannot do with it."""

import http.client
import json
import os
import socket
import subprocess
import tempfile
import time
import unittest
from email.message import EmailMessage
from pathlib import Path

from lib.ports import free_port, is_free

from .run_process import MAKE


class MailTests(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls._folder = tempfile.TemporaryDirectory(prefix="daybook-test-")
        cls.folder = Path(cls._folder.name)
        cls.port = free_port()
        cls.viewer = subprocess.Popen([MAKE / "mail", cls.folder, str(cls.port)])
        until = time.monotonic() + 20
        while is_free(cls.port) and time.monotonic() < until:
            time.sleep(0.02)

    @classmethod
    def tearDownClass(cls):
        cls.viewer.terminate()
        cls.viewer.wait()
        cls._folder.cleanup()

    def tearDown(self):
        for path in self.folder.glob("*"):
            path.unlink()

    def get(self, path, host=None):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        self.addCleanup(connection.close)
        connection.request("GET", path, headers={"Host": host} if host else {})
        answer = connection.getresponse()
        return answer.status, dict(answer.getheaders()), answer.read()

    def write(self, name, subject="Hello", to="a@example.test", html=None):
        message = EmailMessage()
        message["Subject"], message["To"], message["From"] = subject, to, "Daybook <d@example.test>"
        message.set_content("plain words\n")
        if html:
            message.add_alternative(html, subtype="html")
        message.add_attachment(b"BEGIN:VCALENDAR", maintype="text", subtype="calendar", filename="invite.ics")
        (self.folder / name).write_bytes(bytes(message))

    def test_newest_comes_first_and_the_listing_can_be_asked_for_one_receiver(self):
        self.write("old.eml", subject="First", to="a@example.test")
        self.write("new.eml", subject="Second", to="b@example.test")
        os.utime(self.folder / "old.eml", (1, 1))
        mails = json.loads(self.get("/messages.json")[2])["messages"]
        self.assertEqual([mail["subject"] for mail in mails], ["Second", "First"])
        mails = json.loads(self.get("/messages.json?to=A@example.test")[2])["messages"]
        self.assertEqual([mail["subject"] for mail in mails], ["First"])
        self.assertEqual(mails[0]["text"], "plain words\n")
        self.assertEqual(mails[0]["attachments"][0]["name"], "invite.ics")
        self.assertEqual(self.get(mails[0]["attachments"][0]["url"])[2], b"BEGIN:VCALENDAR")

    def test_subject_cannot_bring_markup_into_the_pages(self):
        self.write("x.eml", subject="<script>alert(1)</script>")
        for path in ("/", "/messages/x.eml"):
            self.assertNotIn(b"<script>", self.get(path)[2])

    def test_html_of_a_mail_is_served_without_scripts_network_or_origin(self):
        self.write("x.eml", html="<p>Hi<script>alert(1)</script></p>")
        status, headers, body = self.get("/messages/x.eml/html")
        self.assertEqual(status, 200)
        policy = headers["Content-Security-Policy"]
        self.assertTrue(policy.startswith("sandbox "))
        self.assertNotIn("allow-scripts", policy)
        self.assertNotIn("allow-same-origin", policy)
        self.assertIn("default-src 'none'", policy)
        self.assertIn(b'sandbox="allow-popups', self.get("/messages/x.eml")[2])

    def test_attachment_is_downloaded_never_shown(self):
        self.write("x.eml")
        headers = self.get("/messages/x.eml/attachments/0")[1]
        self.assertIn("attachment;", headers["Content-Disposition"])
        self.assertEqual(headers["X-Content-Type-Options"], "nosniff")

    def test_no_file_outside_of_the_folder_is_read(self):
        (self.folder / "link.eml").symlink_to("/etc/passwd")
        for path in ("/messages/link.eml/raw", "/messages/..%2f..%2fetc%2fpasswd", "/messages/%2e%2e.eml/raw"):
            self.assertEqual(self.get(path)[0], 404, path)

    def test_web_page_with_a_name_of_its_own_reads_nothing(self):
        self.write("x.eml", subject="secret")
        status, _, body = self.get("/", host=f"evil.example:{self.port}")
        self.assertEqual(status, 421)
        self.assertNotIn(b"secret", body)

    def test_broken_mail_is_still_listed(self):
        (self.folder / "bad.eml").write_bytes(
            b"Subject: =?utf-8?b?!!!?=\r\nContent-Type: text/html; charset=no-such\r\n\r\n\xff\xfe<b>")
        self.assertEqual(self.get("/")[0], 200)
        self.assertEqual(self.get("/messages/bad.eml")[0], 200)
        self.assertEqual(self.get("/messages/bad.eml/html")[0], 200)

    def test_nonsense_on_the_port_ends_nothing(self):
        with socket.create_connection(("127.0.0.1", self.port)) as connection:
            connection.sendall(b"\0\1\2 nonsense\r\n\r\n")
        self.assertEqual(self.get("/")[0], 200)
