"""Where the running Daybook is, and where things go."""

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def _first(*names, default=None):
    return next((os.environ[name] for name in names if os.environ.get(name)), default)


BASE_URL = _first("DAYBOOK_URL", "BASE_URL", default="http://127.0.0.1:8080").rstrip("/")
MAIL = _first("MAIL_URL", "MAIL_DIR", default="http://127.0.0.1:8085")
SCREENSHOTS = Path(_first("SCREENSHOTS", "SCREENSHOTS_DIR", default=ROOT / ".data/screenshots"))
CHROMIUM = _first("CHROMIUM", default="/usr/bin/chromium")
OWNER_EMAIL = _first("DEMO_EMAIL", default="john@demo.test")
OWNER_PASSWORD = _first("DEMO_PASSWORD", default="demo-password")
EVENT_PAGE = "/book/john/30min"
