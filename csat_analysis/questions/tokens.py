"""Words and two-word phrases of comments, in any language."""

from __future__ import annotations

import itertools
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np

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


# The number of a phrase holds that of its first word above this many bits.
BITS = 32


class Word(NamedTuple):
    """A word of comments, or two characters of a script without blanks."""

    place: int
    is_term: bool
    is_name: bool
    is_negation: bool
    languages: Sequence[str]  # of which it is a stop word


class Vocabulary:
    """The words of comments. Terms are numbers: texts of all phrases would take most of the memory.

    Parameters
    ----------
    names
        Words that are in no term.

    Examples
    --------
    >>> vocabulary = Vocabulary()
    >>> found = vocabulary.find_terms("The refund is NOT late, refund #12 was late.")
    >>> sorted(vocabulary.texts(found))
    ['late', 'not late', 'refund']
    """

    def __init__(self, names: Iterable[str] = ()):
        self._names = frozenset(names)
        self._words: dict[str, Word] = {}

    def find_terms(self, comment: str) -> set[int]:
        """Return the words and two-word phrases of a comment that was redacted, without stop words."""
        words = [
            (self._words.get(text) or self._add(text), follows) for text, follows in _split(_clean(comment))
        ]
        language = _find_language([word.languages for word, _ in words if word.languages])
        terms: set[int] = set()
        before, was_term = None, False
        for word, follows in words:
            is_term = word.is_term and language not in word.languages
            if is_term and not word.is_name:
                terms.add(word.place << BITS)
            if before and follows and _is_phrase(before, was_term, word, is_term):
                terms.add((before.place << BITS) + word.place + 1)
            before, was_term = word, is_term
        return terms

    def texts(self, terms: Iterable[int]) -> list[str]:
        """Return the texts of terms."""
        words = list(self._words)
        parts = (divmod(term, 1 << BITS) for term in terms)
        return [f"{words[first]} {words[second - 1]}" if second else words[first] for first, second in parts]

    def _add(self, text: str) -> Word:
        languages = _languages_of_stop_words().get(text, ())
        word = Word(len(self._words), _is_term(text), text in self._names, text in NEGATIONS, languages)
        self._words[text] = word
        return word


def is_phrase(terms: np.ndarray) -> np.ndarray:
    """Return which numbers of a vocabulary are phrases."""
    return (terms & ((1 << BITS) - 1)) > 0


def words_of(phrases: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the terms that are the first and the second word of each phrase."""
    second = (phrases & ((1 << BITS) - 1)) - 1
    return phrases >> BITS << BITS, second << BITS


def _is_phrase(first: Word, first_is_term: bool, second: Word, second_is_term: bool) -> bool:
    """Return whether both are words that may be terms, or one of them is a negation."""
    if first.is_name or second.is_name:
        return False
    if first_is_term and second_is_term:
        return True
    return (first_is_term or second_is_term) and (first.is_negation or second.is_negation)


def _clean(comment: str) -> str:
    """Return a comment in one form of letters, without addresses, marks of redaction and invisible characters."""
    text = unicodedata.normalize(
        "NFKC", comment[:LONGEST_COMMENT].replace(EMAIL_MARK, BREAK).replace(PHONE_MARK, BREAK)
    )
    patterns = _patterns()
    return patterns.address.sub(BREAK, patterns.invisible.sub("", text)).casefold().replace("’", "'")


def find_words(text: str) -> set[str]:
    """Return all words of a text, such as a name."""
    return {word for word, _ in _split(_clean(text))}


def _split(text: str) -> Iterator[tuple[str, bool]]:
    """Yield the words of a text, and pairs of characters of scripts without blanks.

    Each with whether it follows a word, with nothing but blanks or a hyphen between.
    """
    pieces = _patterns().token.split(text)
    after_word = False
    for gap, dense, word in zip(pieces[::3], pieces[1::3], pieces[2::3], strict=False):
        if word:
            follows = after_word and (gap == " " or gap.strip() in ("", "-"))
            yield _patterns().elision.sub("", word) if "'" in word else word, follows
        else:
            letters = _patterns().letter.findall(dense)
            pairs = pairwise(letters) if len(letters) > 1 else [letters]
            yield from (("".join(pair), False) for pair in pairs)
        after_word = bool(word)


def _is_term(word: str) -> bool:
    """Return whether a word may be a term: numbers, single letters and endless words are not."""
    return 1 < len(word) <= LONGEST_WORD and any(letter.isalpha() for letter in word)


def _find_language(of_words: Sequence[Sequence[str]]) -> str:
    """Return the language that most stop words of a comment belong to; "" without any."""
    if not of_words:
        return ""
    found = Counter(itertools.chain.from_iterable(of_words))
    most = max(found.values())
    spoken = [language for language, number in found.items() if number == most]
    return next((one for one in COMMON_LANGUAGES if one in spoken), spoken[0])


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
