"""A mail server and a chat server on loopback, which receive reports in tests."""

from __future__ import annotations

import email
import email.policy
import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, HTTPServer

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

WEBHOOK_SECRET = "T0P-s3cr3t"


class Inbox:
    """The messages that a server received, with TLS and sign-in of each."""

    def __init__(self) -> None:
        self.messages: list[EmailMessage] = []
        self.safe: list[tuple[bool, bool]] = []

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address.startswith("nobody"):
            return "550 no such user"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        self.messages.append(email.message_from_bytes(envelope.content, policy=email.policy.default))
        self.safe.append((session.ssl is not None, session.authenticated))
        return "250 OK"


@contextmanager
def serving_mail(inbox: Inbox, hostname: str = "127.0.0.1", **options: object) -> Iterator[Controller]:
    """Run a mail server on a free port that stores messages in `inbox`."""
    with socket.create_server((hostname, 0)) as free:  # aiosmtpd needs to know its port
        number = free.getsockname()[1]
    controller = Controller(inbox, hostname=hostname, port=number, **options)
    controller.start()
    try:
        yield controller
    finally:
        controller.stop()


class Chat(HTTPServer):
    """A chat server that stores posts and responds with `status`."""

    def __init__(self, status: int = 200, location: str = ""):
        super().__init__(("127.0.0.1", 0), Handler)
        self.status, self.location, self.posted = status, location, []
        self.url = f"http://127.0.0.1:{self.server_port}/hook/{WEBHOOK_SECRET}"


class Handler(BaseHTTPRequestHandler):
    server: Chat

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.posted.append((self.path, self.headers["Content-Type"], json.loads(body)))
        self.send_response(self.server.status)
        if self.server.location:
            self.send_header("Location", self.server.location)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def serving_chat(chat: Chat) -> Iterator[Chat]:
    thread = threading.Thread(target=chat.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield chat
    finally:
        chat.shutdown()
        thread.join()
        chat.server_close()
