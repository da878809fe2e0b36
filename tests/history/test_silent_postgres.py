"""A Postgres server that accepts a connection and then stays silent ends in one line, within a time limit."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from csat_analysis.errors import HistoryError
from csat_analysis.history import History
from csat_analysis.history.database import Database, run

pytestmark = pytest.mark.slow


def message(kind: bytes, content: bytes) -> bytes:
    return kind + (len(content) + 4).to_bytes(4, "big") + content


SIGNED_IN = (
    message(b"R", bytes(4))
    + message(b"S", b"server_encoding\0UTF8\0")
    + message(b"S", b"client_encoding\0UTF8\0")
    + message(b"Z", b"I")
)


@contextlib.contextmanager
def silent_server(first: bytes) -> Iterator[str]:
    """Yield the URL of a server that answers the first message of a connection and nothing else."""
    kept: list[socket.socket] = []

    def accept(server: socket.socket) -> None:
        with contextlib.suppress(OSError):
            while True:
                connection, _ = server.accept()
                kept.append(connection)
                connection.recv(10_000)
                connection.sendall(first)

    with socket.create_server(("127.0.0.1", 0)) as server:
        threading.Thread(target=accept, args=(server,), daemon=True).start()
        port = server.getsockname()[1]
        yield f"postgresql://ada:s3cret@127.0.0.1:{port}/csat?sslmode=disable&gssencmode=disable"
    for connection in kept:
        connection.close()


def failure(url: str) -> str:
    with pytest.raises(HistoryError) as caught:
        History(url).ratings()
    return str(caught.value)


def test_a_server_that_is_silent_at_once_or_after_signing_in_ends_in_one_line():
    with silent_server(b"") as first, silent_server(SIGNED_IN) as second, ThreadPoolExecutor() as threads:
        for said in threads.map(failure, [first, second]):
            assert said.endswith(
                "/csat (no response): check the host, the port and the firewall between them"
            )
            assert "s3cret" not in said


@pytest.mark.parametrize("location", ["postgres"], indirect=True)
def test_a_server_that_stops_responding_within_a_transaction_ends_in_one_line(location):
    process = None
    try:
        with (
            pytest.raises(HistoryError, match="the server sent nothing for 1 s: check the server"),
            Database(location).transaction() as con,
        ):
            process = con.con.info.backend_pid
            con.con.silent_seconds = 1
            os.kill(process, signal.SIGSTOP)
            run(con, "select 1")
    finally:
        os.kill(process, signal.SIGCONT)
