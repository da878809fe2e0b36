"""A report page as PDF, printed by a Chromium that is installed here."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from ..errors import DeliveryError

NAMES = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "chrome",
    "msedge",
    "microsoft-edge",
)
# A sheet for the file only: a page that is printed from a browser takes the paper of whoever prints it.
PAPER = "<style>@page { size: A4 }</style></head>"
TIMEOUT_SECONDS = 120


def find_chromium() -> str:
    """The first Chromium, Chrome or Edge on the PATH. Raises DeliveryError if there is none."""
    found = next(filter(None, map(shutil.which, NAMES)), None)
    if found is None:
        raise DeliveryError(
            "no Chromium, Chrome or Edge on the PATH to make a PDF with: install one (on Debian: apt install "
            "chromium), or print the HTML report from a browser"
        )
    return found


def to_pdf(page: Path) -> Path:
    """Print a page of ours as the A4 PDF beside it, whole or not at all. Raises DeliveryError."""
    chromium, pdf = find_chromium(), page.with_suffix(".pdf")
    with tempfile.TemporaryDirectory(prefix=".csat-", dir=page.parent) as folder:
        source, draft = Path(folder) / page.name, Path(folder) / pdf.name
        source.write_text(page.read_text("utf-8").replace("</head>", PAPER, 1), "utf-8")
        command = [
            chromium, "--headless", "--disable-gpu", "--disable-background-networking", "--no-pdf-header-footer",
            *(["--no-sandbox"] if _is_root() else []),  # Chromium has none for root, and our page runs no script
            f"--user-data-dir={folder}/profile", f"--print-to-pdf={draft}", source.as_uri(),
        ]  # fmt: skip
        try:
            subprocess.run(command, capture_output=True, timeout=TIMEOUT_SECONDS, check=False)
        except subprocess.TimeoutExpired:
            raise DeliveryError(
                f"{chromium} made no PDF within {TIMEOUT_SECONDS} s: {page} is there"
            ) from None
        if not draft.exists():
            raise DeliveryError(f"{chromium} made no PDF: print {page} from a browser instead")
        draft.replace(pdf)
    return pdf


def _is_root() -> bool:
    return hasattr(os, "geteuid") and os.geteuid() == 0
