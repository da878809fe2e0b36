"""Deliver a report as PDF, by mail or to a webhook. Settings are checked before the report is made."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ..reports.report import Report
from ..reports.sanitize import first_heading
from ..settings import SecretText, Settings
from .mail import MailServer, check_addresses, compose, mail_server, send
from .pdf import find_chromium, to_pdf
from .webhook import check_webhook, post, to_text

LOG = logging.getLogger(__name__)


@dataclass(frozen=True)
class Delivery:
    """Where a report is delivered. Created by `prepare`."""

    pdf: bool = False
    email: tuple[str, ...] = ()
    server: MailServer | None = None
    webhook: SecretText | None = None

    @classmethod
    def prepare(
        cls, settings: Settings, *, pdf: bool = False, email: Sequence[str] = (), webhook: str | None = None
    ) -> Delivery:
        """Check what is needed for a delivery.

        Parameters
        ----------
        settings : Settings
            With the mail server and the webhook.
        pdf : bool
            Write a PDF next to the page.
        email : sequence of str
            Addresses to send the report to.
        webhook : str, optional
            An https address, or "CSAT_WEBHOOK" for the setting.

        Returns
        -------
        Delivery
            Delivers reports with `deliver`.

        Raises
        ------
        SettingsError
            If a setting is missing or malformed.
        DeliveryError
            If there is no Chromium for the PDF.
        CsatError
            If an address is malformed.

        Examples
        --------
        >>> Delivery.prepare(settings, email=["ana@example.com"])  # doctest: +SKIP
        """
        if pdf:
            find_chromium()
        addresses = check_addresses(email)
        server = mail_server(settings) if addresses else None
        url = check_webhook(webhook, settings) if webhook is not None else None
        return cls(pdf, tuple(addresses), server, url)

    def deliver(self, report: Report) -> Iterator[str]:
        """Deliver a report, and yield one line for each completed step.

        Raises
        ------
        DeliveryError
            If a step fails.
        """
        title = first_heading(report.html.read_text("utf-8"))
        files = [file for file in (report.html, report.workbook) if file]
        if self.pdf:
            files.append(to_pdf(report.html))
            LOG.info("report: PDF written")
            yield f"PDF: {files[-1]}"
        if self.server:
            send(compose(title, report.lines, files, sender=self.server.sender, to=self.email), self.server)
            LOG.info("report: mailed to %d addresses", len(self.email))
            yield f"Mailed to {', '.join(self.email)}"
        if self.webhook:
            post(to_text(title, report.lines), self.webhook)
            LOG.info("report: posted to the webhook")
            yield "Posted to the webhook"
