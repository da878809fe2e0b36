"""The HTTP server: listens on the loopback address only and keeps connections alive, as Zendesk does."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any, Unpack

from flask import Flask
from werkzeug.serving import LISTEN_QUEUE, ThreadedWSGIServer, WSGIRequestHandler
from werkzeug.test import run_wsgi_app

from ..account import Account
from .app import RAW_ANSWERS, ServerOptions, create_app
from .faults import RawAnswer

HOST = "127.0.0.1"


@contextmanager
def serving(account: Account, *, port: int = 0, **options: Unpack[ServerOptions]) -> Iterator[str]:
    """Serve the account on the loopback address while the block runs.

    Parameters
    ----------
    account : Account
        The account to serve; changes of it show in later answers.
    port : int
        0 for any free port.
    **options
        See `ServerOptions`.

    Yields
    ------
    str
        The address, "http://127.0.0.1:PORT".

    Raises
    ------
    OSError
        If the port is in use.

    Examples
    --------
    >>> from csat_analysis.fake_zendesk import make_account
    >>> with serving(make_account(tickets=20)) as url:
    ...     url.startswith("http://127.0.0.1:")
    True
    """
    server_time = options.get("server_time", lambda: account.clock)
    server = _start_server(create_app(account, **options), port, server_time)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield f"http://{HOST}:{server.port}"
    finally:
        server.shutdown()
        thread.join()
        server.close()


class _Server(ThreadedWSGIServer):
    """A server that can end the connections that it kept alive."""

    def __init__(self, app: Flask, port: int, descriptor: int, server_time: Callable[[], float]):
        super().__init__(HOST, port, app, handler=_KeepAlive, fd=descriptor)
        self.server_time = server_time
        self.kept_alive: set[socket.socket] = set()

    def close(self) -> None:
        """Stop listening and end all connections."""
        self.server_close()
        for connection in list(self.kept_alive):
            # the client may have been quicker
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)


def _start_server(app: Flask, port: int, server_time: Callable[[], float]) -> _Server:
    # bound here: where the port is in use, werkzeug would print its own message and end the process
    with socket.create_server((HOST, port), backlog=LISTEN_QUEUE) as bound:
        return _Server(app, port, bound.fileno(), server_time)


class _KeepAlive(WSGIRequestHandler):
    """HTTP/1.1 with connections that are kept alive, and no access log.

    Werkzeug's own `run_wsgi` closes every connection and reads whatever follows a request.
    """

    server: _Server
    protocol_version = "HTTP/1.1"
    # otherwise each answer on a kept connection waits 40 ms for an acknowledgement
    disable_nagle_algorithm = True

    def setup(self) -> None:
        super().setup()
        self.server.kept_alive.add(self.connection)

    def finish(self) -> None:
        self.server.kept_alive.discard(self.connection)
        super().finish()

    def run_wsgi(self) -> None:
        raw_answers: list[RawAnswer] = []
        environ = self.make_environ() | {RAW_ANSWERS: raw_answers}
        chunks, status, headers = run_wsgi_app(self.server.app, environ)
        if raw_answers:
            self.close_connection = True
            raw_answers[0].write(self.rfile, self.wfile)
            return
        self.send_response(int(status.partition(" ")[0]))
        for name, value in headers:
            self.send_header(name, value)
        self.end_headers()
        written = 0
        for chunk in chunks:
            self.wfile.write(chunk)
            written += len(chunk)
        if written < int(headers["Content-Length"]):
            # a fault cut the body; the client waits for the rest
            self.close_connection = True

    def date_time_string(self, timestamp: float | None = None) -> str:
        return super().date_time_string(self.server.server_time() if timestamp is None else timestamp)

    def log(self, type: str, message: str, *args: Any) -> None:
        pass
