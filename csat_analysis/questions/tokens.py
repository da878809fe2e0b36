"""Words and two-word phrases of comments, in any language."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterator
from functools import cache
from itertools import pairwise
from typing import Any, NamedTuple

from ..redaction import EMAIL_MARK, PHONE_MARK

# A longer comment is read up to here; Zendesk's own field is shorter.
LONGEST_COMMENT = 10_000
LONGEST_WORD = 40
# Scripts without blanks between words: their characters are counted in pairs.
DENSE = r"\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}ー"
# Stop words that stay in phrases: "no reply" says more than "reply".
NEGATIONS = frozenset[str]().union(
    {"no", "not", "never", "without"},  # English
    {"nicht", "kein", "keine", "keinen", "nie", "ohne"},  # German
    {"pas", "jamais", "sans", "non"},  # French
    {"nunca", "sin"},  # Spanish
    {"niet", "geen", "nooit"},  # Dutch
    {"não", "sem"},  # Portuguese
    {"mai", "senza"},  # Italian
    {"ikke", "inte", "ingen"},  # Danish, Norwegian, Swedish
    {"nie", "bez"},  # Polish
)
# Words of the library's lists that say what happened to a customer, or how well: they are no stop words. After the
# English ones: work, time, account, try, good, better, worse, new, subject and at once in other languages.
CONTENT_WORDS = """
available best better big bill buy cause changes clear clearly click close computer copy date detail different early
empty failing find found full good great help homepage ignored immediate immediately important information later long
longer low move name new number old open opened order ordered orders page pages place poorly problem problems promptly
quickly reasonably results right second serious seriously site small stop successfully system test text tried try trying
turn twice useful web webpage website well work worked working works year years
buena buenas bueno buenos cuenta mejor nueva nuevo tiempo trabaja trabajan trabajar trabajo
desligado horas ligado tempo tentar tentei trabalho
buono comprare lavoro meglio nuovi nuovo peggio subito
essai nouveau nouveaux sujet
"""
# If a comment has as many stop words of several languages, it is in the first of these.
COMMON_LANGUAGES = ("english", "spanish", "german", "french", "portuguese", "italian", "dutch")
BREAK = "|"


class Token(NamedTuple):
    """A word of a comment, or two characters of a script without blanks."""

    text: str
    is_word: bool
    follows: bool  # the word before with nothing but blanks or a hyphen between


def find_terms(comment: str) -> set[str]:
    """Return the words and two-word phrases of a comment that was redacted, without stop words.

    >>> sorted(find_terms("The refund is NOT late, refund #12 was late."))
    ['late', 'not late', 'refund']
    """
    tokens = list(_split(_clean(comment)))
    stop = _stop_words_of([one.text for one in tokens])
    words = {one.text for one in tokens if one.text not in stop and _is_term(one.text)}
    phrases = {
        f"{first.text} {second.text}"
        for first, second in pairwise(tokens)
        if first.is_word and second.follows and _is_phrase(first.text, second.text, words)
    }
    return words | phrases


def _is_phrase(first: str, second: str, words: set[str]) -> bool:
    """Return whether both are words that may be terms, or one of them is a negation."""
    known = (first in words) + (second in words)
    return known == 2 or (known == 1 and (first in NEGATIONS or second in NEGATIONS))


def _clean(comment: str) -> str:
    """Return a comment in one form of letters, without addresses, marks of redaction and invisible characters."""
    text = unicodedata.normalize(
        "NFKC", comment[:LONGEST_COMMENT].replace(EMAIL_MARK, BREAK).replace(PHONE_MARK, BREAK)
    )
    patterns = _patterns()
    return patterns.address.sub(BREAK, patterns.invisible.sub("", text)).casefold().replace("’", "'")


def find_words(text: str) -> set[str]:
    """Return all words of a text, such as a name."""
    return {one.text for one in _split(_clean(text))}


def _split(text: str) -> Iterator[Token]:
    """Yield the words of a text, and pairs of characters of scripts without blanks."""
    end = -1
    for found in _patterns().token.finditer(text):
        follows = end >= 0 and text[end : found.start()].strip() in ("", "-")
        end = found.end()
        if word := found["word"]:
            yield Token(_patterns().elision.sub("", word) if "'" in word else word, True, follows)
            continue
        letters = _patterns().letter.findall(found["dense"])
        for pair in pairwise(letters) if len(letters) > 1 else [letters]:
            yield Token("".join(pair), False, False)


def _is_term(word: str) -> bool:
    """Return whether a word may be a term: numbers, single letters and endless words are not."""
    return 1 < len(word) <= LONGEST_WORD and any(letter.isalpha() for letter in word)


def _stop_words_of(words: list[str]) -> set[str]:
    """Return the stop words of a comment: those of the language that most of them belong to."""
    languages = _languages_of_stop_words()
    found = Counter(language for word in words for language in languages.get(word, ()))
    if not found:
        return set()
    most = max(found.values())
    spoken = [language for language, number in found.items() if number == most]
    likely = next((one for one in COMMON_LANGUAGES if one in spoken), spoken[0])
    return {word for word in words if likely in languages.get(word, ())}


@cache
def _languages_of_stop_words() -> dict[str, list[str]]:
    """Return the languages of each stop word, in the order of the library."""
    from stop_words import AVAILABLE_LANGUAGES, get_stop_words

    languages: dict[str, list[str]] = {}
    content = frozenset(CONTENT_WORDS.split())
    for language in AVAILABLE_LANGUAGES:
        for word in {unicodedata.normalize("NFKC", one).casefold() for one in get_stop_words(language)}:
            if word not in content:
                languages.setdefault(word, []).append(language)
    return languages


class Patterns(NamedTuple):
    """Patterns of the `regex` library, which knows the scripts of Unicode."""

    token: Any
    letter: Any
    elision: Any
    invisible: Any
    address: Any


@cache
def _patterns() -> Patterns:
    import regex

    letter = rf"[[\p{{L}}\p{{M}}\p{{N}}]--[{DENSE}]]"
    return Patterns(
        token=regex.compile(rf"(?V1)(?P<dense>[{DENSE}]+)|(?P<word>{letter}+(?:['’]{letter}+)*)"),
        letter=regex.compile(r"\X"),
        elision=regex.compile(r"^(?:\p{L}|qu)'"),
        invisible=regex.compile(r"\p{Cf}+"),
        address=regex.compile(r"(?:https?://|www\.)\S+"),
    )
