"""The fake Zendesk as a WSGI application: routes, access, rate limits, faults."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from functools import partial
from typing import NamedTuple, TypedDict, Unpack

from flask import Flask, Response, after_this_request, jsonify, request
from flask.json.provider import DefaultJSONProvider
from werkzeug.exceptions import HTTPException

from ..account import Account, Call
from . import satisfaction_ratings, settings, surveys, tickets, users
from .credentials import FULL_SCOPE, Caller, Tokens
from .errors import Refusal, forbidden, missing_scope, no_endpoint, not_found, unauthorized
from .faults.outcomes import NO_ANSWER, Fault, RawAnswer
from .json_values import JSON
from .rate_limits import Limiter
from .request import ApiRequest
from .variant import ApiVariant

ANYONE = "anyone"
AGENTS = "agents"
ADMINS = "admins"
# the key of a list in the request's environment, in which the HTTP server finds a RawAnswer
RAW_ANSWERS = "csat.raw_answers"
ROLES = {AGENTS: ("agent", "admin"), ADMINS: ("admin",)}


class ServerOptions(TypedDict, total=False):
    """Options of a server.

    Attributes
    ----------
    variant : ApiVariant
        How the account's API behaves where accounts differ.
    limits : mapping of str to int, bool or None
        Requests per minute by bucket, in place of the recorded ones; False announces limits without enforcing
        them.
    latency_seconds : float
        Waited before each answer.
    faults : Fault, optional
        What goes wrong; see the package `faults`.
    clock : callable
        Returns epoch seconds for limits and the expiry of tokens; by default the machine's time.
    server_time : callable
        Returns epoch seconds for the `Date` header; by default the account's present, to which its data
        belongs.
    """

    variant: ApiVariant
    limits: Mapping[str, int] | bool | None
    latency_seconds: float
    faults: Fault | None
    clock: Callable[[], float]
    server_time: Callable[[], float]


class Route(NamedTuple):
    """An endpoint below /api/v2: who may call it, the scopes besides `read` that open it, its own bucket."""

    rule: str
    view: Callable[..., JSON]
    allowed: str
    scopes: tuple[str, ...] = ()
    bucket: str | None = None

    @property
    def is_guide(self) -> bool:
        """Whether the endpoint belongs to the Guide API, which has its own errors and limits."""
        return self.rule.startswith("/guide/")


_TICKETS = ("tickets:read",)
_USERS = ("users:read",)
_GROUPS = ("groups:read",)
_BRANDS = ("brands:read",)
_ANY_READ = ("tickets:read", "users:read", "groups:read", "brands:read", "account_settings:read")
ROUTES = (
    Route("/incremental/tickets/cursor", tickets.export_tickets, ADMINS, _TICKETS, "incremental-exports"),
    # audits ask for the broad scope
    Route("/tickets/<int:ticket_id>/audits", tickets.list_audits, AGENTS),
    Route("/users/me", users.show_me, ANYONE, _ANY_READ),
    Route("/users/show_many", users.show_many_users, AGENTS, _USERS),
    Route("/users", users.list_users, AGENTS, _USERS),
    Route("/organizations/show_many", users.show_many_organizations, AGENTS, ("organizations:read",)),
    Route("/groups", settings.list_groups, AGENTS, _GROUPS),
    Route("/brands", settings.list_brands, AGENTS, _BRANDS),
    Route("/ticket_fields", settings.list_ticket_fields, AGENTS, _ANY_READ, "ticket-fields-index"),
    Route("/ticket_forms", settings.list_ticket_forms, ANYONE, _ANY_READ),
    Route("/satisfaction_ratings", satisfaction_ratings.list_satisfaction_ratings, ADMINS, _ANY_READ),
    Route("/satisfaction_reasons", satisfaction_ratings.list_satisfaction_reasons, ADMINS, _ANY_READ),
    Route("/guide/survey_responses", surveys.list_survey_responses, ADMINS, _ANY_READ),
    Route("/guide/<locale>/survey_responses/<response_id>", surveys.show_survey_response, ADMINS, _ANY_READ),
    Route("/guide/<locale>/surveys", surveys.list_surveys, AGENTS, _ANY_READ),
)


def create_app(account: Account, **options: Unpack[ServerOptions]) -> Flask:
    """Return the fake Zendesk as a WSGI application; every request is noted in `account.calls`.

    Parameters
    ----------
    account : Account
        The account to serve.
    **options
        See `ServerOptions`.

    Returns
    -------
    flask.Flask

    Examples
    --------
    >>> from csat_analysis.fake_zendesk import ADMIN_OAUTH_TOKEN, make_account
    >>> client = create_app(make_account(tickets=20)).test_client()
    >>> headers = {"Authorization": f"Bearer {ADMIN_OAUTH_TOKEN}"}
    >>> client.get("/api/v2/users/me", headers=headers).json["user"]["name"]
    'Ada Admin'
    """
    app = Flask(__name__, static_folder=None)
    app.json = _json_provider(app)
    app.url_map.strict_slashes = False
    _add_routes(app, account, options)
    _add_faults(app, options.get("faults"), options.get("latency_seconds", 0.0))
    _add_errors(app)
    _note_calls(app, account)
    return app


def _json_provider(app: Flask) -> DefaultJSONProvider:
    provider = DefaultJSONProvider(app)
    provider.sort_keys = False
    provider.ensure_ascii = False
    return provider


def _add_routes(app: Flask, account: Account, options: ServerOptions) -> None:
    clock = options.get("clock", time.time)
    variant = options.get("variant", ApiVariant())
    tokens = Tokens(clock)
    limiter = Limiter(options.get("limits"), clock)

    def answer(route: Route, **parts: str) -> Response:
        caller = _authorize(route, tokens.find_caller(request.headers.get("Authorization")))
        if route.is_guide:
            _check_guide(variant)
        headers = limiter.spend(route.bucket, guide_route=route.rule if route.is_guide else None)
        # Zendesk's links end so, with or without the suffix in the request
        url = request.base_url.removesuffix(".json") + ".json"
        asked = ApiRequest(account, variant, request.args, url, caller)
        return _reply(route.view(asked, **parts), 200, headers)

    def grant() -> Response:
        return _reply(tokens.grant(request.get_json(silent=True) or {}))

    app.add_url_rule("/oauth/tokens", view_func=grant, methods=["POST"])
    for route in ROUTES:
        for suffix in ("", ".json"):
            rule = f"/api/v2{route.rule}{suffix}"
            app.add_url_rule(rule, rule.replace(".", "_"), partial(answer, route))


def _add_faults(app: Flask, faults: Fault | None, latency_seconds: float) -> None:
    @app.before_request
    def delay_or_fail() -> Response | None:
        # a connection that is kept alive must be read to the end of the body
        request.get_data()
        time.sleep(latency_seconds)
        outcome = faults(request) if faults else None
        if outcome is None or isinstance(outcome, Response):
            return outcome
        if isinstance(outcome, RawAnswer):
            request.environ[RAW_ANSWERS].append(outcome)
            return Response(status=NO_ANSWER)
        after_this_request(outcome)
        return None


def _add_errors(app: Flask) -> None:
    @app.errorhandler(Refusal)
    def refuse(refusal: Refusal) -> Response:
        return _reply(refusal.body, refusal.status, refusal.headers)

    @app.errorhandler(HTTPException)
    def report_unknown(error: HTTPException) -> Response:
        refusal = no_endpoint()
        return _reply(refusal.body, error.code or refusal.status)


def _note_calls(app: Flask, account: Account) -> None:
    @app.after_request
    def note(response: Response) -> Response:
        account.calls.append(Call(request.method, request.full_path.rstrip("?"), response.status_code))
        return response


def _authorize(route: Route, caller: Caller | None) -> Caller | None:
    """Return the caller if the route is open to them, else raise the refusal."""
    is_anonymous = caller is None and "Authorization" not in request.headers
    if is_anonymous and route.allowed == ANYONE:
        return None
    if caller is None:
        raise unauthorized(guide=route.is_guide)
    if not caller.reaches(route.scopes):
        raise missing_scope(FULL_SCOPE, guide=route.is_guide)
    if route.allowed != ANYONE and caller.role not in ROLES[route.allowed]:
        raise forbidden(guide=route.is_guide)
    return caller


def _check_guide(variant: ApiVariant) -> None:
    """Refuse the Guide API in an account that does not have it."""
    if variant.guide == "forbidden":
        raise forbidden(guide=True)
    if variant.guide == "not_found":
        raise not_found(guide=True)


def _reply(body: JSON | str, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    response = jsonify(body) if isinstance(body, dict) else Response(body, mimetype="text/plain")
    response.status_code = status
    response.headers.update(headers or {})
    return response
