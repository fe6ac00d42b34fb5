"""Tokens for the load: ES256, made with the openssl program, and the key in the forms the peers want."""

import base64
import json
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor


class Tokens:
    """A fresh key and tokens signed with it, in files below `folder`: `list` is as many as one program remembers,
    `fresh` so many that one which comes again has been forgotten by a program that remembers next to nothing."""

    def __init__(self, folder, count=64, fresh=512):
        self._private = folder / "private.pem"
        self.public = folder / "public.pem"
        self.list, self.fresh = folder / "tokens", folder / "tokens.fresh"
        self.key_set = folder / "site/.well-known/jwks.json"
        _openssl("genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-out", self._private)
        _openssl("pkey", "-in", self._private, "-pubout", "-out", self.public)
        self.key_set.parent.mkdir(parents=True, exist_ok=True)
        self.key_set.write_text(json.dumps({"keys": [self._public_key()]}))
        with ThreadPoolExecutor() as pool:
            self.all = list(pool.map(self._token, range(fresh)))
        self.list.write_text("\n".join(self.all[:count]) + "\n")
        self.fresh.write_text("\n".join(self.all) + "\n")

    def _public_key(self):
        point = _openssl("pkey", "-in", self._private, "-pubout", "-outform", "DER")[-64:]
        return {"kty": "EC", "crv": "P-256", "alg": "ES256", "use": "sig", "kid": "bench",
                "x": _encoded(point[:32]), "y": _encoded(point[32:])}

    def _token(self, number):
        now = int(time.time())
        head = {"alg": "ES256", "typ": "JWT", "kid": "bench"}
        claims = {"iss": "daybook", "aud": "daybook", "sub": str(number + 1), "sid": f"session-{number}",
                  "iat": now, "nbf": now, "exp": now + 3600, "jti": f"token-{number}"}
        signed = ".".join(_encoded(json.dumps(part).encode()) for part in (head, claims))
        signature = _openssl("dgst", "-sha256", "-sign", self._private, text=signed.encode())
        return f"{signed}.{_encoded(_plain(signature))}"


def _plain(der):
    """The two numbers of a DER signature, 32 bytes each, as RFC 7518 section 3.4 wants them."""
    numbers, at = b"", 2
    for _ in range(2):
        length = der[at + 1]
        numbers += der[at + 2:at + 2 + length][-32:].rjust(32, b"\0")
        at += 2 + length
    return numbers


def _encoded(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _openssl(*arguments, text=None):
    return subprocess.run(["openssl", *map(str, arguments)], input=text, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, check=True).stdout
