"""Read the settings: account, credentials, database, time zone and thresholds.

Values come from the environment, then from the nearest `.env` file (in the working folder or a folder above), then
(secrets only) from the system's keyring under the service name "csat". Nothing else in the package reads the
environment.
"""

from __future__ import annotations

import os
import re
from functools import cached_property
from pathlib import Path
from typing import Annotated, NamedTuple
from urllib.parse import urlsplit

from dotenv import dotenv_values, find_dotenv
from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from .errors import SettingsError
from .periods import is_zone

KEYRING_SERVICE = "csat"
MOST_DAYS = 36_500
DATABASE = "csat.duckdb"
PARQUET = "parquet:"  # comes before the place of a published history
DEMO_DATABASE = "demo/csat.duckdb"
ENV_LINE = re.compile(r"\s*(#|(export\s+)?\w+\s*=)")
LOOPBACK = ("127.0.0.1", "localhost", "::1")
ADDRESS = re.compile(r"[A-Za-z0-9\[][\w.~:/\[\]-]*", re.ASCII)  # it is also written into links and SQL
INVALID_ADDRESS = "ZENDESK_URL is not a web address; expected for example https://acme.zendesk.com"
SUBDOMAIN = re.compile(r"[a-z0-9][a-z0-9-]*", re.IGNORECASE)
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
    csat_rate_share: float = Field(0.8, gt=0, le=1)
    csat_min_ratings: NumberOfRatings = Thresholds().min_ratings
    csat_min_ratings_of_agent: NumberOfRatings = Thresholds().min_ratings_of_agent
    csat_interval_level: ConfidenceLevel = Thresholds().level
    csat_verdict_level: ConfidenceLevel = Thresholds().verdict_level
    csat_keep_comments_days: int | None = Field(None, ge=1, le=MOST_DAYS)
    csat_smtp_url: SecretStr | None = None
    csat_mail_from: str | None = None
    csat_webhook: SecretStr | None = None

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

    @property
    def database(self) -> str:
        """Path of a DuckDB file, or a postgresql:// URL; by default csat.duckdb in this folder or a folder above.

        It may hold a password: never print it.
        """
        if self.csat_database:
            return self.csat_database.get_secret_value()
        return str(_nearest(DATABASE) or Path(DATABASE).absolute())

    @property
    def database_to_read(self) -> str:
        """The same, or the demo's history while neither a history nor an account is set."""
        chosen = self.database
        if self.csat_database or self.zendesk_subdomain or self.zendesk_url or Path(chosen).exists():
            return chosen
        return str(_nearest(DEMO_DATABASE) or chosen)

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
        if self.zendesk_url:
            return checked_url(self.zendesk_url)
        if not self.zendesk_subdomain:
            raise SettingsError(
                "no Zendesk account is set: add ZENDESK_SUBDOMAIN (the part before .zendesk.com) "
                "to the environment or to .env; without an account, try csat demo"
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
        """The values of all secrets, so that they can be redacted. Never print them."""
        return {value.get_secret_value() for _, value in self if isinstance(value, SecretStr)}

    def _secret(self, name: str) -> SecretStr | None:
        return getattr(self, name) or _from_keyring(name.upper())


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
    path = _nearest(".env") if env_file else None
    if path:
        overrides = _database_beside(path) | overrides
    try:
        return Settings(_env_file=path, **overrides)  # type: ignore[call-arg, arg-type]
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        variable = str(first["loc"][0]).upper() if first["loc"] else "a setting"
        reason = first["msg"].removeprefix("Value error, ").replace("Input should be", "it must be")
        raise SettingsError(f"invalid {variable}: {reason}") from None


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


def _nearest(name: str) -> Path | None:
    """Return a file in the working folder or the nearest folder above it: a notebook runs in its own folder."""
    found = find_dotenv(name, usecwd=True)
    return Path(found) if found else None


def _database_beside(env_file: Path) -> dict[str, object]:
    """Return CSAT_DATABASE of a `.env`, relative to that file; raise SettingsError if the file is malformed."""
    try:
        lines = env_file.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError):
        raise SettingsError(f"{env_file} cannot be read; it must be a UTF-8 text file that you own") from None
    for number, line in enumerate(lines, 1):  # dotenv ignores malformed lines silently
        if line.strip() and not ENV_LINE.match(line):
            raise SettingsError(f"{env_file}, line {number} is not NAME=value: fix or remove it")
    database = dotenv_values(env_file).get("CSAT_DATABASE")
    if not database or "://" in database or os.environ.get("CSAT_DATABASE"):
        return {}
    prefix = PARQUET if database.startswith(PARQUET) else ""
    path = Path(database.removeprefix(PARQUET)).expanduser()
    return {"csat_database": f"{prefix}{env_file.parent / path}"}


def _from_keyring(name: str) -> SecretStr | None:
    import keyring
    from keyring.errors import KeyringError

    try:
        value = keyring.get_password(KEYRING_SERVICE, name)
    except KeyringError:
        return None  # not every machine has a keyring
    return SecretStr(value) if value else None
