"""Read the settings: account, credentials, database, time zone and thresholds.

Values come from the environment, then from the nearest `.env` file (in the working folder or a folder above), then
(secrets and the account's address only) from the system's keyring under the service name "csat". An address in `.env`
is only used with secrets of the same file. Nothing else in the package reads the environment.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Set
from functools import cached_property
from pathlib import Path
from typing import Annotated, NamedTuple
from urllib.parse import urlsplit

from pydantic import Field, PrivateAttr, SecretStr, ValidationError, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from ..definitions import CHOICES, given_definitions
from ..errors import SettingsError
from ..files import expand_home
from ..periods import is_zone
from .sources import find_file, read_env_file, read_keyring

MOST_DAYS = 36_500
DATABASE = "csat.duckdb"
PARQUET = "parquet:"  # comes before the place of a published history
DEMO_DATABASE = "demo/csat.duckdb"
MAPPING = "csat_mapping.csv"
TARGETS = "csat_targets.csv"
FILES = ("csat_mapping", "csat_targets", "csat_log_file")
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
# Spreadsheets of some countries write 0,9.
SHARE = re.compile(r"(0?[.,]\d{1,9}|[01]([.,]0{1,9})?)", re.ASCII)
SHARE_EXPECTED = "expected a share above 0 and up to 1; write 90 % as 0.90"
LOCALE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,4})*")
HOW_TO_SIGN_IN = (
    "set ZENDESK_CLIENT_ID and ZENDESK_CLIENT_SECRET (an OAuth client of type confidential), or "
    "ZENDESK_OAUTH_TOKEN, or ZENDESK_EMAIL and ZENDESK_API_TOKEN, in the environment or in .env"
)


class Credentials(NamedTuple):
    """How to sign in: `kind` is client, token or email; `name` a client id or an e-mail address."""

    kind: str
    name: str
    secret: SecretStr


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


NumberOfRatings = Annotated[int, Field(ge=1)]
ConfidenceLevel = Annotated[float, Field(ge=0.5, lt=1)]


class Settings(BaseSettings):
    """All settings, from environment, `.env` and keyring; its repr hides secrets."""

    model_config = SettingsConfigDict(
        frozen=True, extra="ignore", env_ignore_empty=True, env_file_encoding="utf-8-sig"
    )

    zendesk_subdomain: str | None = None
    zendesk_url: str | None = None
    zendesk_client_id: str | None = None
    zendesk_client_secret: SecretStr | None = None
    zendesk_oauth_token: SecretStr | None = None
    zendesk_email: str | None = None
    zendesk_api_token: SecretStr | None = None
    csat_database: SecretStr | None = None  # a Postgres URL may hold a password
    csat_timezone: str | None = None
    csat_locale: str = "en-us"
    csat_rate_share: float = Field(0.8, gt=0, le=1)
    csat_min_ratings: NumberOfRatings = Thresholds().min_ratings
    csat_min_ratings_of_agent: NumberOfRatings = Thresholds().min_ratings_of_agent
    csat_interval_level: ConfidenceLevel = Thresholds().level
    csat_verdict_level: ConfidenceLevel = Thresholds().verdict_level
    csat_good: str | None = None
    csat_neutral: str | None = None
    csat_times: str | None = None
    csat_credit: str | None = None
    csat_agent_names: bool = True
    csat_mapping: str | None = None
    csat_log_file: str | None = None
    csat_target: float | None = None
    csat_targets: str | None = None
    csat_keep_comments_days: int | None = Field(None, ge=1, le=MOST_DAYS)
    csat_smtp_url: SecretStr | None = None
    csat_mail_from: str | None = None
    csat_webhook: SecretStr | None = None
    # Settings that come from the `.env` file, and the file.
    _in_env_file: frozenset[str] = PrivateAttr(frozenset())
    _env_file: Path | None = PrivateAttr(None)

    @field_validator("csat_timezone")
    @classmethod
    def _known_timezone(cls, value: str | None) -> str | None:
        if value is not None and not is_zone(value):
            raise ValueError("not an IANA time zone; expected a name such as Europe/Berlin")
        return value

    @field_validator("csat_locale")
    @classmethod
    def _is_locale(cls, value: str) -> str:
        if not LOCALE.fullmatch(value):
            raise ValueError("not a locale; expected for example en-us")
        return value.lower()

    @field_validator("csat_target", mode="before")
    @classmethod
    def _is_share(cls, value: object) -> float | None:
        return None if value is None else parse_share(str(value))

    @field_validator(*(f"csat_{name}" for name in CHOICES))
    @classmethod
    def _is_definition(cls, value: str | None, info: ValidationInfo) -> str | None:
        choices = CHOICES[str(info.field_name).removeprefix("csat_")]
        if value is not None and value not in choices:
            raise ValueError(f"choose from: {', '.join(choices)}")
        return value

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
            return self.csat_database.get_secret_value()
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
            return secret.get_secret_value()
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
        values = {name: value.get_secret_value() for name, value in self if isinstance(value, SecretStr)}
        if not MAY_HOLD_PASSWORD.search(values.get("csat_database", "")):
            # A path can be a word that reports need, such as Billing.
            values.pop("csat_database", None)
        return set(values.values())

    def _secret(self, name: str) -> SecretStr | None:
        return getattr(self, name) or read_keyring(name.upper())

    def _address(self, name: str) -> str | None:
        """Return the account's address or subdomain; from the keyring only if neither is set elsewhere."""
        if self.zendesk_url or self.zendesk_subdomain:
            return getattr(self, name)
        found = read_keyring(name.upper())
        return found.get_secret_value() if found else None

    def _check_address_of(self, secret_name: str) -> None:
        """Raise SettingsError if whoever wrote the `.env` file could direct a secret from elsewhere to an address."""
        address = "zendesk_url" if self.zendesk_url else "zendesk_subdomain"
        if address in self._in_env_file and secret_name not in self._in_env_file:
            raise SettingsError(
                f"{address.upper()} is set in {self._env_file}, but {secret_name.upper()} is not: for safety, a "
                "secret is only sent to an address from the same place; set both in that file, both in the "
                "environment, or both in the keyring"
            )

    def _check_server_password(self) -> None:
        """Raise SettingsError if a `.env` file could direct the password in PGPASSWORD to another server."""
        location = self.csat_database.get_secret_value() if self.csat_database else ""
        needs_password = location.startswith(POSTGRES) and not PASSWORD_IN_URL.match(location)
        if "csat_database" in self._in_env_file and needs_password and os.environ.get("PGPASSWORD"):
            raise SettingsError(
                f"CSAT_DATABASE is set in {self._env_file}, but PGPASSWORD in the environment: for safety, a "
                "password is only sent to a server from the same place; set CSAT_DATABASE in the environment"
            )


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
    variables = {name.lower(): value for name, value in read_env_file(path).items()} if path else {}
    given = {name.lower() for name, value in os.environ.items() if value} | overrides.keys()
    if "zendesk_subdomain" in given and "zendesk_url" not in given:
        # Otherwise an address in `.env` would replace it.
        overrides = {"zendesk_url": None} | overrides
    in_env_file = variables.keys() - given - overrides.keys()
    if path and "csat_database" in in_env_file:
        location = SecretStr(_beside(path, variables["csat_database"].get_secret_value()))
        overrides = {"csat_database": location} | overrides
    if path:
        overrides = _files_beside(path, variables, in_env_file) | overrides
    try:
        settings = Settings(_env_file=path, **overrides)  # type: ignore[call-arg, arg-type]
    except ValidationError as error:
        raise SettingsError(_describe(error)) from None
    settings._in_env_file = frozenset(in_env_file)
    settings._env_file = path
    return settings


def _describe(error: ValidationError) -> str:
    """Return which setting is invalid and why, without its value."""
    first = error.errors(include_input=False, include_url=False)[0]
    variable = str(first["loc"][0]).upper() if first["loc"] else "a setting"
    reason = first["msg"].removeprefix("Value error, ").replace("Input should be", "it must be")
    return f"invalid {variable}: {reason}"


def parse_share(text: str) -> float:
    """Return a share above 0 and up to 1 that a user wrote. Raises ValueError.

    >>> parse_share("0.90"), parse_share("0,9")
    (0.9, 0.9)
    """
    value = float(text.replace(",", ".")) if SHARE.fullmatch(text.strip()) else 0.0
    if not value:
        raise ValueError(SHARE_EXPECTED)
    return value


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


def _files_beside(
    env_file: Path, variables: Mapping[str, SecretStr], in_env_file: Set[str]
) -> dict[str, object]:
    """Return the paths of other files in a `.env` file, which are relative to it."""
    paths = {name: Path(variables[name].get_secret_value()) for name in FILES if name in in_env_file}
    return {name: str(env_file.parent / expand_home(path)) for name, path in paths.items()}


def _beside(env_file: Path, database: str) -> str:
    """Return CSAT_DATABASE of a `.env` file; a path is relative to the file."""
    prefix = PARQUET if database.startswith(PARQUET) else ""
    if NOT_A_PATH.search(database.removeprefix(prefix)):
        return database
    return f"{prefix}{env_file.parent / expand_home(database.removeprefix(prefix))}"
