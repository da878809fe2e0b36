"""Remove personal data and secrets from text.

In reports, e-mail addresses and phone numbers in customers' comments are replaced by a mark; the history keeps
the original text. A comment does not say which numbering plan it follows, so numbers are judged by their shape:
an international number begins with + or 00, a national one with 0, a North American one is grouped 3-3-4, and
any other needs pairs of digits or a word such as "phone" before it. Other digits stay: a ticket, an order, a
price, a date.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from urllib.parse import quote, quote_plus, unquote

EMAIL_MARK = "[e-mail]"
PHONE_MARK = "[phone]"
SECRET_MARK = "[secret]"

SECRET_NAME = re.compile(r"TOKEN|SECRET|PASSWORD|API_KEY|SMTP_URL|WEBHOOK", re.IGNORECASE)
# Up to the last @: a password may contain an unescaped @ or /.
PASSWORD_IN_URL = re.compile(r"://[^/@:\s]*:(\S+)@")
# A shorter value would also occur by chance.
SHORTEST_SECRET = 6

# Characters before the @ (RFC 5322, atext and dots), in any script. Each pattern starts at the start of a word, so
# that a long word takes linear time.
NAME = r"[\w.!#$%&'*+/=?^`{|}~-]"
EMAIL = re.compile(
    rf"(?<!{NAME}){NAME}+(?:@|\s?[(\[]at[)\]]\s?)[\w-]+(?:(?:\.|\s?[(\[]dot[)\]]\s?)[\w-]+)+", re.I
)
# `redact` leaves a text without any of these as it is. Other digits than 0 to 9 come after U+065F.
MAY_BE_PERSONAL = "[@(\\[0-9\u0660-\U0010ffff]"
AT, DIGIT = re.compile(r"[@(\[]"), re.compile(r"\d")
GAP = r"[ \u00a0\u2009\u202f./()\u2010-\u2015-]{0,3}"
DIGITS = rf"\d(?:{GAP}\d){{%s}}"
# Looks like a national number but is a date such as 09.11.2026 or a decimal such as 0.00123456.
DATE_OR_DECIMAL = r"(?!\d\d?([./-])\d\d?\1(?:\d{4}|\d\d)(?![./-]?\d)|0[.,]\d+(?![.,/-]?\d))"
PHONE = re.compile(
    rf"(?<![\w#.,+-]){DATE_OR_DECIMAL}(?:"
    rf"[+\uff0b]{GAP}{DIGITS % '7,14'}"
    rf"|00{GAP}[1-9]{GAP}{DIGITS % '6,13'}"
    rf"|\(?0{GAP}[1-9](?:{GAP}\d){{6,10}}"
    r"|(?:1[ .-]?)?(?:\([2-9]\d\d\) ?|[2-9]\d\d[ .-])\d{3}[ .-]\d{4}"
    r"|\d{2,3}(?: \d\d){3,4}"
    r")(?![\w.,]?\d)"
)
ANNOUNCED = re.compile(
    r"\b(?P<word>(?:tele?(?:phone|fon|f)?|t[eé]l(?:[eé]phone|[eé]fono)?|phone|mobile|mobil|handy|cell|whatsapp"
    r"|(?:call|ring|reach|text) me)(?: (?:number|no|nr|nummer|is|on|at|under))*[ .:]{1,3})"
    rf"(?P<number>\(?{DIGITS % '5,13'})(?![\w.,]?\d)",
    re.I,
)


def redact(text: str) -> str:
    """Replace each e-mail address by "[e-mail]" and each phone number by "[phone]".

    Examples
    --------
    >>> redact("Mail ana@example.com or call +49 30 1234567 about #536030, 1 299.00 €")
    'Mail [e-mail] or call [phone] about #536030, 1 299.00 €'
    """
    # Most comments have neither, and the patterns are slow.
    if AT.search(text):
        text = EMAIL.sub(EMAIL_MARK, text)
    if not DIGIT.search(text):
        return text
    text = ANNOUNCED.sub(rf"\g<word>{PHONE_MARK}", text)
    return PHONE.sub(PHONE_MARK, text)


class Secrets:
    """Values that must not appear in a file or message. The repr does not show them.

    Parameters
    ----------
    values : iterable of str
        The secrets. Values of fewer than six characters are ignored.

    Examples
    --------
    >>> Secrets(["p4ss/word"]).redact("smtps://csat:p4ss%2Fword@mail.example.com")
    'smtps://csat:[secret]@mail.example.com'
    """

    def __init__(self, values: Iterable[str]):
        written = {form for value in values for form in _written_forms(value)}
        long_enough = (form for form in written if len(form) >= SHORTEST_SECRET)
        self._forms = sorted(long_enough, key=len, reverse=True)

    def __repr__(self) -> str:
        return "Secrets(...)"

    @classmethod
    def find(cls, environment: Mapping[str, str], known: Iterable[str]) -> Secrets:
        """Return the secrets among environment variables, and `known` ones with the passwords in their URLs."""
        known = set(known)
        named = {value for name, value in environment.items() if SECRET_NAME.search(name)}
        values = {*known, *environment.values()}
        passwords = {password for value in values for password in PASSWORD_IN_URL.findall(value)}
        return cls(known | named | passwords)

    def redact(self, text: str) -> str:
        """Replace each secret by "[secret]", also where it is escaped for a URL, JSON or HTML."""
        for form in self._forms:
            text = text.replace(form, SECRET_MARK)
        return text


def _written_forms(secret: str) -> Iterator[str]:
    for value in (secret, unquote(secret)):
        yield from (value, quote(value), quote(value, safe=""), quote_plus(value))
        yield from (json.dumps(value)[1:-1], json.dumps(value, ensure_ascii=False)[1:-1])
        yield from (html.escape(value), html.escape(value, quote=False))
