"""Whether a server answers: one small question over a socket, bounded in time and size."""

import asyncio


async def http_ready(port, path="/health/ready", token=None):
    """None when the server on 127.0.0.1 answers 200, else what it said or why it did not."""
    secret = f"Authorization: Bearer {token}\r\n" if token else ""
    request = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n{secret}Connection: close\r\n\r\n"
    try:
        answer = await ask("127.0.0.1", port, request.encode())
    except (OSError, asyncio.TimeoutError):
        return f"nothing answers on port {port}"
    head, _, body = answer.partition(b"\r\n\r\n")
    status = head.split(b" ", 2)[1:2]
    return None if status == [b"200"] else f"{path} says {body[:500].decode(errors='replace')}"


async def ask(host, port, request, seconds=2):
    """The first 64 KB that the server sends until it closes."""
    async def exchange():
        reader, writer = await asyncio.open_connection(host, port)
        try:
            writer.write(request)
            return await reader.read(65536) if b"HTTP/" not in request else await _until_end(reader)
        finally:
            writer.close()
    return await asyncio.wait_for(exchange(), seconds)


async def _until_end(reader):
    data = b""
    while len(data) < 65536 and (piece := await reader.read(65536)):
        data += piece
    return data
