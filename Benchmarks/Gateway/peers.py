"""The programs that are measured, each doing the same work on one core, with access logs off in all of them."""

import os

from lib.measure import OTHER_CORES, Server
from lib.settings import ROOT

# As root nginx would give its worker to a user who cannot read our folder.
_USER = "user root; " if os.geteuid() == 0 else ""

_UPSTREAM = """\
{user}daemon off; worker_processes 1; pid {folder}/upstream.pid; error_log stderr crit;
events {{ worker_connections 4096; }}
http {{
  access_log off; keepalive_requests 1000000000; keepalive_timeout 600s;
  server {{
    listen 127.0.0.1:{port} backlog=4096;
    location = /.well-known/jwks.json {{ root {folder}/site; default_type application/json; }}
    location /cached/ {{ default_type application/json; add_header Cache-Control "public, max-age=86400"; return 200 '{answer}'; }}
    location / {{ default_type application/json; return 200 '{answer}'; }}
  }}
}}
"""

_NGINX = """\
{user}daemon off; worker_processes 1; pid {folder}/nginx.pid; error_log stderr crit;
events {{ worker_connections 4096; }}
http {{
  access_log off; gzip off; sendfile on; tcp_nopush on; open_file_cache max=100 inactive=600s;
  keepalive_requests 1000000000; keepalive_timeout 600s;
  limit_req_zone $binary_remote_addr zone=clients:10m rate=1000000r/s;
  upstream origin {{ server 127.0.0.1:{upstream}; keepalive 64; keepalive_requests 1000000000; }}
  server {{
    listen 127.0.0.1:{port} backlog=4096;
    listen 127.0.0.1:{port_2} http2 backlog=4096;
    location /v2/ {{
      limit_req zone=clients burst=1000000 nodelay;
      proxy_pass http://origin; proxy_http_version 1.1;
      proxy_set_header Connection ""; proxy_set_header Host $host;
      proxy_set_header X-Forwarded-For $remote_addr;
    }}
    location / {{ root {folder}/site; default_type application/javascript; }}
  }}
}}
"""

_HAPROXY = """\
global
  nbthread 1
  maxconn 4096
defaults
  mode http
  timeout connect 5s
  timeout client 60s
  timeout server 60s
  option http-keep-alive
  http-reuse always
frontend public
  bind 127.0.0.1:{port} backlog 4096{tls}
  stick-table type ip size 100k expire 60s store http_req_rate(60s)
  http-request track-sc0 src
  http-request deny deny_status 429 if {{ sc_http_req_rate(0) gt 1000000000 }}
{token_check}
  option forwardfor
  default_backend origin
backend origin
  server one 127.0.0.1:{upstream} maxconn 4096
"""

_HAPROXY_TOKEN_CHECK = """\
  http-request set-var(txn.token) http_auth_bearer
  http-request set-var(txn.algorithm) var(txn.token),jwt_header_query('$.alg')
  http-request set-var(txn.issuer) var(txn.token),jwt_payload_query('$.iss')
  http-request set-var(txn.audience) var(txn.token),jwt_payload_query('$.aud')
  http-request set-var(txn.expires) var(txn.token),jwt_payload_query('$.exp','int')
  http-request set-var(txn.now) date()
  http-request deny deny_status 401 unless {{ var(txn.algorithm) -m str ES256 }}
  http-request deny deny_status 401 unless {{ var(txn.issuer) -m str daybook }}
  http-request deny deny_status 401 unless {{ var(txn.audience) -m str daybook }}
  http-request deny deny_status 401 if {{ var(txn.expires),sub(txn.now) -m int lt 0 }}
  http-request deny deny_status 401 unless {{ var(txn.token),jwt_verify(txn.algorithm,"{public}") 1 }}"""


def upstream(folder, port):
    """What the others forward to: 1 KB from memory, and the key set. Not measured."""
    return _nginx(folder, "upstream", _UPSTREAM.format(user=_USER, folder=folder, port=port, answer="x" * 1024), port, OTHER_CORES)


def nginx(folder, port, port_2, upstream_port):
    """With HTTP/2 on a port of its own: this version cannot have both on one."""
    text = _NGINX.format(user=_USER, folder=folder, port=port, port_2=port_2, upstream=upstream_port)
    return _nginx(folder, "nginx", text, port)


def haproxy(folder, port, upstream_port, public=None, certificate=None):
    """With `public`, the key's file, it checks tokens as well; it keeps no memory of those it has checked. With
    `certificate` it listens for TLS."""
    name = "haproxy-token" if public else "haproxy-tls" if certificate else "haproxy"
    tls = f" ssl crt {certificate.both} alpn http/1.1 ssl-min-ver TLSv1.2" if certificate else ""
    check = _HAPROXY_TOKEN_CHECK.format(public=public) if public else ""
    path = folder / f"{name}.cfg"
    path.write_text(_HAPROXY.format(port=port, upstream=upstream_port, token_check=check, tls=tls))
    return Server(["haproxy", "-db", "-f", str(path)], folder / f"{name}.log", port)


def _nginx(folder, name, text, port, cores=None):
    path = folder / f"{name}.conf"
    path.write_text(text)
    command = ["nginx", "-p", str(folder), "-c", str(path), "-e", "stderr"]
    return Server(command, folder / f"{name}.log", port, **({"cores": cores} if cores else {}))
