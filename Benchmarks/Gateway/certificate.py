"""A certificate for the programs that speak TLS, and what makes all of them use the same cipher."""

import subprocess

_CLIENT = """\
openssl_conf = all
[all]
ssl_conf = modules
[modules]
system_default = every_client
[every_client]
Ciphersuites = TLS_AES_128_GCM_SHA256
CipherString = ECDHE-ECDSA-AES128-GCM-SHA256
"""


class Certificate:
    """P-256, made with the openssl program, in files below `folder`."""

    def __init__(self, folder):
        self.chain, self.key, self.both = folder / "tls.pem", folder / "tls.key", folder / "tls.both.pem"
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days",
             "30", "-keyout", self.key, "-out", self.chain, "-subj", "/CN=bench", "-addext",
             "subjectAltName=DNS:localhost,IP:127.0.0.1"], check=True, capture_output=True)
        self.both.write_text(self.chain.read_text() + self.key.read_text())
        settings = folder / "client.cnf"
        settings.write_text(_CLIENT)
        # wrk has no setting for it; OpenSSL reads this file for every program.
        self.client = {"OPENSSL_CONF": str(settings)}
