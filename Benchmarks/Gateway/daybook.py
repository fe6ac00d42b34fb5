"""Daybook's gateway, configured as the benchmark needs it. The limit is counted, and high enough never to answer."""

import os

from lib.measure import Server
from lib.terminal import Stop

_CONFIGURATION = """\
listeners:
  - {{ address: 127.0.0.1, port: {port} }}
  - address: 127.0.0.1
    port: {tls_port}
    tls: {{ certificates: [{{ chain_file: "{chain}", key_file: "{key}" }}] }}
access_log:
  format: "off"
limits:
  connections: {connections}
timeouts:
  keep_alive_ms: 3600000
upstreams:
  origin:
    servers: ["127.0.0.1:{upstream}"]
token:
  issuer: daybook
  audience: daybook
  key_set: {{ upstream: origin, path: /.well-known/jwks.json }}
  remembered: {remembered}
rate_limits:
  clients: {{ key: client_ip, requests: 1000000, per_seconds: 100, burst: 10000000 }}
sites:
  site:
    root: {folder}/site
routes:
  - {{ path: "/v2/*", upstream: origin, token: required, rate_limits: [clients] }}
  - {{ path: "/cached/*", upstream: origin, cache: {{}} }}
  - {{ path: "/v1/*", upstream: origin, rate_limits: [clients] }}
  - {{ path: "/*", site: site }}
"""
_ROUTES = 4


def daybook(
        folder, binaries, port, upstream_port, tls_port, certificate, *, name="gateway", remembered=8192,
        connections=4096, routes=_ROUTES):
    """The release build of the gateway. `routes` beyond those that are measured lie beside them, below /v1/."""
    program = binaries / "gateway"
    if not os.access(program, os.X_OK):
        raise Stop(f"There is no {program}: `make build` makes it.")
    more = "".join(f'  - {{ path: "/v1/other-{number}/*", upstream: origin, rate_limits: [clients] }}\n'
                   for number in range(routes - _ROUTES))
    path = folder / f"{name}.yaml"
    path.write_text(_CONFIGURATION.format(
        port=port, upstream=upstream_port, folder=folder, tls_port=tls_port, chain=certificate.chain,
        key=certificate.key, remembered=remembered, connections=connections) + more)
    return Server([str(program), "--config", str(path), "--loops", "1"], folder / f"{name}.log", port)
