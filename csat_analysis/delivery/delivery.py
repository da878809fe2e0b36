"""A report that was made, handed on: as PDF, by mail, to a webhook; what cannot work is found out before it is made."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from ..reports.execution import Report
from ..reports.sanitize import first_heading
from ..settings import Settings
from .mail import MailServer, checked_addresses, compose, mail_server, send
from .pdf import find_chromium, to_pdf
from .webhook import checked_webhook, post, text_of


@dataclass(frozen=True)
class Delivery:
    """Which ways a report goes; made by `checked`."""

    pdf: bool = False
    email: tuple[str, ...] = ()
    server: MailServer | None = None
    webhook: str = field(default="", repr=False)

    @classmethod
    def checked(
        cls, settings: Settings, *, pdf: bool = False, email: Sequence[str] = (), webhook: str | None = None
    ) -> Delivery:
        """The ways asked for. Raises SettingsError, DeliveryError or CsatError for what cannot work.

        email: addresses. webhook: see `webhook.checked_webhook`.
        """
        if pdf:
            find_chromium()
        addresses = checked_addresses(email)
        server = mail_server(settings) if addresses else None
        return cls(
            pdf, tuple(addresses), server, checked_webhook(webhook, settings) if webhook is not None else ""
        )

    def of(self, report: Report) -> Iterator[str]:
        """Hand a report on; a line for each way that is done. Raises DeliveryError."""
        title = first_heading(report.html.read_text("utf-8"))
        files = [report.html]
        if self.pdf:
            files.append(to_pdf(report.html))
            yield f"PDF: {files[-1]}"
        if self.server:
            send(compose(title, report.lines, files, sender=self.server.sender, to=self.email), self.server)
            yield f"Mailed to {', '.join(self.email)}"
        if self.webhook:
            post(text_of(title, report.lines), self.webhook)
            yield "Posted to the webhook"
