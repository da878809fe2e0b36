"""Texts of the server in error messages: short, without personal data, safe to print on a terminal."""

from __future__ import annotations

from ..redaction import redact

MAX_CHARACTERS = 160
MAX_CHARACTERS_READ = 1_000  # cut to this length before any pattern is applied


def printable_text(text: str) -> str:
    r"""Return a text of the server as one short line that is safe to print.

    E-mail addresses and phone numbers are redacted. Control characters and invisible characters, such as
    those that change the direction of a text, are written as escapes.

    Examples
    --------
    >>> printable_text("no access\nfor ana@example.com \x1b[31m")
    'no access for [e-mail] \\x1b[31m'
    """
    line = redact(" ".join(text[:MAX_CHARACTERS_READ].split()))
    escaped = "".join(character if character.isprintable() else _escape(character) for character in line)
    return escaped if len(escaped) <= MAX_CHARACTERS else f"{escaped[: MAX_CHARACTERS - 1]}…"


def duration_text(seconds: float) -> str:
    """Return a duration in the unit that a reader expects.

    Examples
    --------
    >>> duration_text(90), duration_text(3600), duration_text(1e9), duration_text(1e300)
    ('90 seconds', '60 minutes', '11,574 days', 'more than 100 years')
    """
    days = seconds / 86_400
    if days > 36_500:
        return "more than 100 years"
    if days >= 2:
        return f"{days:,.0f} days"
    return f"{seconds / 60:,.0f} minutes" if seconds > 120 else f"{seconds:.0f} seconds"


def _escape(character: str) -> str:
    return character.encode("unicode_escape").decode("ascii")
