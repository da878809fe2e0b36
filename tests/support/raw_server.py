"""A server that sends exactly the bytes of a test, for responses that an HTTP server cannot send."""

from __future__ import annotations

import gzip
import json
import socket
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from typing import Any

# given the path of a request: the pieces of the response
Respond = Callable[[str], Iterable[bytes]]

FOREVER = 10**9


@contextmanager
def serving_bytes(respond: Respond) -> Iterator[str]:
    """Serve while the block runs; yield "http://127.0.0.1:PORT". Each connection serves one request."""
    with socket.create_server(("127.0.0.1", 0), backlog=128) as listening:
        threading.Thread(target=_accept, args=(listening, respond), daemon=True).start()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        # wakes the thread that accepts
        listening.shutdown(socket.SHUT_RDWR)


@contextmanager
def refusing_to_answer() -> Iterator[str]:
    """Yield the URL of a server to which no connection is made: its queue is full, so attempts stay unanswered."""
    with ExitStack() as stack:
        listening = stack.enter_context(socket.create_server(("127.0.0.1", 0), backlog=0))
        for _ in range(4):
            waiting = stack.enter_context(socket.socket())
            waiting.setblocking(False)
            waiting.connect_ex(listening.getsockname())
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"


def response(
    body: bytes | str | dict[str, Any] = b"", status: int = 200, headers: Iterable[tuple[str, str]] = ()
) -> Iterator[bytes]:
    """Return a whole response; a dict is sent as JSON."""
    text = json.dumps(body) if isinstance(body, dict) else body
    content = text.encode() if isinstance(text, str) else text
    lines = [f"HTTP/1.1 {status} X", f"Content-Length: {len(content)}", "Connection: close"]
    lines += [f"{name}: {value}" for name, value in headers]
    yield "\r\n".join(lines).encode("utf-8", "surrogateescape") + b"\r\n\r\n"
    yield content


def unfinished(headers: str = "") -> bytes:
    """Return the beginning of a successful response whose headers go on."""
    return f"HTTP/1.1 200 OK\r\n{headers}".encode()


def drip(piece: bytes, seconds: float = 0.05, times: int = FOREVER) -> Iterator[bytes]:
    """Yield the same piece again and again, with a pause before each."""
    for _ in range(times):
        time.sleep(seconds)
        yield piece


def repeat(piece: bytes, times: int = FOREVER) -> Iterator[bytes]:
    """Yield the same piece again and again."""
    for _ in range(times):
        yield piece


def silence() -> Iterator[bytes]:
    """Send nothing and keep the connection open."""
    time.sleep(120)
    yield b""


def gzip_of_zeros(megabytes: int) -> bytes:
    """Return a small gzip body that unpacks to many megabytes."""
    block = gzip.compress(bytes(1_000_000))
    # a gzip file may have many members
    return block * megabytes


def _accept(listening: socket.socket, respond: Respond) -> None:
    with suppress(OSError):
        while True:
            connection, _ = listening.accept()
            threading.Thread(target=_serve, args=(connection, respond), daemon=True).start()


def _serve(connection: socket.socket, respond: Respond) -> None:
    # the client hangs up when a limit is reached
    with connection, suppress(OSError):
        request = b""
        while b"\r\n\r\n" not in request:
            received = connection.recv(65536)
            if not received:
                return
            request += received
        path = request.split(b" ", 2)[1].decode()
        for piece in respond(path):
            connection.sendall(piece)
        connection.shutdown(socket.SHUT_WR)
        # closing with unread bytes would reset the connection
        while connection.recv(65536):
            pass
