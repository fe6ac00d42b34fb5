"""The web server of the mail viewer. It only reads, and trusts neither the mails nor other web pages."""

import json
import re
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, unquote, urlsplit

from . import mail_pages
from .mailbox import Mailbox

AT_ONCE = 16
_PAGE_POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-src 'self'; base-uri 'none'; form-action 'none'"
_MAIL_POLICY = ("sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; "
                "style-src 'unsafe-inline'; img-src data: cid:; frame-ancestors 'self'")
_MESSAGE = re.compile(r"/messages/(?P<id>[^/]+)(?P<part>/html|/raw|/attachments/(?P<number>[0-9]{1,3}))?")


def serve(folder, port):
    """Serves the folder's mails on 127.0.0.1 until the process is ended."""
    handler = type("Handler", (_Handler,), {"mailbox": Mailbox(folder), "slots": threading.Semaphore(AT_ONCE)})
    ThreadingHTTPServer.daemon_threads = True
    ThreadingHTTPServer(("127.0.0.1", port), handler).serve_forever()


class _Handler(BaseHTTPRequestHandler):
    timeout = 10
    server_version = "Daybook-mail"

    def do_GET(self):
        with self.slots:
            self._answer()

    do_HEAD = do_GET

    def _answer(self):
        host = self.headers.get("Host", "").rpartition(":")[0]
        if host not in ("127.0.0.1", "localhost"):
            return self._send(421, "text/plain", b"Ask for 127.0.0.1: names of others are not served.\n")
        url = urlsplit(self.path)
        if url.path == "/":
            return self._page(mail_pages.listing(self.mailbox.newest()))
        if url.path == "/messages.json":
            to = parse_qs(url.query).get("to", [None])[0]
            mails = [mail_pages.description(mail) for mail in self.mailbox.newest(to)]
            return self._send(200, "application/json", json.dumps({"messages": mails}).encode())
        match = _MESSAGE.fullmatch(url.path)
        mail = match and self.mailbox.mail(unquote(match["id"]))
        if not mail or not self._part(mail, match):
            self._send(404, "text/plain", b"There is no such mail.\n")

    def _part(self, mail, match):
        if match["part"] is None:
            self._page(mail_pages.one(mail))
        elif match["number"]:
            files = mail.attachments
            if int(match["number"]) >= len(files):
                return False
            name, kind, content = files[int(match["number"])]
            name = re.sub(r"[^A-Za-z0-9._-]", "_", name)
            self._send(200, kind, content, {"Content-Disposition": f'attachment; filename="{name}"'})
        elif match["part"] == "/raw":
            self._send(200, "text/plain; charset=utf-8", self.mailbox.raw(mail.id))
        else:
            html = mail.text("html")
            if html is None:
                return False
            page = f'<base target="_blank">{html}'.encode(errors="replace")
            self._send(200, "text/html; charset=utf-8", page, {"Content-Security-Policy": _MAIL_POLICY})
        return True

    def _page(self, html):
        self._send(200, "text/html; charset=utf-8", html.encode(errors="replace"))

    def _send(self, status, kind, content, more=None):
        self.send_response(status)
        headers = {
            "Content-Type": kind, "Content-Length": str(len(content)), "Cache-Control": "no-store",
            "X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer",
            "Cross-Origin-Resource-Policy": "same-origin", "Content-Security-Policy": _PAGE_POLICY, **(more or {})}
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)

    def log_message(self, *_):
        """Requests are not worth a line."""
