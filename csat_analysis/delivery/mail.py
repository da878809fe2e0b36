"""A report by mail: its summary as a body that every mail program shows, the report itself attached."""

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
from urllib.parse import unquote, urlsplit

from ..errors import CsatError, DeliveryError, SettingsError
from ..formats import BIDI_CONTROLS
from ..reports.components import escape
from ..settings import LOOPBACK, Settings

PART = r"""[^\s@<>()\[\],;:"]+"""  # the rest would part a header's list of addresses
ADDRESS = re.compile(f"{PART}@{PART}")
HOW_TO_WRITE = "write it like smtps://user:password@mail.example.com:465, or smtp:// for STARTTLS"
TIMEOUT_SECONDS = 60
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
    """Where mail is handed in, and from whom it comes."""

    host: str
    port: int
    sender: str
    tls_at_once: bool
    user: str = field(default="", repr=False)
    password: str = field(default="", repr=False)


def mail_server(settings: Settings) -> MailServer:
    """The server of CSAT_SMTP_URL, sending as CSAT_MAIL_FROM. Raises SettingsError for what is missing or malformed."""
    try:
        parts = urlsplit(settings.secret_address("csat_smtp_url").strip())
        port = parts.port
    except ValueError:  # not shown: it may hold the password
        raise SettingsError(f"CSAT_SMTP_URL is no address of a mail server: {HOW_TO_WRITE}") from None
    # with a path or more, a / ? # of the password was not escaped and the host is none
    more = parts.path not in ("", "/") or parts.query or parts.fragment
    if parts.scheme not in ("smtp", "smtps") or not parts.hostname or more:
        raise SettingsError(f"CSAT_SMTP_URL is no address of a mail server: {HOW_TO_WRITE}")
    sender = settings.csat_mail_from or ""
    if not ADDRESS.fullmatch(parseaddr(sender)[1]):
        raise SettingsError("CSAT_MAIL_FROM must be a mail address, such as csat@example.com")
    at_once = parts.scheme == "smtps"
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    return MailServer(parts.hostname, port or (465 if at_once else 587), sender, at_once, user, password)


def checked_addresses(addresses: Iterable[str]) -> list[str]:
    """The addresses, if each is one. Raises CsatError."""
    given = list(addresses)
    for address in given:
        if not ADDRESS.fullmatch(address):
            raise CsatError(f"no mail address {address!r}: write it like ana@example.com")
    return given


def compose(
    title: str, lines: Sequence[str], files: Sequence[Path], *, sender: str, to: Sequence[str]
) -> EmailMessage:
    """The message: `title` as subject, `lines` as plain text and as HTML, `files` (.html, .pdf) attached."""
    message, names = EmailMessage(), " and ".join(file.name for file in files)
    title, lines = title.translate(BIDI_CONTROLS), [line.translate(BIDI_CONTROLS) for line in lines]
    message["Subject"] = " ".join(title.split())
    message["From"], message["To"] = sender, ", ".join(to)
    message["Date"] = formatdate(localtime=False)
    message["Message-ID"] = make_msgid(
        domain=parseaddr(sender)[1].rpartition("@")[2]
    )  # else it tells our host's name
    bullets = "\n".join(f"- {line}" for line in lines)
    message.set_content(f"{title}\n\n{bullets}\n\nThe whole report is attached: {names}.\n")
    items = "".join(f'<li style="margin:0 0 6px">{escape(line)}</li>' for line in lines)
    message.add_alternative(
        BODY.format(title=escape(title), items=items, names=escape(names)), subtype="html"
    )
    for file in files:
        kind: dict[str, Any] = {"maintype": "application", "subtype": "pdf"}
        if file.suffix != ".pdf":
            kind = {"maintype": "text", "subtype": "html", "params": {"charset": "utf-8"}}
        message.add_attachment(file.read_bytes(), filename=file.name, **kind)
    return message


def send(message: EmailMessage, server: MailServer, *, context: ssl.SSLContext | None = None) -> None:
    """Hand a message in, over verified TLS; without TLS only on this machine. Raises DeliveryError.

    context: other certificates to trust than the system's.
    """
    context = context or ssl.create_default_context()
    try:
        with _connected(server, context) as smtp:
            if server.user:
                smtp.login(server.user, server.password)
            refused = smtp.send_message(message)
    except smtplib.SMTPAuthenticationError as error:
        raise DeliveryError(
            f"{server.host} refuses the sign-in ({error.smtp_code}): check user and password in CSAT_SMTP_URL"
        ) from None
    except smtplib.SMTPRecipientsRefused as error:
        refused = error.recipients
    except smtplib.SMTPException as error:
        code = getattr(error, "smtp_code", type(error).__name__)
        raise DeliveryError(
            f"{server.host} did not take the mail ({code}): check CSAT_SMTP_URL and CSAT_MAIL_FROM"
        ) from None
    except UnicodeError:  # it carries what was to be sent, the password too
        raise DeliveryError(
            "CSAT_SMTP_URL has letters that mail servers do not take: host, user and password must be plain ASCII"
        ) from None
    except ssl.SSLError as error:
        raise DeliveryError(
            f"no safe connection to {server.host}: {error.reason}; check its certificate"
        ) from None
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise DeliveryError(
            f"cannot reach {server.host}:{server.port} ({reason}): check CSAT_SMTP_URL"
        ) from None
    if refused:
        raise DeliveryError(
            f"{server.host} did not take the mail for {', '.join(refused)}: check the address"
        )


def _connected(server: MailServer, context: ssl.SSLContext) -> smtplib.SMTP:
    if server.tls_at_once:
        return smtplib.SMTP_SSL(server.host, server.port, timeout=TIMEOUT_SECONDS, context=context)
    smtp = smtplib.SMTP(server.host, server.port, timeout=TIMEOUT_SECONDS)
    smtp.ehlo()
    if smtp.has_extn("starttls"):
        smtp.starttls(context=context)
    elif server.host not in LOOPBACK:
        smtp.close()
        raise DeliveryError(
            f"{server.host}:{server.port} offers no TLS, mail would be readable: use smtps://"
        )
    return smtp
