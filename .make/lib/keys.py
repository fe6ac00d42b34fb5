"""Keys and tokens of a data folder: made once, readable by their owner only."""

import base64
import os
import secrets
import subprocess

from .files import folder, write_atomically
from .terminal import Stop


class Keys:
    """The files that origin is pointed at, and the token for its internal listener."""

    def __init__(self, data):
        self._folder = folder(data / "keys")
        self.signing_key_file = self._once("signing-key.pem", _signing_key)
        self.secrets_key_file = self._once("secrets-key", _secrets_key)
        self.service_token = self._once("service-token", lambda: secrets.token_urlsafe(32)).read_text()

    def _once(self, name, make):
        path = self._folder / name
        if not path.exists():
            write_atomically(path, make())
        return path


def _secrets_key():
    """One key a line, its name before it; the first one seals."""
    return f"k1 {base64.b64encode(os.urandom(32)).decode()}\n"


def _signing_key():
    made = subprocess.run(
        ["openssl", "genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"],
        capture_output=True, text=True)
    if made.returncode:
        raise Stop(f"openssl could not make the key that signs tokens:\n{made.stderr}")
    return made.stdout
