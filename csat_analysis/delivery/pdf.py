"""Print a report page to PDF with an installed Chromium."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

from ..errors import DeliveryError
from ..files import SHARED, publish, reason, temporary_folder

NAMES = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "chrome",
    "msedge",
    "microsoft-edge",
)
# Only for the PDF: a page printed from a browser uses the paper size of its user.
PAPER = "<style>@page { size: A4 }</style></head>"
TIMEOUT_SECONDS = 120
OPTIONS = (
    "--headless",
    "--disable-gpu",
    "--disable-background-networking",
    "--no-pdf-header-footer",
)


def find_chromium() -> str:
    """Return the path of the first Chromium, Chrome or Edge on the PATH.

    Raises
    ------
    DeliveryError
        If there is none.
    """
    found = next(filter(None, map(shutil.which, NAMES)), None)
    if found is None:
        raise DeliveryError(
            "a PDF needs Chromium, Chrome or Edge, and none is on the PATH: install one (on Debian: apt install "
            "chromium), or print the HTML report from a browser"
        )
    return found


def to_pdf(page: Path) -> Path:
    """Print a report page to an A4 PDF file next to it, and return the file.

    Raises
    ------
    DeliveryError
        If the file cannot be written.
    """
    chromium = find_chromium()
    pdf = page.with_suffix(".pdf")
    try:
        with temporary_folder(page.parent) as folder:
            source = folder / page.name
            draft = folder / pdf.name
            source.write_text(page.read_text("utf-8").replace("</head>", PAPER, 1), "utf-8")
            _print(chromium, source, draft)
            if not draft.exists():
                raise DeliveryError(f"{chromium} made no PDF: print {page} from a browser instead")
            publish(draft, pdf, mode=SHARED)
    except OSError as error:
        raise DeliveryError(f"cannot write {pdf} ({reason(error)}): choose another --output") from None
    return pdf


def _print(chromium: str, source: Path, draft: Path) -> None:
    command = [chromium, *OPTIONS, f"--user-data-dir={draft.parent}/profile", f"--print-to-pdf={draft}"]
    # Chromium has no sandbox for root. Report pages contain no scripts.
    sandbox = ["--no-sandbox"] if _is_root() else []
    try:
        subprocess.run(
            [*command, *sandbox, source.resolve().as_uri()],
            capture_output=True,
            timeout=TIMEOUT_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise DeliveryError(
            f"{chromium} made no PDF within {TIMEOUT_SECONDS} s: the report {source.name} is complete"
        ) from None


def _is_root() -> bool:
    return hasattr(os, "geteuid") and os.geteuid() == 0
