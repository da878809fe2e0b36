"""Settings: sources, refused values, and secrets that are never shown."""

from __future__ import annotations

import os
import traceback
from dataclasses import asdict
from pathlib import Path

import keyring
import pytest
from keyring.backends import fail, null

from csat_analysis.errors import SettingsError
from csat_analysis.history import open_history
from csat_analysis.settings import checked_url, load_settings

SECRET = "s3cr3t-do-not-show"


class Ring(null.Keyring):
    """A keyring in memory: (service, name) -> secret."""

    def __init__(self) -> None:
        super().__init__()
        self.entries: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self.entries.get((service, username))


@pytest.fixture
def ring() -> dict[tuple[str, str], str]:
    """Return the entries of the keyring, which is empty."""
    keyring.set_keyring(Ring())
    return keyring.get_keyring().entries


def write_env(folder: Path, *lines: str) -> None:
    (folder / ".env").write_text("\n".join(lines) + "\n", encoding="utf-8")


# Sources


def test_the_environment_has_priority_over_the_env_file_and_that_over_the_keyring(
    tmp_path, monkeypatch, ring
):
    ring["csat", "ZENDESK_API_TOKEN"] = "from keyring"
    monkeypatch.setenv("ZENDESK_EMAIL", "ada@acme.com")
    assert load_settings().credentials.secret.reveal() == "from keyring"
    write_env(tmp_path, "ZENDESK_API_TOKEN=from file")
    assert load_settings().credentials.secret.reveal() == "from file"
    monkeypatch.setenv("ZENDESK_API_TOKEN", "from environment")
    assert load_settings().credentials.secret.reveal() == "from environment"


def test_arguments_have_priority_over_all_sources(tmp_path, monkeypatch):
    write_env(tmp_path, "ZENDESK_SUBDOMAIN=file", "CSAT_DATABASE=file.duckdb")
    monkeypatch.setenv("ZENDESK_SUBDOMAIN", "environment")
    given = load_settings(zendesk_subdomain="code", csat_database="code.duckdb")
    assert (given.url, given.database) == ("https://code.zendesk.com", "code.duckdb")


def test_an_empty_variable_is_ignored(tmp_path, monkeypatch):
    write_env(tmp_path, "ZENDESK_SUBDOMAIN=acme", "CSAT_DATABASE=kept.duckdb")
    monkeypatch.setenv("ZENDESK_SUBDOMAIN", "")
    monkeypatch.setenv("CSAT_DATABASE", "")
    assert load_settings().url == "https://acme.zendesk.com"
    assert load_settings().database == str(tmp_path / "kept.duckdb")


def test_the_env_file_can_be_ignored(tmp_path):
    write_env(tmp_path, "ZENDESK_SUBDOMAIN=acme")
    assert load_settings(env_file=False).zendesk_subdomain is None


def test_the_nearest_env_file_above_is_found_and_places_the_database(tmp_path, monkeypatch):
    write_env(tmp_path, "ZENDESK_SUBDOMAIN=far", "CSAT_DATABASE=far.duckdb")
    below = tmp_path / "project" / "notebooks"
    below.mkdir(parents=True)
    write_env(tmp_path / "project", "ZENDESK_SUBDOMAIN=near", "CSAT_DATABASE=data/csat.duckdb")
    monkeypatch.chdir(below)
    assert load_settings().url == "https://near.zendesk.com"
    assert load_settings().database == str(tmp_path / "project" / "data" / "csat.duckdb")


def test_a_database_from_the_environment_is_not_changed(tmp_path, monkeypatch):
    write_env(tmp_path, "CSAT_DATABASE=file.duckdb")
    monkeypatch.setenv("CSAT_DATABASE", "here.duckdb")
    assert load_settings().database == "here.duckdb"


@pytest.mark.parametrize(
    "location", ["postgresql://ada@db/csat", "/data/csat.duckdb", "host=db password=x", "postgres:ada:x@db"]
)
def test_a_url_or_an_absolute_path_in_an_env_file_is_not_changed(tmp_path, location):
    write_env(tmp_path, f"CSAT_DATABASE={location}")
    assert load_settings().database == location


def test_a_tilde_in_an_env_file_means_the_home_folder(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", "/home/ada")
    write_env(tmp_path, "CSAT_DATABASE=~/csat.duckdb")
    assert load_settings().database == "/home/ada/csat.duckdb"


def test_the_default_database_is_the_nearest_file(tmp_path, monkeypatch):
    below = tmp_path / "notebooks"
    below.mkdir()
    monkeypatch.chdir(below)
    assert load_settings().database == str(below / "csat.duckdb")
    (tmp_path / "csat.duckdb").touch()
    assert load_settings().database == str(tmp_path / "csat.duckdb")


def test_the_demo_is_read_only_if_there_is_no_other_history(tmp_path, monkeypatch):
    (tmp_path / "demo").mkdir()
    (tmp_path / "demo" / "csat.duckdb").touch()
    assert load_settings().database_to_read == str(tmp_path / "demo" / "csat.duckdb")
    assert load_settings().database == str(tmp_path / "csat.duckdb")
    (tmp_path / "csat.duckdb").touch()
    assert load_settings().database_to_read == str(tmp_path / "csat.duckdb")
    monkeypatch.setenv("CSAT_DATABASE", "other.duckdb")
    assert load_settings().database_to_read == "other.duckdb"


def test_an_env_file_can_contain_comments_exports_and_a_byte_order_mark(tmp_path):
    text = "\ufeff# ours\n\nexport ZENDESK_SUBDOMAIN = 'acme'\nOTHER_PROGRAM=1\n"
    (tmp_path / ".env").write_text(text, encoding="utf-8")
    assert load_settings().url == "https://acme.zendesk.com"


def test_the_error_for_an_invalid_line_has_its_number_but_not_its_text(tmp_path):
    write_env(tmp_path, "ZENDESK_SUBDOMAIN=acme", "", f"ZENDESK_API_TOKEN {SECRET}")
    with pytest.raises(SettingsError, match=r"\.env, line 3 is not NAME=value") as caught:
        load_settings()
    assert SECRET not in str(caught.value)


def test_an_env_file_that_is_not_text_is_refused(tmp_path):
    (tmp_path / ".env").write_bytes(b"\xff\xfe\x00Z")
    with pytest.raises(SettingsError, match=r"\.env cannot be read"):
        load_settings()


# Files of other users


@pytest.fixture
def by_another_user(monkeypatch) -> None:
    """Make all files of this test another user's."""
    monkeypatch.setattr(os, "geteuid", lambda: os.getuid() + 1)


def in_folder_below(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    below = folder / "project" / "notebooks"
    below.mkdir(parents=True)
    monkeypatch.chdir(below)


@pytest.mark.usefixtures("by_another_user")
@pytest.mark.parametrize("below", [False, True])
def test_an_env_file_of_another_user_is_refused(tmp_path, monkeypatch, below):
    write_env(tmp_path, "ZENDESK_URL=https://evil.example")
    if below:
        in_folder_below(tmp_path, monkeypatch)
    with pytest.raises(
        SettingsError, match=r"\.env belongs to another user, so it is not used: write a \.env"
    ):
        load_settings()
    assert load_settings(env_file=False).zendesk_url is None


@pytest.mark.usefixtures("by_another_user")
@pytest.mark.parametrize("name", ["csat.duckdb", "demo/csat.duckdb"])
def test_a_history_of_another_user_is_only_used_by_its_path(tmp_path, monkeypatch, name):
    (tmp_path / name).parent.mkdir(exist_ok=True)
    (tmp_path / name).touch()
    in_folder_below(tmp_path, monkeypatch)
    with pytest.raises(SettingsError, match=r"csat\.duckdb belongs to another user.*set CSAT_DATABASE"):
        _ = load_settings().database_to_read
    monkeypatch.setenv("CSAT_DATABASE", str(tmp_path / name))
    assert load_settings().database == str(tmp_path / name)


@pytest.mark.parametrize("umask", [0o002, 0o000, 0o020])
@pytest.mark.parametrize("name", [".env", "csat.duckdb"])
def test_a_file_that_others_can_change_is_refused_with_the_command_that_helps(tmp_path, umask, name):
    before = os.umask(umask)
    (tmp_path / name).touch()
    os.umask(before)
    with pytest.raises(
        SettingsError, match=f"other users can change .*{name}.*: run chmod go-w /.*{name}, or"
    ):
        _ = load_settings().database
    (tmp_path / name).chmod((tmp_path / name).stat().st_mode & ~0o022)
    assert load_settings().database == str(tmp_path / "csat.duckdb")


def test_a_link_to_a_file_that_others_can_change_is_refused(tmp_path):
    (tmp_path / "shared").write_text("ZENDESK_SUBDOMAIN=evil\n", encoding="utf-8")
    (tmp_path / "shared").chmod(0o666)
    (tmp_path / ".env").symlink_to(tmp_path / "shared")
    with pytest.raises(SettingsError, match="other users can change"):
        load_settings()


def test_a_history_on_a_disk_that_is_not_mounted_is_not_passed_over(tmp_path, monkeypatch):
    (tmp_path / "csat.duckdb").symlink_to(tmp_path / "unmounted" / "csat.duckdb")
    in_folder_below(tmp_path, monkeypatch)
    assert load_settings().database == str(tmp_path / "csat.duckdb")


def test_a_folder_called_env_is_ignored(tmp_path):
    (tmp_path / ".env").mkdir()
    assert load_settings().zendesk_subdomain is None


# Addresses and secrets from different places

SECRETS = {
    "ZENDESK_CLIENT_SECRET": "ZENDESK_CLIENT_ID=id",
    "ZENDESK_OAUTH_TOKEN": "",
    "ZENDESK_API_TOKEN": "ZENDESK_EMAIL=ada@acme.com",
}


@pytest.mark.parametrize("address", ["ZENDESK_SUBDOMAIN=evil", "ZENDESK_URL=https://evil.example"])
@pytest.mark.parametrize("secret", SECRETS)
@pytest.mark.parametrize("place", ["environment", "keyring", "arguments"])
def test_a_secret_is_not_sent_to_an_address_from_an_env_file(
    tmp_path, monkeypatch, ring, address, secret, place
):
    write_env(tmp_path, address, SECRETS[secret])
    in_folder_below(tmp_path, monkeypatch)
    given = {}
    if place == "environment":
        monkeypatch.setenv(secret, SECRET)
    elif place == "keyring":
        ring["csat", secret] = SECRET
    else:
        given = {secret.lower(): SECRET}
    name = address.partition("=")[0]
    with pytest.raises(SettingsError, match=rf"^{name} is set in .*\.env, but {secret} is not: ") as caught:
        _ = load_settings(**given).credentials
    assert SECRET not in str(caught.value)


@pytest.mark.parametrize("secret", SECRETS)
def test_an_address_and_a_secret_from_one_place_are_used_together(tmp_path, monkeypatch, ring, secret):
    write_env(tmp_path, "ZENDESK_SUBDOMAIN=acme", SECRETS[secret], f"{secret}={SECRET}")
    assert load_settings().credentials.secret.reveal() == SECRET
    write_env(tmp_path, SECRETS[secret])
    ring["csat", secret] = SECRET
    ring["csat", "ZENDESK_SUBDOMAIN"] = "acme"
    assert load_settings().credentials.secret.reveal() == SECRET
    assert load_settings().url == "https://acme.zendesk.com"
    monkeypatch.setenv("ZENDESK_URL", "https://help.acme.com")
    assert load_settings().url == "https://help.acme.com"
    assert load_settings().credentials.secret.reveal() == SECRET


def test_a_subdomain_in_the_environment_has_priority_over_an_address_in_an_env_file(tmp_path, monkeypatch):
    write_env(tmp_path, "ZENDESK_URL=https://evil.example", "ZENDESK_SUBDOMAIN=evil")
    monkeypatch.setenv("ZENDESK_SUBDOMAIN", "acme")
    monkeypatch.setenv("ZENDESK_OAUTH_TOKEN", SECRET)
    assert load_settings().url == "https://acme.zendesk.com"
    assert load_settings().credentials.kind == "token"


def test_the_password_of_a_server_is_not_sent_to_an_address_from_an_env_file(tmp_path, monkeypatch):
    monkeypatch.setenv("PGPASSWORD", SECRET)
    write_env(tmp_path, "CSAT_DATABASE=postgresql://evil.example/csat")
    with pytest.raises(SettingsError, match=r"CSAT_DATABASE is set in .*\.env, but PGPASSWORD in the env"):
        _ = load_settings().database
    write_env(tmp_path, "CSAT_DATABASE=postgresql://ada:x@db/csat")
    assert load_settings().database == "postgresql://ada:x@db/csat"
    write_env(tmp_path)
    monkeypatch.setenv("CSAT_DATABASE", "postgresql://db/csat")
    assert load_settings().database == "postgresql://db/csat"


# The account


@pytest.mark.parametrize(
    ("name", "value", "url"),
    [
        ("ZENDESK_SUBDOMAIN", "acme", "https://acme.zendesk.com"),
        ("ZENDESK_SUBDOMAIN", "Acme-2", "https://acme-2.zendesk.com"),
        ("ZENDESK_URL", "https://help.acme.com/", "https://help.acme.com"),
        ("ZENDESK_URL", " https://acme.zendesk.com ", "https://acme.zendesk.com"),
        ("ZENDESK_URL", "http://127.0.0.1:8080", "http://127.0.0.1:8080"),
        ("ZENDESK_URL", "http://localhost:8080/", "http://localhost:8080"),
        ("ZENDESK_URL", "http://[::1]:8080", "http://[::1]:8080"),
    ],
)
def test_the_base_url_of_the_account(monkeypatch, name, value, url):
    monkeypatch.setenv(name, value)
    assert load_settings().url == url


@pytest.mark.parametrize(
    "url",
    [
        "http://acme.zendesk.com",
        "http://127.0.0.1.evil.com",
        "http://localhost.evil.com",
        "http://127.0.0.2",
        "HTTP://ACME.ZENDESK.COM",
    ],
)
def test_plain_http_is_refused_except_to_this_machine(url):
    with pytest.raises(SettingsError, match=r"ZENDESK_URL: plain http to .* would reveal your credentials"):
        checked_url(url)


@pytest.mark.parametrize(
    "url",
    [
        "acme.zendesk.com",
        "ftp://acme.zendesk.com",
        "https://",
        "https://[::1",
        "https://acme.zendesk.com:port",
        "https://acme.zendesk.com/a'b",
        "https://acme.zendesk.com/{x}",
        "https://acme .zendesk.com",
        "http://localhost\\.evil.com",
    ],
)
def test_an_invalid_web_address_is_refused(url):
    with pytest.raises(SettingsError, match="ZENDESK_URL is not a web address"):
        checked_url(url)


@pytest.mark.parametrize(
    "url",
    [f"https://ada:{SECRET}@acme.com", f"https://acme.com/?token={SECRET}", f"https://acme.com/#{SECRET}"],
)
def test_an_address_with_a_password_is_refused_without_showing_it(url):
    with pytest.raises(SettingsError, match="ZENDESK_URL must not contain a user name") as caught:
        checked_url(url)
    assert SECRET not in str(caught.value)


@pytest.mark.parametrize(
    "value", ["acme.zendesk.com", "https://acme.zendesk.com", "-acme", "acme/x", "acme@evil.com"]
)
def test_a_subdomain_is_a_single_label(monkeypatch, value):
    monkeypatch.setenv("ZENDESK_SUBDOMAIN", value)
    with pytest.raises(SettingsError, match="ZENDESK_SUBDOMAIN is only the part before"):
        _ = load_settings().url


def test_the_error_for_a_missing_account_names_the_variable_and_the_demo():
    with pytest.raises(SettingsError, match=r"ZENDESK_SUBDOMAIN.*csat demo"):
        _ = load_settings().url


# Signing in


@pytest.mark.parametrize(
    ("given", "kind", "name"),
    [
        ({"zendesk_client_id": "id", "zendesk_client_secret": SECRET}, "client", "id"),
        ({"zendesk_oauth_token": SECRET}, "token", ""),
        ({"zendesk_email": "ada@acme.com", "zendesk_api_token": SECRET}, "email", "ada@acme.com"),
    ],
)
def test_three_ways_to_sign_in(given, kind, name):
    found = load_settings(**given).credentials
    assert (found.kind, found.name, found.secret.reveal()) == (kind, name, SECRET)


def test_a_client_has_priority_over_a_token_and_that_over_an_email():
    email = {"zendesk_email": "ada@acme.com", "zendesk_api_token": "x"}
    token = {"zendesk_oauth_token": "x"}
    client = {"zendesk_client_id": "id", "zendesk_client_secret": "x"}
    assert load_settings(**email, **token, **client).credentials.kind == "client"
    assert load_settings(**email, **token).credentials.kind == "token"


@pytest.mark.parametrize(
    ("given", "missing"),
    [
        ({}, "no credentials are set"),
        ({"zendesk_client_id": "id"}, "ZENDESK_CLIENT_SECRET is missing"),
        ({"zendesk_email": "ada@acme.com"}, "ZENDESK_API_TOKEN is missing"),
        ({"zendesk_api_token": SECRET}, "no credentials are set"),
    ],
)
def test_a_missing_credential_is_named(given, missing):
    with pytest.raises(
        SettingsError, match=f"{missing}: set ZENDESK_CLIENT_ID and ZENDESK_CLIENT_SECRET"
    ) as caught:
        _ = load_settings(**given).credentials
    assert SECRET not in str(caught.value)


def test_a_machine_without_a_keyring_is_not_an_error():
    keyring.set_keyring(fail.Keyring())
    assert load_settings(zendesk_email="a@b.c", zendesk_api_token="x").credentials.kind == "email"


# Refused


@pytest.mark.parametrize(
    ("variable", "value", "reason"),
    [
        ("CSAT_TIMEZONE", "Berlin", "not an IANA time zone"),
        ("CSAT_TIMEZONE", "../../etc/passwd", "not an IANA time zone"),
        ("CSAT_TIMEZONE", "Europe/Berlin'", "not an IANA time zone"),
        ("CSAT_RATE_SHARE", "0", "expected a share above 0"),
        ("CSAT_RATE_SHARE", "1.5", "up to 1"),
        ("CSAT_RATE_SHARE", "nan", "up to 1"),
        ("CSAT_MIN_RATINGS", "few", "expected a whole number, at least 1$"),
        ("CSAT_LOCALE", "en-us/../x", "not a locale; expected for example en-us"),
    ],
)
def test_an_error_names_its_variable(monkeypatch, variable, value, reason):
    monkeypatch.setenv(variable, value)
    with pytest.raises(SettingsError, match=f"^invalid {variable}: .*{reason}"):
        load_settings()


def test_settings_do_not_change(tmp_path):
    with pytest.raises(AttributeError, match="cannot assign"):
        load_settings().csat_locale = "de"


@pytest.mark.parametrize(
    "show", [repr, str, lambda settings: repr(settings.credentials), lambda s: f"{asdict(s)}"]
)
def test_secrets_are_never_shown(tmp_path, show):
    write_env(
        tmp_path,
        f"ZENDESK_CLIENT_SECRET={SECRET}",
        f"ZENDESK_OAUTH_TOKEN={SECRET}",
        f"ZENDESK_API_TOKEN={SECRET}",
        f"CSAT_DATABASE=postgresql://ada:{SECRET}@db/csat",
    )
    settings = load_settings()
    assert SECRET in settings.database
    assert SECRET not in show(settings)


@pytest.mark.parametrize(
    ("location", "is_secret"),
    [
        ("satisfaction", False),
        ("parquet:/srv/csat", False),
        ("parquet:s3://bucket/csat", False),
        ("postgresql://ada:pass@db/csat", True),
        ("postgresql://db/csat?password=pass", True),
    ],
)
def test_a_database_is_only_a_secret_if_its_address_can_hold_a_password(tmp_path, location, is_secret):
    """Reports replace every secret: a path may be a word that they need."""
    settings = load_settings(csat_database=location)
    assert bool(settings.secrets) is is_secret


@pytest.mark.parametrize(
    "wrong", ["no setting", "CSAT_TIMEZONE=Berlin", "CSAT_RATE_SHARE=most", "ZENDESK_URL=x"]
)
def test_a_traceback_with_all_local_variables_shows_no_secret(tmp_path, wrong):
    write_env(
        tmp_path,
        f"ZENDESK_OAUTH_TOKEN={SECRET}",
        f"CSAT_DATABASE=postgresql://ada:{SECRET}@db/csat",
        wrong,
    )
    with pytest.raises(SettingsError) as caught:
        _ = load_settings().url
    trace = traceback.TracebackException.from_exception(caught.value, capture_locals=True)
    own = [frame for frame in trace.stack if "csat_analysis" in frame.filename]
    assert own
    assert SECRET not in "".join(traceback.StackSummary.from_list(own).format())


# Thresholds


def test_thresholds_of_the_settings_reach_the_questions(tmp_path, monkeypatch):
    write_env(tmp_path, "CSAT_MIN_RATINGS=30", "CSAT_INTERVAL_LEVEL=0.9", "CSAT_VERDICT_LEVEL=0.95")
    history = open_history(tmp_path / "csat.duckdb")
    assert history.thresholds == (30, 20, 0.9, 0.95)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("CSAT_MIN_RATINGS", "0"),
        ("CSAT_MIN_RATINGS_OF_AGENT", "few"),
        ("CSAT_INTERVAL_LEVEL", "95"),
        ("CSAT_VERDICT_LEVEL", "1"),
    ],
)
def test_an_invalid_threshold_is_refused_by_its_name(name, value, monkeypatch):
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError, match=name):
        load_settings()
