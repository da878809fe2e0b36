"""The local HTTP server that speaks Zendesk: serves a synthetic account on the loopback address only."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from functools import partial
from typing import NamedTuple

from flask import Flask, Response, after_this_request, jsonify, request
from werkzeug.exceptions import HTTPException
from werkzeug.serving import LISTEN_QUEUE, BaseWSGIServer, WSGIRequestHandler, make_server
from werkzeug.test import run_wsgi_app

from . import endpoints, guide, ratings
from .access import FULL_SCOPE, Caller, Tokens
from .account import Account, Call
from .endpoints import Asked
from .faults import NO_ANSWER, Fault
from .limits import Limiter
from .people import JSON
from .refusals import Refusal, forbidden, missing_scope, no_endpoint, unauthorized

HOST = "127.0.0.1"
ANYONE, AGENTS, ADMINS = "anyone", "agents", "admins"
ROLES = {AGENTS: ("agent", "admin"), ADMINS: ("admin",)}


class Route(NamedTuple):
    """An endpoint below /api/v2: who may call it, the scopes besides `read` that open it, its own bucket."""

    rule: str
    view: Callable[..., JSON]
    allowed: str
    scopes: tuple[str, ...] = ()
    bucket: str | None = None

    @property
    def is_guide(self) -> bool:
        return self.rule.startswith("/guide/")


_TICKETS, _USERS, _GROUPS, _BRANDS = ("tickets:read",), ("users:read",), ("groups:read",), ("brands:read",)
_ANY_READ = ("tickets:read", "users:read", "groups:read", "brands:read", "account_settings:read")
_EXPORTS, _USER_EXPORTS, _FIELDS = "incremental-exports", "incremental-exports-cursor", "ticket-fields-index"
ROUTES = (
    Route("/incremental/tickets/cursor", endpoints.export_tickets, ADMINS, _TICKETS, _EXPORTS),
    Route("/incremental/ticket_events", endpoints.export_ticket_events, ADMINS, _TICKETS, _EXPORTS),
    Route("/incremental/users/cursor", endpoints.export_users, ADMINS, _USERS, _USER_EXPORTS),
    Route("/tickets/show_many", endpoints.show_many_tickets, AGENTS, _TICKETS),
    Route("/tickets/<int:ticket_id>/audits", endpoints.list_audits, AGENTS),  # only the broad scope
    Route("/users/me", endpoints.show_me, ANYONE, _ANY_READ),
    Route("/users/show_many", endpoints.show_many_users, AGENTS, _USERS),
    Route("/users", endpoints.list_users, AGENTS, _USERS),
    Route("/groups", endpoints.list_groups, AGENTS, _GROUPS),
    Route("/brands", endpoints.list_brands, AGENTS, _BRANDS),
    Route("/ticket_fields", endpoints.list_ticket_fields, AGENTS, _ANY_READ, _FIELDS),
    Route("/custom_statuses", endpoints.list_custom_statuses, AGENTS, _ANY_READ),
    Route("/satisfaction_ratings", ratings.list_satisfaction_ratings, ADMINS, _ANY_READ),
    Route("/satisfaction_ratings/count", ratings.count_satisfaction_ratings, ADMINS, _ANY_READ),
    Route("/satisfaction_ratings/<int:number>", ratings.show_satisfaction_rating, ADMINS, _ANY_READ),
    Route("/guide/survey_responses", guide.list_survey_responses, ADMINS, _ANY_READ),
    Route("/guide/<locale>/survey_responses/<response_id>", guide.show_survey_response, ADMINS, _ANY_READ),
    Route("/guide/<locale>/surveys", guide.list_surveys, AGENTS, _ANY_READ),
)


def create_app(
    account: Account,
    *,
    limits: Mapping[str, int] | bool | None = None,
    latency_seconds: float = 0.0,
    faults: Fault | None = None,
    clock: Callable[[], float] = time.time,
) -> Flask:
    """The stand-in as a WSGI application; every request is noted in `account.calls`.

    limits: requests per minute by bucket in place of the recorded ones, False to announce without refusing.
    latency_seconds: waited before each answer. faults: what goes wrong, see the module `faults`.
    clock: epoch seconds for limits and token expiry (the account has its own clock for its data).
    """
    app = Flask(__name__, static_folder=None)
    app.json.sort_keys = False
    app.json.ensure_ascii = False
    app.url_map.strict_slashes = False
    tokens, limiter = Tokens(clock), Limiter(limits, clock)

    def answer(route: Route, **parts: str) -> Response:
        caller = _checked(route, tokens.caller(request.headers.get("Authorization")))
        url = request.base_url.removesuffix(".json") + ".json"  # Zendesk's links end so, however one asked
        headers = limiter.spend(route.bucket, guide_route=route.rule if route.is_guide else None)
        return _reply(route.view(Asked(account, request.args, url, caller), **parts), 200, headers)

    for route in ROUTES:
        for suffix in ("", ".json"):
            rule = f"/api/v2{route.rule}{suffix}"
            app.add_url_rule(rule, rule.replace(".", "_"), partial(answer, route))

    @app.post("/oauth/tokens")
    def grant() -> Response:
        return _reply(tokens.grant(request.get_json(silent=True) or {}))

    @app.before_request
    def delay_or_fail() -> Response | None:
        request.get_data()  # a kept-alive connection must be read to the end of the body
        time.sleep(latency_seconds)
        fault = faults(request) if faults else None
        if fault is None or isinstance(fault, Response):
            return fault
        after_this_request(fault)  # it spoils the true answer
        return None

    @app.after_request
    def note(response: Response) -> Response:
        account.calls.append(Call(request.method, request.full_path.rstrip("?"), response.status_code))
        return response

    @app.errorhandler(Refusal)
    def refuse(refusal: Refusal) -> Response:
        return _reply(refusal.body, refusal.status, refusal.headers)

    @app.errorhandler(HTTPException)
    def unknown(error: HTTPException) -> Response:
        refusal = no_endpoint()
        return _reply(refusal.body, error.code or refusal.status)

    return app


def _checked(route: Route, caller: Caller | None) -> Caller | None:
    """The caller, if the route is open to it."""
    anonymous = caller is None and "Authorization" not in request.headers
    if anonymous and route.allowed == ANYONE:
        return None
    if caller is None:
        raise unauthorized(guide=route.is_guide)
    if not caller.reaches(route.scopes):
        raise missing_scope(FULL_SCOPE, guide=route.is_guide)
    if route.allowed != ANYONE and caller.role not in ROLES[route.allowed]:
        raise forbidden(guide=route.is_guide)
    return caller


def _reply(body: JSON | str, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    response = jsonify(body) if isinstance(body, dict) else Response(body, mimetype="text/plain")
    response.status_code = status
    response.headers.update(headers or {})
    return response


@contextmanager
def serving(account: Account, *, port: int = 0, **options: object) -> Iterator[str]:
    """Serves the account while the block runs; yields "http://127.0.0.1:PORT". Options: see `create_app`."""
    server = _server(account, port, **options)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield f"http://{HOST}:{server.port}"
    finally:
        server.shutdown()
        thread.join()
        _close(server)


def _server(account: Account, port: int, **options: object) -> BaseWSGIServer:
    app = create_app(account, **options)
    # bound here: where the port is in use, werkzeug would print its own words and end the process
    with socket.create_server((HOST, port), backlog=LISTEN_QUEUE) as bound:
        server = make_server(HOST, port, app, threaded=True, request_handler=_KeepAlive, fd=bound.fileno())
    server.kept_alive = set()
    return server


def _close(server: BaseWSGIServer) -> None:
    server.server_close()
    for connection in list(server.kept_alive):
        with suppress(OSError):  # the client was quicker
            connection.shutdown(socket.SHUT_RDWR)


class _KeepAlive(WSGIRequestHandler):
    """HTTP/1.1 with kept-alive connections, as Zendesk has them, and no access log.

    Werkzeug's own `run_wsgi` closes every connection and reads whatever follows a request.
    """

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # else each answer on a kept connection waits 40 ms for an acknowledgement

    def setup(self) -> None:
        super().setup()
        self.server.kept_alive.add(self.connection)

    def finish(self) -> None:
        self.server.kept_alive.discard(self.connection)
        super().finish()

    def run_wsgi(self) -> None:
        chunks, status, headers = run_wsgi_app(self.server.app, self.make_environ())
        code = int(status.partition(" ")[0])
        if code == NO_ANSWER:
            self.close_connection = True
            return
        self.send_response(code)
        for name, value in headers:
            self.send_header(name, value)
        self.end_headers()
        written = 0
        for chunk in chunks:
            self.wfile.write(chunk)
            written += len(chunk)
        if written < int(headers["Content-Length"]):
            self.close_connection = True  # a fault cut the body; the client waits for the rest

    def log(self, type: str, message: str, *args: object) -> None:
        pass
