"""A line that brings a page tag by tag, so that the browser paints what it has so far again and again."""

import re
import threading
import time
import urllib.request
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from settings import BASE_URL

PAUSE = 0.012


class _Relay(BaseHTTPRequestHandler):
    def do_GET(self):
        with urllib.request.urlopen(urllib.request.Request(BASE_URL + self.path)) as answer:
            body = answer.read()
            kind = answer.headers["Content-Type"]
            self.send_response(answer.status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
        if "html" not in kind:
            return self.wfile.write(body)
        head, rest = body.split(b"<body>")
        for piece in [head, *re.split(rb"(?=<(?!/))", b"<body>" + rest)]:
            self.wfile.write(piece)
            self.wfile.flush()
            time.sleep(PAUSE)

    def log_message(self, *_):
        pass


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    # A page asks for all its parts at once; on a busy machine the usual five would not be taken in time.
    request_queue_size = 128


@contextmanager
def slow_line():
    """The address of a relay to the gateway; only reads pass it."""
    server = _Server(("127.0.0.1", 0), _Relay)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
