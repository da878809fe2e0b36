"""HTTP connections that another thread can end.

A time-out of a socket counts from byte to byte: a server that sends one byte a minute, or "100 Continue" without
end, never exceeds it. So the thread that waits for an exchange ends its connection from outside.
"""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable
from concurrent.futures import Future, InvalidStateError
from contextlib import suppress
from typing import Any, Generic, TypeVar

from requests import PreparedRequest, Response
from requests.adapters import HTTPAdapter
from urllib3 import BaseHTTPResponse, HTTPConnectionPool, HTTPSConnectionPool, PoolManager
from urllib3.connection import HTTPConnection, HTTPSConnection

T = TypeVar("T")

_thread = threading.local()  # `exchange`: the exchange that runs in this thread


class Exchange(Generic[T]):
    """One request and its response: the connection that carries them, and the outcome that is waited for."""

    def __init__(self) -> None:
        self.outcome: Future[T] = Future()
        self._aborted = False
        self._connection: HTTPConnection | None = None
        self._socket: Any = None

    def attach(self, connection: HTTPConnection) -> None:
        """Note which connection is used. Raises ConnectionAbortedError once the exchange is aborted."""
        self._connection = connection
        # kept apart, as a connection lets go of its socket before the last response is read
        self._socket = connection.sock or self._socket
        if self._aborted:
            raise ConnectionAbortedError

    def abort(self) -> None:
        """End the connection, and the wait for the outcome, in whatever threads they are."""
        self._aborted = True
        self.outcome.cancel()
        current = self._socket or (self._connection.sock if self._connection else None)
        if current is not None:
            with suppress(OSError):
                # of TLS within TLS: the socket below
                socket.socket.shutdown(getattr(current, "socket", current), socket.SHUT_RDWR)


def start_exchange(exchange: Exchange[T], work: Callable[[], T]) -> None:
    """Run `work` in a daemon thread: its connections belong to `exchange`, and no exit waits for it."""

    def run() -> None:
        _thread.exchange = exchange
        # nobody waits for an outcome that was cancelled
        with suppress(InvalidStateError):
            try:
                exchange.outcome.set_result(work())
            except Exception as error:  # noqa: BLE001  # handed to the thread that waits
                exchange.outcome.set_exception(error)

    threading.Thread(target=run, name="zendesk-request", daemon=True).start()


class _AbortableConnection(HTTPConnection):
    def connect(self) -> None:
        _attach(self)
        super().connect()
        _attach(self)

    def request(self, *arguments: Any, **options: Any) -> None:
        _attach(self)
        super().request(*arguments, **options)


class _AbortableHTTPSConnection(_AbortableConnection, HTTPSConnection):
    pass


class _Pool(HTTPConnectionPool):
    ConnectionCls = _AbortableConnection


class _HTTPSPool(HTTPSConnectionPool):
    ConnectionCls = _AbortableHTTPSConnection


class AbortableAdapter(HTTPAdapter):
    """The adapter of requests, with connections that belong to the exchange of their thread."""

    def init_poolmanager(self, *arguments: Any, **options: Any) -> None:
        """Create the pool manager with abortable connections."""
        super().init_poolmanager(*arguments, **options)
        _use_abortable_connections(self.poolmanager)

    def proxy_manager_for(self, proxy: str, **options: Any) -> PoolManager:
        """Return the pool manager of a proxy, with abortable connections."""
        manager: PoolManager = super().proxy_manager_for(proxy, **options)
        if not proxy.lower().startswith("socks"):
            _use_abortable_connections(manager)
        return manager

    def build_response(self, request: PreparedRequest, response: BaseHTTPResponse) -> Response:
        """Build the response without its cookies: they are not used, and malformed ones print warnings."""
        original = getattr(response, "_original_response", None)
        if original is not None:
            del original.msg["Set-Cookie"]
        return super().build_response(request, response)


def _use_abortable_connections(manager: PoolManager) -> None:
    manager.pool_classes_by_scheme = {"http": _Pool, "https": _HTTPSPool}


def _attach(connection: HTTPConnection) -> None:
    exchange: Exchange[Any] | None = getattr(_thread, "exchange", None)
    if exchange:
        exchange.attach(connection)
