"""Personal data in customers' words: e-mail addresses and phone numbers give way to a mark in reports.

The history keeps what was written. Numbers are judged by their shape alone, as a comment does not say whose
numbering plan it follows: an international number begins with + or 00, a national one with 0, one of North
America is grouped 3-3-4, and any other needs pairs of digits or a word such as "phone" before it. A run of
digits that is none of these stays: a ticket, an order, a price, a date.
"""

from __future__ import annotations

import re

EMAIL_MARK, PHONE_MARK = "[e-mail]", "[phone]"

# Each begins where a word begins: else a long word would be tried again from each of its letters.
NAME = r"[\w.!#$%&'*+/=?^`{|}~-]"  # what may stand before the @ (RFC 5322, atext and dots), in any script
EMAIL = re.compile(
    rf"(?<!{NAME}){NAME}+(?:@|\s?[(\[]at[)\]]\s?)[\w-]+(?:(?:\.|\s?[(\[]dot[)\]]\s?)[\w-]+)+", re.I
)
GAP = r"[ \u00a0\u2009\u202f./()\u2010-\u2015-]{0,3}"
DIGITS = rf"\d(?:{GAP}\d){{%s}}"
# What begins like a national number and is none: a date such as 09.11.2026, a decimal such as 0.00123456.
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


def redacted(text: str) -> str:
    """`text` with each e-mail address as "[e-mail]" and each phone number as "[phone]".

    >>> redacted("Mail ana@example.com or call +49 30 1234567 about #536030, 1 299.00 €")
    'Mail [e-mail] or call [phone] about #536030, 1 299.00 €'
    """
    text = EMAIL.sub(EMAIL_MARK, text)
    text = ANNOUNCED.sub(rf"\g<word>{PHONE_MARK}", text)
    return PHONE.sub(PHONE_MARK, text)
