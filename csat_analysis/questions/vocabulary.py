"""Words and two-word phrases of comments as numbers."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from functools import cache
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from .tokens import split

LONGEST_WORD = 40
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


# The number of a phrase holds that of its first word above this many bits. So many words would not fit in memory.
BITS = 24
# A word: its number, what it is, and its row in the table of stop words.
WORD = [("number", np.int64), ("is_term", bool), ("is_name", bool), ("is_negation", bool), ("row", np.int32)]


class Vocabulary:
    """The words of comments. Terms are numbers: texts of all phrases would take most of the memory.

    Parameters
    ----------
    names
        Words that are in no term.

    Examples
    --------
    >>> vocabulary = Vocabulary()
    >>> terms, _ = vocabulary.find_terms(["The refund is NOT late, refund #12 was late."])
    >>> sorted(set(vocabulary.texts(terms)))
    ['late', 'not late', 'refund']
    """

    def __init__(self, names: Iterable[str] = ()):
        self._names = frozenset(names)
        self._words: dict[str, tuple[int, bool, bool, bool, int]] = {}

    def find_terms(self, comments: Iterable[str]) -> tuple[np.ndarray, np.ndarray]:
        """Return the words and two-word phrases of redacted comments, without stop words, and the comment of each.

        A term that a comment has several times is returned as often.
        """
        words = split(comments)
        known = np.array([self._words.get(text) or self._add(text) for text in words.known], dtype=WORD)
        number, may_be_term, is_name, is_negation, row = (known[key].take(words.numbers) for key, _ in WORD)
        is_term = may_be_term & ~_are_stop_words(row, words.texts)
        alone = is_term & ~is_name
        second = np.flatnonzero(words.follows & _end_phrases(is_term, is_name, is_negation))
        phrases = (number[second - 1] << BITS) + number[second] + 1
        terms = np.concatenate([number[alone] << BITS, phrases])
        return terms, np.concatenate([words.texts[alone], words.texts[second]])

    def texts(self, terms: np.ndarray) -> list[str]:
        """Return the texts of terms."""
        words, blank = pa.array(self._words, type=pa.large_string()), pa.scalar(" ", pa.large_string())
        first, second = np.divmod(terms, 1 << BITS)
        parts = words.take(pa.array(first)), words.take(pa.array(second - 1, mask=second == 0))
        return pc.binary_join_element_wise(*parts, blank, null_handling="skip").to_pylist()

    def _add(self, text: str) -> tuple[int, bool, bool, bool, int]:
        row = _stop_words().rows.get(text, 0)
        word = (len(self._words), _is_term(text), text in self._names, text in NEGATIONS, row)
        self._words[text] = word
        return word


def is_phrase(terms: np.ndarray) -> np.ndarray:
    """Return which numbers of a vocabulary are phrases."""
    return (terms & ((1 << BITS) - 1)) > 0


def words_of(phrases: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the terms that are the first and the second word of each phrase."""
    second = (phrases & ((1 << BITS) - 1)) - 1
    return phrases >> BITS << BITS, second << BITS


def _end_phrases(is_term: np.ndarray, is_name: np.ndarray, is_negation: np.ndarray) -> np.ndarray:
    """Return which words and the one before are both terms, or one is and one is a negation."""
    either, negation, name = (one | np.roll(one, 1) for one in (is_term, is_negation, is_name))
    return (is_term & np.roll(is_term, 1) | either & negation) & ~name


def _is_term(word: str) -> bool:
    """Return whether a word may be a term: numbers, single letters and endless words are not."""
    return 1 < len(word) <= LONGEST_WORD and any(letter.isalpha() for letter in word)


def _are_stop_words(rows: np.ndarray, comments: np.ndarray) -> np.ndarray:
    """Return which words are stop words of the language of their comment.

    rows: of the words, in the table of stop words.
    """
    table = _stop_words().table
    stops = np.flatnonzero(rows)
    stop, languages = np.nonzero(table[rows[stops]])
    spoken = _find_languages(comments[stops[stop]], languages)
    found = np.zeros(len(rows), dtype=bool)
    found[stops] = table[rows[stops], spoken[comments[stops]]]
    return found


def _find_languages(comments: np.ndarray, languages: np.ndarray) -> np.ndarray:
    """Return the language that most stop words of each comment belong to.

    If as many belong to others, it is the first one of `COMMON_LANGUAGES`, or else the first to occur. comments,
    languages: those of each stop word, in the order of the words; a word of two languages is there twice.
    """
    size = _stop_words().table.shape[1]
    keys = comments * size + languages
    words = np.bincount(keys, minlength=(comments.max(initial=-1) + 1) * size).reshape(-1, size)
    order = np.zeros_like(words)
    # The last value stays where several are set.
    order.flat[keys[::-1]] = np.arange(len(keys))[::-1] + len(COMMON_LANGUAGES)
    order[:, _stop_words().common] = np.arange(len(COMMON_LANGUAGES))
    return (words * (len(keys) + len(COMMON_LANGUAGES)) - order).argmax(axis=1)


class StopWords(NamedTuple):
    """The stop words of all languages.

    rows: of each word in `table`; 0 is for all other words. table: whether it is one of a language, in the order of the
    library. common: columns of `COMMON_LANGUAGES`.
    """

    rows: dict[str, int]
    table: np.ndarray
    common: list[int]


@cache
def _stop_words() -> StopWords:
    from stop_words import AVAILABLE_LANGUAGES, get_stop_words

    content = frozenset(CONTENT_WORDS.split())
    words = [
        {unicodedata.normalize("NFKC", one).casefold() for one in get_stop_words(language)} - content
        for language in AVAILABLE_LANGUAGES
    ]
    rows = {word: row for row, word in enumerate(set().union(*words), start=1)}
    table = np.zeros((len(rows) + 1, len(words)), dtype=bool)
    for column, of_language in enumerate(words):
        table[[rows[word] for word in of_language], column] = True
    return StopWords(rows, table, [AVAILABLE_LANGUAGES.index(one) for one in COMMON_LANGUAGES])
