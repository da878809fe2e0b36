"""A TLS server for Postgres: it decrypts each connection and passes it on to a server on a socket."""

from __future__ import annotations

import contextlib
import select
import socket
import ssl
import threading
from collections.abc import Iterator
from pathlib import Path

import trustme

SSL_REQUEST = bytes.fromhex("0000000804d2162f")
# Leads to this machine and is not an address of loopback.
ELSEWHERE = "0.0.0.0"


@contextlib.contextmanager
def tls_proxy(authority: trustme.CA, server: Path) -> Iterator[int]:
    """Yield the port of a TLS server in front of the Postgres server with this socket."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(ELSEWHERE).configure_cert(context)

    def serve(plain: socket.socket) -> None:
        with contextlib.suppress(OSError), socket.socket(socket.AF_UNIX) as postgres:
            assert plain.recv(len(SSL_REQUEST)) == SSL_REQUEST
            plain.sendall(b"S")
            with context.wrap_socket(plain, server_side=True) as encrypted:
                postgres.connect(str(server))
                _pass_on(encrypted, postgres)

    with listening(serve) as port:
        yield port


@contextlib.contextmanager
def listening(serve: object) -> Iterator[int]:
    """Yield the port of a server on all addresses, which calls `serve` with each connection in its own thread."""

    def accept(server: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while True:
                connection, _ = server.accept()
                threading.Thread(target=serve, args=(connection,), daemon=True).start()  # type: ignore[arg-type]

    with socket.create_server((ELSEWHERE, 0)) as server:
        threading.Thread(target=accept, args=(server,), daemon=True).start()
        yield server.getsockname()[1]


def _pass_on(encrypted: ssl.SSLSocket, postgres: socket.socket) -> None:
    """Pass on what either side sends, in one thread: a TLS socket cannot be read and written at the same time."""
    other: dict[socket.socket, socket.socket] = {encrypted: postgres, postgres: encrypted}
    while True:
        ready = [encrypted] if encrypted.pending() else select.select(list(other), [], [])[0]
        for source in ready:
            data = source.recv(65_536)
            if not data:
                return
            other[source].sendall(data)
