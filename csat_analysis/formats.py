"""Format numbers, durations, dates and texts for tables, figures and the terminal: one format for each."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

# Imported where it is used: every command prints, and few of them need pandas.
if TYPE_CHECKING:
    import pandas as pd

MINUS = "\u2212"
MISSING = "\u2013"
NBSP = "\u00a0"
THIN = "\u202f"
# A name with directional controls would reverse the numbers printed after it.
BIDI_CONTROLS = dict.fromkeys(map(ord, "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"))
CONTROL_CHARACTERS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029]")
# Characters of our own texts that a terminal without Unicode cannot show.
ASCII = str.maketrans(
    {MINUS: "-", MISSING: "-", "\u2014": "-", NBSP: " ", THIN: " ", "…": "...", "·": "-", "“": '"', "”": '"'}
    | {"‘": "'", "’": "'", "•": "-", "×": "x", "≥": ">=", "≤": "<="}
)
# The name of no group in frames.
NO_GROUP = "no group"
# The name of all ratings together: a group may be named "all".
ALL_RATINGS = "all ratings"
# Computed shares differ by less from 0 or 1 that they are.
ROUNDING_ERROR = 1e-9
# Channels whose name in Zendesk is not a word for readers.
CHANNELS = {
    "native_messaging": "messaging",
    "sample_interactive_ticket": "sample ticket",
    "any_channel": "another channel",
    "api": "API",
    "web": "web form",
    "web_form": "web form",
    "sms": "SMS",
}
SHARES = {
    *("share", "rate", "csat", "estimate", "low", "high", "estimate_others", "shrunk"),
    *("center", "limit_low", "limit_high", "csat_low", "csat_high"),
}
# Differences of shares.
CHANGES = {
    *(f"{name}{end}" for name in ("change", "difference", "mix", "within") for end in ("", "_low", "_high")),
    *("expected_change", "minimum_detectable_drop"),
}


def printable(text: object, *, encoding: str = "utf-8") -> str:
    """Return a text that is safe to print on a terminal.

    Control characters, which a terminal may execute, and directional controls are removed. Characters that the
    encoding does not have are replaced by similar ones, or by a question mark.

    Parameters
    ----------
    text : object
        Any text, for example a group's name or an answer of a server.
    encoding : str
        The encoding of the output.

    Examples
    --------
    >>> printable("Billing\\x1b[2J \\u202egnilliB"), printable("Zoë: −3.1 points", encoding="ascii")
    ('Billing[2J gnilliB', 'Zoe: -3.1 points')
    """
    safe = CONTROL_CHARACTERS.sub("", str(text).translate(BIDI_CONTROLS))
    try:
        safe.encode(encoding)
    except UnicodeEncodeError:
        return "".join(_encodable(letter, encoding) for letter in safe)
    return safe


def _encodable(letter: str, encoding: str) -> str:
    for candidate in (letter, letter.translate(ASCII), unicodedata.normalize("NFKD", letter)[:1]):
        try:
            candidate.encode(encoding)
        except UnicodeEncodeError:
            continue
        return candidate
    return "?"


def kind_of(column: pd.Series) -> str:
    """Return the name in FORMATS that suits a column's type and name."""
    import pandas as pd

    name = str(column.name)
    if pd.api.types.is_bool_dtype(column):
        return "yes/no"
    if pd.api.types.is_datetime64_any_dtype(column):
        days = column.dropna()
        return "date" if (days == days.dt.normalize()).all() else "moment"
    if not pd.api.types.is_numeric_dtype(column):
        return "text"
    if name.endswith("_minutes"):
        return "minutes"
    if name.removesuffix("_before") in SHARES or name.endswith(("_share", "_rate")):
        return "percent"
    if name in CHANGES:
        return "points"
    if name.endswith("_id"):
        return "id"
    return "count" if (column.dropna() % 1 == 0).all() else "number"


def percent(share: float, *, digits: int = 0) -> str:
    """Format a share between 0 and 1; one that is not all is not written as 100 %, and one that is not none not as 0.

    >>> percent(0.664), percent(0.9975), percent(1), percent(float("nan"))
    ('66\\xa0%', '99.8\\xa0%', '100\\xa0%', '–')
    """
    if is_missing(share):
        return MISSING
    is_whole = min(abs(share), abs(1 - share)) < ROUNDING_ERROR
    texts = [f"{100 * share:.{more}f}" for more in range(digits, digits + 3)]
    shown = texts[0] if is_whole else next((one for one in texts if float(one) not in (0, 100)), texts[0])
    return f"{shown}{NBSP}%"


def points(difference: float, *, digits: int = 1) -> str:
    """Format a difference of two shares in percentage points, with its sign.

    >>> points(-0.06), points(0.031), points(0.0001)
    ('−6.0', '+3.1', '0.0')
    """
    if is_missing(difference):
        return MISSING
    rounded = round(100 * difference, digits)
    sign = MINUS if rounded < 0 else "+" if rounded > 0 else ""
    return f"{sign}{abs(rounded):.{digits}f}"


def with_interval(estimate: float, low: float, high: float, write: Callable[[float], str] = points) -> str:
    """Format a number and its interval; without the interval if it is missing.

    >>> with_interval(-0.06, -0.091, -0.029), with_interval(0.8, float("nan"), float("nan"), percent)
    ('−6.0 (−9.1 to −2.9)', '80\\xa0%')
    """
    return write(estimate) if is_missing(low) else f"{write(estimate)} ({write(low)} to {write(high)})"


def count(number: float) -> str:
    """Format a whole number, with a narrow space between thousands from 10 000 on.

    >>> count(312), count(25357)
    ('312', '25\\u202f357')
    """
    if is_missing(number):
        return MISSING
    text = f"{abs(int(number)):,}".replace(",", THIN) if abs(number) >= 10_000 else str(abs(int(number)))
    return MINUS + text if number < 0 else text


def minutes(duration: float) -> str:
    """Format a duration given in minutes, in minutes, hours or days; a difference of durations can be negative.

    >>> minutes(42), minutes(-210), minutes(3024)
    ('42\\xa0min', '−3.5\\xa0h', '2.1\\xa0days')
    """
    if is_missing(duration):
        return MISSING
    if duration < 0:
        return MINUS + minutes(-duration)
    size, unit = next(
        step for step in ((1440, "days"), (60, "h"), (1, "min")) if duration >= step[0] or step[0] == 1
    )
    amount = f"{duration / size:.0f}" if size == 1 else f"{duration / size:.1f}".removesuffix(".0")
    return f"{amount}{NBSP}{'day' if amount == '1' and unit == 'days' else unit}"


def date(day: Any) -> str:
    """Format a day, such as 9 Nov 2026."""
    import pandas as pd

    stamp = pd.Timestamp(day)
    return MISSING if is_missing(stamp) else f"{stamp.day}{NBSP}{stamp:%b}{NBSP}{stamp:%Y}"


def moment(time: Any) -> str:
    """Format a time in its own time zone, such as 9 Nov 2026 14:05."""
    import pandas as pd

    stamp = pd.Timestamp(time)
    return MISSING if is_missing(stamp) else f"{date(stamp)}{NBSP}{stamp:%H:%M}"


def shortened(value: Any, most: int = 600) -> str:
    """Return the first `most` characters of a text, and how many are left out.

    >>> shortened("slow but kind", 4)
    'slow… (9 more characters)'
    """
    text = str(value)
    return text if len(text) <= most else f"{text[:most]}… ({count(len(text) - most)} more characters)"


def name_values(values: pd.Series, by: str) -> pd.Series:
    """Return the values of a dimension in words: channels have technical names in Zendesk, and a group can be none."""
    if by == "group":
        return values.map(name_group, na_action="ignore")
    if by != "channel":
        return values
    named = values.map(name_channel, na_action="ignore")
    # Two channels must not become one.
    return named if named.nunique() == values.nunique() else values


def name_group(group: str) -> str:
    """Return a group in a sentence: "no group fell" would say that none of them did, "all fell" that all of them did.

    >>> name_group("Billing"), name_group("no group"), name_group("All")
    ('Billing', 'tickets without a group', 'group “All”')
    """
    if group == NO_GROUP:
        return "tickets without a group"
    return f"group “{group}”" if group.casefold() in {"all", "others"} else group


def name_channel(channel: str) -> str:
    """Return a channel in words: Zendesk's names are technical.

    >>> name_channel("native_messaging"), name_channel("email")
    ('messaging', 'email')
    """
    return CHANNELS.get(channel, channel.replace("_", " "))


FORMATS: dict[str, Callable[[Any], str]] = {
    "percent": percent,
    "points": points,
    "minutes": minutes,
    "count": count,
    "number": lambda value: f"{value:,.1f}".replace(",", THIN).replace("-", MINUS),
    "id": lambda value: str(int(value)),
    "date": date,
    "moment": moment,
    "yes/no": lambda value: "yes" if value else "no",
    "text": shortened,
}
NUMERIC = {"percent", "points", "minutes", "count", "number", "id"}


def is_missing(value: Any) -> bool:
    """Return whether a value is None, nan or NaT."""
    import pandas as pd

    return bool(pd.api.types.is_scalar(value) and pd.isna(value))
