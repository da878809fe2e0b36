"""Account, credentials, database, time zone and thresholds: one frozen object, made once.

Values come from the environment, then from the nearest `.env` file (in the working folder or one above), then
(secrets only) from the system's keyring under the service name "csat". Nothing else in the package reads the
environment.
"""

from __future__ import annotations

import os
import re
from functools import cached_property
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

from dotenv import dotenv_values
from pydantic import SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from .errors import SettingsError
from .periods import is_zone

KEYRING_SERVICE = "csat"
MOST_DAYS = 36_500
DATABASE, DEMO_DATABASE = "csat.duckdb", "demo/csat.duckdb"
ENV_LINE = re.compile(r"\s*(#|(export\s+)?\w+\s*=)")
LOOPBACK = ("127.0.0.1", "localhost", "::1")
ADDRESS = re.compile(r"[A-Za-z0-9\[][\w.~:/\[\]-]*", re.ASCII)  # it is also written into links and SQL
NO_ADDRESS = "ZENDESK_URL is no web address: write it like https://acme.zendesk.com"
SUBDOMAIN = re.compile(r"[a-z0-9][a-z0-9-]*", re.IGNORECASE)
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
    """How much it takes before something is said.

    min_ratings: below it a rate is shown with its interval but not judged; min_ratings_of_agent: the same for
    one agent; level: of intervals; verdict_level: of verdicts, stricter because a report makes some ten of them.
    """

    min_ratings: int = 10
    min_ratings_of_agent: int = 20
    level: float = 0.95
    verdict_level: float = 0.99

    def environment(self) -> dict[str, str]:
        """The same as variables, for another process."""
        return {
            "CSAT_MIN_RATINGS": str(self.min_ratings),
            "CSAT_MIN_RATINGS_OF_AGENT": str(self.min_ratings_of_agent),
            "CSAT_INTERVAL_LEVEL": str(self.level),
            "CSAT_VERDICT_LEVEL": str(self.verdict_level),
        }


class Settings(BaseSettings):
    """Everything that can be set, from environment, `.env` and keyring; secrets hide in its repr."""

    model_config = SettingsConfigDict(frozen=True, extra="ignore", env_ignore_empty=True)

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
    csat_rate_share: float = 0.8
    csat_min_ratings: int = Thresholds().min_ratings
    csat_min_ratings_of_agent: int = Thresholds().min_ratings_of_agent
    csat_interval_level: float = Thresholds().level
    csat_verdict_level: float = Thresholds().verdict_level
    csat_keep_comments_days: int | None = None
    csat_smtp_url: SecretStr | None = None
    csat_mail_from: str | None = None
    csat_webhook: SecretStr | None = None

    @field_validator("csat_timezone")
    @classmethod
    def _known_timezone(cls, value: str | None) -> str | None:
        if value is not None and not is_zone(value):
            raise ValueError("not an IANA time zone; expected a name such as Europe/Berlin")
        return value

    @field_validator("csat_rate_share")
    @classmethod
    def _is_share(cls, value: float) -> float:
        if not 0 < value <= 1:
            raise ValueError("must be above 0 and at most 1")
        return value

    @field_validator("csat_min_ratings", "csat_min_ratings_of_agent")
    @classmethod
    def _is_number_of_ratings(cls, value: int) -> int:
        if value < 1:
            raise ValueError("must be 1 or more")
        return value

    @field_validator("csat_keep_comments_days")
    @classmethod
    def _is_number_of_days(cls, value: int | None) -> int | None:
        if value is not None and not 1 <= value <= MOST_DAYS:
            raise ValueError(
                f"must be a number of days from 1 to {MOST_DAYS}; leave it out to keep all comments"
            )
        return value

    @field_validator("csat_interval_level", "csat_verdict_level")
    @classmethod
    def _is_level(cls, value: float) -> float:
        if not 0.5 <= value < 1:
            raise ValueError("must be at least 0.5 and below 1, such as 0.95")
        return value

    @field_validator("csat_locale")
    @classmethod
    def _is_locale(cls, value: str) -> str:
        if not re.fullmatch(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,4})*", value):
            raise ValueError("write it like en-us")
        return value.lower()

    @property
    def database(self) -> str:
        """Path of a DuckDB file, or a postgresql:// URL; by default csat.duckdb, here or in a folder above.

        May hold a password: never print it.
        """
        if self.csat_database:
            return self.csat_database.get_secret_value()
        return str(_nearest(DATABASE) or Path(DATABASE).absolute())

    @property
    def database_to_read(self) -> str:
        """The same, but the demo's while there is no other: so notebooks run before the first pull."""
        chosen = self.database
        if self.csat_database or Path(chosen).exists():
            return chosen
        return str(_nearest(DEMO_DATABASE) or chosen)

    @property
    def thresholds(self) -> Thresholds:
        """What the questions ask for before they judge."""
        return Thresholds(
            min_ratings=self.csat_min_ratings,
            min_ratings_of_agent=self.csat_min_ratings_of_agent,
            level=self.csat_interval_level,
            verdict_level=self.csat_verdict_level,
        )

    def secret_address(self, name: str) -> str:
        """The address in `csat_smtp_url` or `csat_webhook`: it lets in whoever knows it, so never print it.

        Raises SettingsError if it is not set.
        """
        if secret := self._secret(name):
            return secret.get_secret_value()
        raise SettingsError(f"{name.upper()} is not set: put it into the environment, .env or the keyring")

    @cached_property
    def url(self) -> str:
        """Base URL of the account, without a slash at its end.

        Raises SettingsError if none is set, or if it would send credentials over plain http.
        """
        if self.zendesk_url:
            return checked_url(self.zendesk_url)
        if not self.zendesk_subdomain:
            raise SettingsError(
                "no Zendesk account is set: put ZENDESK_SUBDOMAIN (the part before .zendesk.com) "
                "into the environment or into .env; without an account try: csat demo"
            )
        if not SUBDOMAIN.fullmatch(self.zendesk_subdomain):
            raise SettingsError(
                "ZENDESK_SUBDOMAIN is only the part before .zendesk.com, such as 'acme' "
                "(for a whole address use ZENDESK_URL)"
            )
        return f"https://{self.zendesk_subdomain.lower()}.zendesk.com"

    @cached_property
    def credentials(self) -> Credentials:
        """The first complete pair, in the order OAuth client, OAuth token, API token.

        Raises SettingsError if none is complete.
        """
        if self.zendesk_client_id and (secret := self._secret("zendesk_client_secret")):
            return Credentials("client", self.zendesk_client_id, secret)
        if secret := self._secret("zendesk_oauth_token"):
            return Credentials("token", "", secret)
        if self.zendesk_email and (secret := self._secret("zendesk_api_token")):
            return Credentials("email", self.zendesk_email, secret)
        half = "ZENDESK_CLIENT_SECRET" if self.zendesk_client_id else ""
        half = half or ("ZENDESK_API_TOKEN" if self.zendesk_email else "")
        missing = f"{half} is missing" if half else "no credentials are set"
        raise SettingsError(f"{missing}: {HOW_TO_SIGN_IN}")

    @property
    def secrets(self) -> set[str]:
        """The values of the secrets that are set here: never to be shown, only to be looked for."""
        return {value.get_secret_value() for _, value in self if isinstance(value, SecretStr)}

    def _secret(self, name: str) -> SecretStr | None:
        return getattr(self, name) or _from_keyring(name.upper())


def load_settings(*, env_file: bool = True, **overrides: object) -> Settings:
    """Settings from the environment, the nearest `.env` (here or in a folder above) and the keyring.

    env_file: False leaves `.env` out. overrides win over all.
    Raises SettingsError, naming the variable, if a value is malformed or the file cannot be read.
    """
    path = _nearest(".env") if env_file else None
    if path:
        overrides = _database_beside(path) | overrides
    try:
        return Settings(_env_file=path, **overrides)  # type: ignore[call-arg, arg-type]
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        variable = str(first["loc"][0]).upper() if first["loc"] else "a setting"
        reason = first["msg"].removeprefix("Value error, ")
        raise SettingsError(f"{variable} cannot be used: {reason}") from None


def checked_url(url: str) -> str:
    """`url` without its trailing slash, if credentials may be sent there; else SettingsError."""
    try:
        parts = urlsplit(url.strip())
        _ = parts.port  # raises where it is no number
    except ValueError:
        raise SettingsError(NO_ADDRESS) from None
    if parts.username or parts.password or parts.query or parts.fragment:
        raise SettingsError("ZENDESK_URL must hold no user name, password or query, only https://host")
    if parts.scheme not in ("http", "https") or not ADDRESS.fullmatch(f"{parts.netloc}{parts.path}"):
        raise SettingsError(NO_ADDRESS)
    if parts.scheme == "http" and parts.hostname not in LOOPBACK:
        raise SettingsError(
            f"ZENDESK_URL: plain http to {parts.hostname} would show your credentials: use https"
        )
    return f"{parts.scheme}://{parts.netloc}{parts.path.rstrip('/')}"


def _nearest(name: str) -> Path | None:
    """The file in the working folder or the nearest one above: a notebook runs in its own folder."""
    here = Path.cwd()
    return next((folder / name for folder in (here, *here.parents) if (folder / name).is_file()), None)


def _database_beside(env_file: Path) -> dict[str, object]:
    """CSAT_DATABASE of a `.env`, relative to that file; raises SettingsError if the file is broken."""
    try:
        lines = env_file.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError):
        raise SettingsError(f"{env_file} cannot be read: it must be a text file (UTF-8) you own") from None
    for number, line in enumerate(lines, 1):  # dotenv would pass over a broken line without a word
        if line.strip() and not ENV_LINE.match(line):
            raise SettingsError(f"{env_file}, line {number} is not NAME=value: mend or delete it")
    database = dotenv_values(env_file).get("CSAT_DATABASE")
    if not database or "://" in database or os.environ.get("CSAT_DATABASE"):
        return {}
    return {"csat_database": str(env_file.parent / Path(database).expanduser())}


def _from_keyring(name: str) -> SecretStr | None:
    import keyring
    from keyring.errors import KeyringError

    try:
        value = keyring.get_password(KEYRING_SERVICE, name)
    except KeyringError:
        return None  # a machine without a keyring is no mistake
    return SecretStr(value) if value else None
