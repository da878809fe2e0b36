"""Send reports by mail to a real SMTP server on loopback: with TLS, with a sign-in, and refused."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path

import pytest
import trustme
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from support.receivers import Inbox, serving_mail

from csat_analysis.delivery.mail import MailServer, check_addresses, compose, mail_server, send
from csat_analysis.errors import CsatError, DeliveryError, SettingsError
from csat_analysis.settings import SecretText, load_settings

PASSWORD = "p4ss/w0rd@home"
TITLE = "Billing: no clear change in 2026-W46"
LINES = ["91 % of 124 ratings were good.", "By agent: <b>Ana</b> & co."]


def authenticate(
    server: SMTP, session: Session, envelope: Envelope, how: str, given: LoginPassword
) -> AuthResult:
    return AuthResult(success=(given.login, given.password) == (b"csat", PASSWORD.encode()), handled=False)


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def certificate(authority) -> ssl.SSLContext:
    """Return a server certificate for 127.0.0.1."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    return context


@pytest.fixture
def trusting(authority) -> ssl.SSLContext:
    context = ssl.create_default_context()
    authority.configure_trust(context)
    return context


@pytest.fixture
def inbox() -> Inbox:
    return Inbox()


@pytest.fixture
def plain(inbox) -> Iterator[Controller]:
    with serving_mail(inbox) as controller:
        yield controller


@pytest.fixture
def starttls(inbox, certificate) -> Iterator[Controller]:
    safe = {"tls_context": certificate, "require_starttls": True}
    with serving_mail(inbox, **safe, authenticator=authenticate, auth_required=True) as controller:
        yield controller


def server(
    controller: Controller, *, user: str = "csat", password: str = PASSWORD, **changes: object
) -> MailServer:
    values = {
        "host": "127.0.0.1",
        "port": controller.port,
        "sender": "csat@example.com",
        "implicit_tls": False,
    }
    return MailServer(**{**values, **changes}, user=user, password=SecretText(password))


@pytest.fixture
def report(tmp_path) -> Path:
    page = tmp_path / "weekly_report_2026-W46_ë.html"
    page.write_text("<!doctype html><p>Zoë ☃</p>" + "x" * 2000, "utf-8")
    return page


def message(*files: Path, to: list[str] | None = None, title: str = TITLE) -> EmailMessage:
    return compose(title, LINES, files, sender="CSAT <csat@example.com>", to=to or ["ana@example.com"])


def test_the_summary_is_the_body_and_the_report_an_attachment_byte_for_byte(inbox, plain, report):
    pdf = report.with_suffix(".pdf")
    pdf.write_bytes(b"%PDF-1.7 \x00\xff")
    send(message(report, pdf, to=["ana@example.com", "bo@example.com"]), server(plain, user=""))
    (mail,) = inbox.messages
    assert (mail["Subject"], mail["To"]) == (TITLE, "ana@example.com, bo@example.com")
    assert "- 91 % of 124 ratings were good." in mail.get_body(("plain",)).get_content()
    body = mail.get_body(("html",)).get_content()
    assert "<li" in body and "&lt;b&gt;Ana&lt;/b&gt; &amp; co." in body
    assert not {"<script", "<style", "<link", "<img", "http:", "https:"} & set(
        body.replace("<", " <").split()
    )
    attached = {part.get_filename(): part.get_content() for part in mail.iter_attachments()}
    assert attached[report.name] == report.read_text("utf-8")
    assert attached[pdf.name] == pdf.read_bytes()


def test_the_message_does_not_contain_the_name_of_this_machine(report):
    assert message(report)["Message-ID"].endswith("@example.com>")


def test_a_title_of_several_lines_adds_no_header(report):
    assert message(report, title="Bad\r\nBcc: eve@example.com")["Subject"] == "Bad Bcc: eve@example.com"


def test_with_starttls_the_sign_in_is_encrypted(inbox, starttls, trusting, report):
    send(message(report), server(starttls), context=trusting)
    assert inbox.safe == [(True, True)]


def test_smtps_is_encrypted_from_the_first_byte(inbox, certificate, trusting, report):
    with serving_mail(inbox, ssl_context=certificate) as controller:
        send(message(report), server(controller, user="", implicit_tls=True), context=trusting)
    assert len(inbox.messages) == 1


def test_an_untrusted_certificate_is_refused_before_the_sign_in(inbox, starttls, report):
    with pytest.raises(DeliveryError, match="no safe connection to 127.0.0.1.*certificate"):
        send(message(report), server(starttls))
    assert inbox.messages == []


def test_the_error_for_a_wrong_password_does_not_show_it(starttls, trusting, report):
    with pytest.raises(
        DeliveryError, match="rejects the credentials .535.: check user and password"
    ) as failure:
        send(message(report), server(starttls, password="wr0ng-secret"), context=trusting)
    assert "wr0ng-secret" not in str(failure.value)


def test_the_error_for_a_password_that_is_not_ascii_does_not_show_it(starttls, trusting, report):
    with pytest.raises(DeliveryError, match="CSAT_SMTP_URL .* be ASCII") as failure:
        send(message(report), server(starttls, password="gehe1mß"), context=trusting)
    assert "gehe1m" not in str(failure.value) and "\n" not in str(failure.value)
    assert failure.value.__suppress_context__


def test_an_invalid_host_name_is_one_line(report):
    nowhere = MailServer(f"{'m' * 64}.example.com", 25, "csat@example.com", implicit_tls=False)
    with pytest.raises(DeliveryError, match="CSAT_SMTP_URL"):
        send(message(report), nowhere)


def test_without_tls_nothing_is_sent_to_another_machine(inbox, report):
    with (
        serving_mail(inbox, hostname="127.0.0.2") as controller,
        pytest.raises(DeliveryError, match=r"127.0.0.2:\d+ does not offer TLS"),
    ):
        send(message(report), server(controller, host="127.0.0.2"))
    assert inbox.messages == []


@pytest.mark.parametrize("to", [["nobody@example.com"], ["ana@example.com", "nobody@example.com"]])
def test_a_refused_address_is_named_in_the_error(plain, report, to):
    with pytest.raises(
        DeliveryError, match="did not accept the mail for nobody@example.com: check the address"
    ):
        send(message(report, to=to), server(plain, user=""))


def test_a_server_that_is_not_there_is_an_error_that_names_the_setting(inbox, report):
    with serving_mail(inbox) as controller:
        gone = server(controller)
    with pytest.raises(DeliveryError, match="cannot reach 127.0.0.1.*check CSAT_SMTP_URL"):
        send(message(report), gone)


def settings(url: str, sender: str = "csat@example.com"):
    return load_settings(env_file=False, csat_smtp_url=url, csat_mail_from=sender)


def test_the_setting_is_parsed_and_its_repr_hides_user_and_password():
    found = mail_server(settings("smtps://csat:p4ss%2Fw0rd%40home@mail.example.com"))
    assert (found.host, found.port, found.implicit_tls) == ("mail.example.com", 465, True)
    assert (found.user, found.password.reveal()) == ("csat", PASSWORD)
    assert "'csat'" not in repr(found) and PASSWORD not in repr(found)
    assert mail_server(settings("smtp://mail.example.com")).port == 587
    assert mail_server(settings("smtp://mail.example.com:25/")).port == 25


@pytest.mark.parametrize(
    "url",
    [
        "https://user:s3cr3t@mail",
        "user:s3cr3t@mail",
        "smtp://u:s3cr3t@mail:x",
        "smtps://",
        "smtps://u:12/s3cr3t@mail",
        "smtps://u:12?s3cr3t@mail",
        "smtps://u#s3cr3t@mail",
        "smtps://mail.example.com/s3cr3t",
    ],
)
def test_a_malformed_setting_is_refused_without_being_shown(url):
    with pytest.raises(SettingsError, match="CSAT_SMTP_URL is not the address") as failure:
        mail_server(settings(url))
    assert "s3cr3t" not in str(failure.value)


def test_a_missing_setting_is_named():
    with pytest.raises(SettingsError, match="CSAT_SMTP_URL is not set"):
        mail_server(load_settings(env_file=False))
    with pytest.raises(SettingsError, match="CSAT_MAIL_FROM"):
        mail_server(settings("smtp://mail.example.com", sender="nobody"))


@pytest.mark.parametrize(
    "address",
    [
        "ana",
        "ana@",
        "ana@x\nBcc: eve@x",
        "Ana <ana@example.com>",
        "",
        "a,b@example.com",
        "a;b@example.com",
        "all:a@example.com",
        '"a"@example.com',
        "a(b)@example.com",
        "a@[::1]",
    ],
)
def test_only_valid_addresses_are_accepted(address):
    with pytest.raises(CsatError, match="use one like ana@example.com"):
        check_addresses([address])
