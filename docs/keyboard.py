"""Sphinx extension: complete what screen readers and keyboards need and Sphinx and furo leave out of the pages."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from sphinx.util import logging

# A caption has no level, two landmarks have no name, and the keyboard cannot scroll wide code boxes and tables.
REPAIRS = {
    re.compile(r'(<p class="caption" role="heading")>'): r'\1 aria-level="2">',
    re.compile(r'(<aside class="sidebar-drawer")>'): r'\1 aria-label="All pages">',
    re.compile(r'(<aside class="toc-drawer[^"]*")>'): r'\1 aria-label="This page">',
    re.compile(r"<pre>"): r'<pre tabindex="0">',
    re.compile(r'(<div class="table-wrapper[^"]*")>'): r'\1 tabindex="0">',
}
# What no page may have.
FAULTS = {
    "a heading without level": re.compile(r'role="heading"(?! aria-level)'),
    "a landmark without name": re.compile(r'<aside class="[^"]*">'),
    "a code box or table without keyboard focus": re.compile(r'<pre>|<div class="table-wrapper[^"]*">'),
    "an empty table head": re.compile(r"<th[^>]*>(<p>)?\s*(</p>)?</th>"),
    "an image without text": re.compile(r"<img(?![^>]*\balt=)[^>]*>"),
    "no main heading": re.compile(r"\A(?!.*<h1)", re.DOTALL),
}


def setup(app: Any) -> dict[str, bool]:
    """Repair and check the pages when they are written."""
    app.connect("build-finished", _repair_pages)
    return {"parallel_read_safe": True}


def _repair_pages(app: Any, error: Exception | None) -> None:
    for path in Path(app.outdir).rglob("*.html"):
        old = path.read_text("utf-8")
        page = repair(old)
        if page != old:
            path.write_text(page, "utf-8")
        for fault in faults(page):
            logging.getLogger(__name__).warning("%s: %s", path.name, fault)


def repair(page: str) -> str:
    """Return a page with all repairs."""
    for fault, right in REPAIRS.items():
        page = fault.sub(right, page)
    return page


def faults(page: str) -> list[str]:
    """Return the faults of a page."""
    return [name for name, pattern in FAULTS.items() if pattern.search(page)]
