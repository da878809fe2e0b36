"""Send a report by mail: its summary as the body, the report as an attachment."""

from __future__ import annotations

import re
import smtplib
import ssl
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.utils import formatdate, make_msgid, parseaddr
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, unquote, urlsplit

from ..errors import DeliveryError, InvalidValue, SettingsError
from ..formats import BIDI_CONTROLS
from ..reports.components import escape
from ..settings import LOOPBACK, SecretText, Settings

# Other characters would end an address in a header.
PART = r"""[^\s@<>()\[\],;:"]+"""
ADDRESS = re.compile(f"{PART}@{PART}")
HOW_TO_WRITE = "use smtps://user:password@mail.example.com:465, or smtp:// for STARTTLS"
TIMEOUT_SECONDS = 60.0
# Media subtypes of attached files.
APPLICATIONS = {".pdf": "pdf", ".xlsx": "vnd.openxmlformats-officedocument.spreadsheetml.sheet"}
BODY = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>{title}</title></head>
<body style="margin:0;background:#ffffff;color:#1c2430;font:16px/1.5 sans-serif">
<div style="max-width:640px;padding:16px">
<h1 style="font-size:22px;line-height:1.3;margin:0 0 12px">{title}</h1>
<ul style="margin:0 0 16px;padding:0 0 0 20px">{items}</ul>
<p style="margin:0;color:#55606f;font-size:14px">The whole report, with figures and tables, is attached: {names}.</p>
</div></body></html>
"""


@dataclass(frozen=True)
class MailServer:
    """The server to send through, and the sender."""

    host: str
    port: int
    sender: str
    implicit_tls: bool
    user: str = field(default="", repr=False)
    password: SecretText = SecretText("")


def mail_server(settings: Settings) -> MailServer:
    """Return the server of CSAT_SMTP_URL, with CSAT_MAIL_FROM as the sender.

    Raises
    ------
    SettingsError
        If a setting is missing or malformed.
    """
    sender = settings.csat_mail_from or ""
    server = _parse_server(SecretText(settings.secret_address("csat_smtp_url")), sender)
    if not ADDRESS.fullmatch(parseaddr(sender)[1]):
        raise SettingsError("CSAT_MAIL_FROM must be a mail address, such as csat@example.com")
    return server


def _parse_server(url: SecretText, sender: str) -> MailServer:
    """Parse a URL. It is not part of any message, nor a local variable, because it contains the password."""
    try:
        return _to_server(urlsplit(url.reveal().strip()), sender)
    except ValueError:
        raise SettingsError(f"CSAT_SMTP_URL is not the address of a mail server: {HOW_TO_WRITE}") from None


def _to_server(parts: SplitResult, sender: str) -> MailServer:
    # A path or more means that a / ? # in the password was not escaped, so the host is wrong.
    more = parts.path not in ("", "/") or parts.query or parts.fragment
    if parts.scheme not in ("smtp", "smtps") or not parts.hostname or more:
        raise ValueError
    implicit_tls = parts.scheme == "smtps"
    port = parts.port or (465 if implicit_tls else 587)
    password = SecretText(unquote(parts.password or ""))
    return MailServer(parts.hostname, port, sender, implicit_tls, unquote(parts.username or ""), password)


def check_addresses(addresses: Iterable[str]) -> list[str]:
    """Return the addresses if all are valid.

    Raises
    ------
    InvalidValue
        If one is not.
    """
    given = list(addresses)
    for address in given:
        if not ADDRESS.fullmatch(address):
            raise InvalidValue(f"invalid mail address {address!r}: use one like ana@example.com")
    return given


def compose(
    title: str, lines: Sequence[str], files: Sequence[Path], *, sender: str, to: Sequence[str]
) -> EmailMessage:
    """Return a message with the summary as text and HTML, and the files attached.

    Parameters
    ----------
    title : str
        The subject.
    lines : sequence of str
        The summary.
    files : sequence of Path
        Files that end in .html, .pdf or .xlsx.
    sender : str
        The sender's address.
    to : sequence of str
        The recipients' addresses.
    """
    message = EmailMessage()
    names = " and ".join(file.name for file in files)
    title = title.translate(BIDI_CONTROLS)
    lines = [line.translate(BIDI_CONTROLS) for line in lines]
    message["Subject"] = " ".join(title.split())
    message["From"] = sender
    message["To"] = ", ".join(to)
    message["Date"] = formatdate(localtime=False)
    # By default it would contain the name of this computer.
    message["Message-ID"] = make_msgid(domain=parseaddr(sender)[1].rpartition("@")[2])
    bullets = "\n".join(f"- {line}" for line in lines)
    message.set_content(f"{title}\n\n{bullets}\n\nThe whole report is attached: {names}.\n")
    items = "".join(f'<li style="margin:0 0 6px">{escape(line)}</li>' for line in lines)
    message.add_alternative(
        BODY.format(title=escape(title), items=items, names=escape(names)), subtype="html"
    )
    for file in files:
        _attach(message, file)
    return message


def _attach(message: EmailMessage, file: Path) -> None:
    kind: dict[str, Any] = {
        "maintype": "application",
        "subtype": APPLICATIONS.get(file.suffix, "octet-stream"),
    }
    if file.suffix == ".html":
        kind = {"maintype": "text", "subtype": "html", "params": {"charset": "utf-8"}}
    message.add_attachment(file.read_bytes(), filename=file.name, **kind)


def send(message: EmailMessage, server: MailServer, *, context: ssl.SSLContext | None = None) -> None:
    """Send a message over verified TLS; without TLS only on this computer.

    Parameters
    ----------
    message : EmailMessage
        From `compose`.
    server : MailServer
        From `mail_server`.
    context : ssl.SSLContext, optional
        Certificates to trust; by default the system's.

    Raises
    ------
    DeliveryError
        If the server cannot be reached or does not accept the message.
    """
    context = context or ssl.create_default_context()
    try:
        with _connected(server, context) as smtp:
            if server.user:
                smtp.login(server.user, server.password.reveal())
            refused = smtp.send_message(message)
    except smtplib.SMTPRecipientsRefused as error:
        refused = error.recipients
    except (smtplib.SMTPException, UnicodeError, OSError) as error:
        raise DeliveryError(_describe(error, server)) from None
    if refused:
        raise DeliveryError(
            f"{server.host} did not accept the mail for {', '.join(refused)}: check the address"
        )


def _describe(error: Exception, server: MailServer) -> str:
    """Return what failed and what to do; never the text of an error, which may contain the password."""
    if isinstance(error, smtplib.SMTPAuthenticationError):
        code = str(error.smtp_code)
        return f"{server.host} rejects the credentials ({code}): check user and password in CSAT_SMTP_URL"
    if isinstance(error, smtplib.SMTPException):
        code = str(getattr(error, "smtp_code", type(error).__name__))
        return f"{server.host} did not accept the mail ({code}): check CSAT_SMTP_URL and CSAT_MAIL_FROM"
    if isinstance(error, UnicodeError):
        return "CSAT_SMTP_URL has characters that mail servers do not accept: host, user and password must be ASCII"
    if isinstance(error, ssl.SSLError):
        return f"no safe connection to {server.host}: {error.reason}; check its certificate"
    reason = getattr(error, "strerror", None) or type(error).__name__
    return f"cannot reach {server.host}:{server.port} ({reason}): check CSAT_SMTP_URL"


def _connected(server: MailServer, context: ssl.SSLContext) -> smtplib.SMTP:
    if server.implicit_tls:
        return smtplib.SMTP_SSL(server.host, server.port, timeout=TIMEOUT_SECONDS, context=context)
    smtp = smtplib.SMTP(server.host, server.port, timeout=TIMEOUT_SECONDS)
    smtp.ehlo()
    if smtp.has_extn("starttls"):
        smtp.starttls(context=context)
    elif server.host not in LOOPBACK:
        smtp.close()
        raise DeliveryError(f"{server.host}:{server.port} does not offer TLS: use smtps://")
    return smtp
