"""Read the settings: account, credentials, database, time zone and thresholds.

Values come from the environment, then from the nearest `.env` file (in the working folder or a folder above), then
(secrets and the account's address only) from the system's keyring under the service name "csat". An address in `.env`
is only used with secrets of the same file. Nothing else in the package reads the environment.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from dataclasses import dataclass, field, fields
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from ..definitions import CHOICES, given_definitions
from ..errors import SettingsError
from ..files import expand_home
from .sources import find_file, read_env_file, read_keyring
from .values import (
    SecretText,
    one_of,
    parse_days,
    parse_level,
    parse_locale,
    parse_number,
    parse_share,
    parse_switch,
    parse_timezone,
)

DATABASE = "csat.duckdb"
PARQUET = "parquet:"  # comes before the place of a published history
DEMO_DATABASE = "demo/csat.duckdb"
MAPPING = "csat_mapping.csv"
TARGETS = "csat_targets.csv"
# Of a `.env` file; a path there is relative to it.
FILES = ("csat_database", "csat_mapping", "csat_targets", "csat_log_file")
LOOPBACK = ("127.0.0.1", "localhost", "::1")
MAY_HOLD_PASSWORD = re.compile(r"://.*[@?]")
ADDRESS = re.compile(r"[A-Za-z0-9\[][\w.~:/\[\]-]*", re.ASCII)  # it is also written into links and SQL
# A connection string, which may hold a password, must not become the name of a file.
NOT_A_PATH = re.compile(
    r"://|^[a-z][\w+.-]+:|^(//)?[^/]*:[^/]*@"
    r"|\b(password|passfile|host|hostaddr|port|dbname|user|service|sslmode)\s*=",
    re.IGNORECASE,
)
POSTGRES = ("postgresql://", "postgres://")
PASSWORD_IN_URL = re.compile(r"\w+://[^/]*:[^/]*@")
OWN_ENV = "write a .env of your own in this folder"
CHOOSE_MAPPING = "set CSAT_MAPPING to its path if you trust it"
CHOOSE_TARGETS = "set CSAT_TARGETS to its path if you trust it"
CHOOSE_DATABASE = "set CSAT_DATABASE to its path if you trust it"
INVALID_ADDRESS = "ZENDESK_URL is not a web address; expected for example https://acme.zendesk.com"
SUBDOMAIN = re.compile(r"[a-z0-9][a-z0-9-]*", re.IGNORECASE)
HOW_TO_SIGN_IN = (
    "set ZENDESK_CLIENT_ID and ZENDESK_CLIENT_SECRET (an OAuth client of type confidential), or "
    "ZENDESK_OAUTH_TOKEN, or ZENDESK_EMAIL and ZENDESK_API_TOKEN, in the environment or in .env"
)


class Credentials(NamedTuple):
    """How to sign in: `kind` is client, token or email; `name` a client id or an e-mail address."""

    kind: str
    name: str
    secret: SecretText


class Thresholds(NamedTuple):
    """Minimum sample sizes and confidence levels for verdicts.

    With fewer than `min_ratings` a rate is shown with its interval and without a verdict; `min_ratings_of_agent` is
    the same for a single agent. `level` is the confidence level of intervals, `verdict_level` that of verdicts, which
    is higher because a report contains about ten verdicts.
    """

    min_ratings: int = 10
    min_ratings_of_agent: int = 20
    level: float = 0.95
    verdict_level: float = 0.99

    def environment(self) -> dict[str, str]:
        """Return the thresholds as environment variables for another process."""
        return {
            "CSAT_MIN_RATINGS": str(self.min_ratings),
            "CSAT_MIN_RATINGS_OF_AGENT": str(self.min_ratings_of_agent),
            "CSAT_INTERVAL_LEVEL": str(self.level),
            "CSAT_VERDICT_LEVEL": str(self.verdict_level),
        }


def _setting(read: Callable[[str], Any], default: Any = None) -> Any:
    """Return a field of the settings; `read` returns the value of its text, or raises ValueError."""
    return field(default=default, metadata={"read": read})


@dataclass(frozen=True)
class Settings:
    """All settings, from environment, `.env` and keyring; its repr hides secrets."""

    zendesk_subdomain: str | None = _setting(str)
    zendesk_url: str | None = _setting(str)
    zendesk_client_id: str | None = _setting(str)
    zendesk_client_secret: SecretText | None = _setting(SecretText)
    zendesk_oauth_token: SecretText | None = _setting(SecretText)
    zendesk_email: str | None = _setting(str)
    zendesk_api_token: SecretText | None = _setting(SecretText)
    csat_database: SecretText | None = _setting(SecretText)  # a Postgres URL may hold a password
    csat_timezone: str | None = _setting(parse_timezone)
    csat_locale: str = _setting(parse_locale, "en-us")
    csat_rate_share: float = _setting(parse_share, 0.8)
    csat_min_ratings: int = _setting(parse_number, Thresholds().min_ratings)
    csat_min_ratings_of_agent: int = _setting(parse_number, Thresholds().min_ratings_of_agent)
    csat_interval_level: float = _setting(parse_level, Thresholds().level)
    csat_verdict_level: float = _setting(parse_level, Thresholds().verdict_level)
    csat_good: str | None = _setting(one_of(CHOICES["good"]))
    csat_neutral: str | None = _setting(one_of(CHOICES["neutral"]))
    csat_times: str | None = _setting(one_of(CHOICES["times"]))
    csat_credit: str | None = _setting(one_of(CHOICES["credit"]))
    csat_agent_names: bool = _setting(parse_switch, True)
    csat_mapping: str | None = _setting(str)
    csat_log_file: str | None = _setting(str)
    csat_target: float | None = _setting(parse_share)
    csat_targets: str | None = _setting(str)
    csat_keep_comments_days: int | None = _setting(parse_days)
    csat_smtp_url: SecretText | None = _setting(SecretText)
    csat_mail_from: str | None = _setting(str)
    csat_webhook: SecretText | None = _setting(SecretText)
    # Settings that come from the `.env` file, and the file.
    in_env_file: frozenset[str] = frozenset()
    env_file: Path | None = None

    @property
    def definitions(self) -> dict[str, str]:
        """The definitions that the environment sets; a history may store others."""
        return given_definitions({name: getattr(self, f"csat_{name}") for name in CHOICES})

    @property
    def database(self) -> str:
        """Path of a DuckDB file, or a postgresql:// URL; by default csat.duckdb in this folder or a folder above.

        It may hold a password: never print it.
        """
        if self.csat_database:
            self._check_server_password()
            return self.csat_database.reveal()
        return str(find_file(DATABASE, otherwise=CHOOSE_DATABASE) or Path(DATABASE).absolute())

    @property
    def database_to_read(self) -> str:
        """The same, or the demo's history while neither a history nor an account is set."""
        chosen = self.database
        if self.csat_database or self.zendesk_subdomain or self.zendesk_url or Path(chosen).exists():
            return chosen
        return str(find_file(DEMO_DATABASE, otherwise=CHOOSE_DATABASE) or chosen)

    @property
    def mapping(self) -> Path | None:
        """Path of the mapping of agents to teams; by default csat_mapping.csv in this folder or a folder above."""
        if self.csat_mapping:
            return expand_home(self.csat_mapping).absolute()
        return find_file(MAPPING, otherwise=CHOOSE_MAPPING)

    @property
    def log_file(self) -> Path | None:
        """Path of the log of commands; None: no log."""
        return expand_home(self.csat_log_file).absolute() if self.csat_log_file else None

    @property
    def targets(self) -> Path | None:
        """Path of the targets of groups, teams and so on; by default csat_targets.csv here or in a folder above."""
        if self.csat_targets:
            return expand_home(self.csat_targets).absolute()
        return find_file(TARGETS, otherwise=CHOOSE_TARGETS)

    @property
    def thresholds(self) -> Thresholds:
        """Minimum sample sizes and confidence levels for verdicts."""
        return Thresholds(
            min_ratings=self.csat_min_ratings,
            min_ratings_of_agent=self.csat_min_ratings_of_agent,
            level=self.csat_interval_level,
            verdict_level=self.csat_verdict_level,
        )

    def secret_address(self, name: str) -> str:
        """Return the address in `csat_smtp_url` or `csat_webhook`. It is a secret: never print it.

        Raises SettingsError if it is not set.
        """
        if secret := self._secret(name):
            return secret.reveal()
        raise SettingsError(f"{name.upper()} is not set: add it to the environment, .env or the keyring")

    @cached_property
    def url(self) -> str:
        """Base URL of the account, without a trailing slash.

        Raises SettingsError if none is set, or if it would send credentials over plain http.
        """
        if url := self._address("zendesk_url"):
            return checked_url(url)
        subdomain = self._address("zendesk_subdomain")
        if not subdomain:
            raise SettingsError(
                "no Zendesk account is set: add ZENDESK_SUBDOMAIN (the part before .zendesk.com) "
                "to the environment or to .env; without an account, try csat demo"
            )
        if not SUBDOMAIN.fullmatch(subdomain):
            raise SettingsError(
                "ZENDESK_SUBDOMAIN is only the part before .zendesk.com, such as 'acme' "
                "(for a whole address use ZENDESK_URL)"
            )
        return f"https://{subdomain.lower()}.zendesk.com"

    @cached_property
    def credentials(self) -> Credentials:
        """The first complete pair, in the order OAuth client, OAuth token, API token.

        Raises SettingsError if none is complete, or if the address comes from a `.env` file and the secret does not.
        """
        pairs = (
            ("client", self.zendesk_client_id, "zendesk_client_secret"),
            ("token", "", "zendesk_oauth_token"),
            ("email", self.zendesk_email, "zendesk_api_token"),
        )
        for kind, name, secret_name in pairs:
            if name is not None and (secret := self._secret(secret_name)):
                self._check_address_of(secret_name)
                return Credentials(kind, name, secret)
        half = "ZENDESK_CLIENT_SECRET" if self.zendesk_client_id else ""
        half = half or ("ZENDESK_API_TOKEN" if self.zendesk_email else "")
        missing = f"{half} is missing" if half else "no credentials are set"
        raise SettingsError(f"{missing}: {HOW_TO_SIGN_IN}")

    @property
    def secrets(self) -> set[str]:
        """The values of all secrets, so that they can be redacted. Never print them."""
        given = {name: getattr(self, name) for name in READERS}
        values = {name: value.reveal() for name, value in given.items() if isinstance(value, SecretText)}
        if not MAY_HOLD_PASSWORD.search(values.get("csat_database", "")):
            # A path can be a word that reports need, such as Billing.
            values.pop("csat_database", None)
        return set(values.values())

    def _secret(self, name: str) -> SecretText | None:
        return getattr(self, name) or read_keyring(name.upper())

    def _address(self, name: str) -> str | None:
        """Return the account's address or subdomain; from the keyring only if neither is set elsewhere."""
        if self.zendesk_url or self.zendesk_subdomain:
            return getattr(self, name)
        found = read_keyring(name.upper())
        return found.reveal() if found else None

    def _check_address_of(self, secret_name: str) -> None:
        """Raise SettingsError if whoever wrote the `.env` file could direct a secret from elsewhere to an address."""
        address = "zendesk_url" if self.zendesk_url else "zendesk_subdomain"
        if address in self.in_env_file and secret_name not in self.in_env_file:
            raise SettingsError(
                f"{address.upper()} is set in {self.env_file}, but {secret_name.upper()} is not: for safety, a "
                "secret is only sent to an address from the same place; set both in that file, both in the "
                "environment, or both in the keyring"
            )

    def _check_server_password(self) -> None:
        """Raise SettingsError if a `.env` file could direct the password in PGPASSWORD to another server."""
        location = self.csat_database.reveal() if self.csat_database else ""
        needs_password = location.startswith(POSTGRES) and not PASSWORD_IN_URL.match(location)
        if "csat_database" in self.in_env_file and needs_password and os.environ.get("PGPASSWORD"):
            raise SettingsError(
                f"CSAT_DATABASE is set in {self.env_file}, but PGPASSWORD in the environment: for safety, a "
                "password is only sent to a server from the same place; set CSAT_DATABASE in the environment"
            )


# Name of a setting -> what reads its text.
READERS = {one.name: one.metadata["read"] for one in fields(Settings) if one.metadata}


def load_settings(*, env_file: bool = True, **overrides: object) -> Settings:
    """Read settings from the environment, the nearest `.env` (in this folder or a folder above) and the keyring.

    Parameters
    ----------
    env_file
        Whether to read a `.env` file.
    overrides
        Settings by name, in lower case; they take precedence over all others.

    Raises
    ------
    SettingsError
        If a value is invalid or the file cannot be read; the message names the variable.
    """
    path = find_file(".env", otherwise=OWN_ENV) if env_file else None
    in_file = {name.lower(): value for name, value in read_env_file(path).items()} if path else {}
    given = {name.lower(): SecretText(value) for name, value in os.environ.items() if value} | overrides
    if "zendesk_subdomain" in given:
        # Otherwise an address in `.env` would replace it.
        given = {"zendesk_url": None} | given
    in_env_file = READERS.keys() & in_file.keys() - given.keys()
    for name in in_env_file:
        given[name] = _beside(path, in_file[name]) if path and name in FILES else in_file[name]
    values = {name: _read(name, given[name]) for name in READERS if given.get(name) is not None}
    return Settings(**values, in_env_file=frozenset(in_env_file), env_file=path)


def _read(name: str, given: Any) -> Any:
    """Return the value of a setting. Only here a text is not hidden: a traceback with all variables would show it."""
    text = given.reveal() if isinstance(given, SecretText) else str(given)
    try:
        return READERS[name](text)
    except ValueError as error:
        raise SettingsError(f"invalid {name.upper()}: {error}") from None


def checked_url(url: str) -> str:
    """Return `url` without its trailing slash; raise SettingsError if credentials must not be sent there."""
    try:
        parts = urlsplit(url.strip())
        _ = parts.port  # raises if it is not a number
    except ValueError:
        raise SettingsError(INVALID_ADDRESS) from None
    if parts.username or parts.password or parts.query or parts.fragment:
        raise SettingsError(
            "ZENDESK_URL must not contain a user name, password or query; expected https://host"
        )
    if parts.scheme not in ("http", "https") or not ADDRESS.fullmatch(f"{parts.netloc}{parts.path}"):
        raise SettingsError(INVALID_ADDRESS)
    if parts.scheme == "http" and parts.hostname not in LOOPBACK:
        raise SettingsError(
            f"ZENDESK_URL: plain http to {parts.hostname} would reveal your credentials; use https"
        )
    return f"{parts.scheme}://{parts.netloc}{parts.path.rstrip('/')}"


def _beside(env_file: Path, file: SecretText) -> SecretText:
    """Return the place of a file or database in a `.env` file; a path is relative to the `.env` file."""
    place = file.reveal()
    prefix = PARQUET if place.startswith(PARQUET) else ""
    if NOT_A_PATH.search(place.removeprefix(prefix)):
        return file
    return SecretText(f"{prefix}{env_file.parent / expand_home(place.removeprefix(prefix))}")
