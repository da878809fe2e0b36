"""Deliver a report: as PDF, by mail, or to a webhook."""

from __future__ import annotations

from .delivery import Delivery

__all__ = ["Delivery"]
