"""Words of texts, in any language: of thousands of texts at once, as arrays."""

from __future__ import annotations

import itertools
import re
import unicodedata
from collections.abc import Iterable
from functools import cache
from typing import Any, NamedTuple

import numpy as np
import pyarrow as pa

from ..redaction import EMAIL_MARK, PHONE_MARK

# A longer comment is read up to here; Zendesk's own field is shorter.
LONGEST_COMMENT = 10_000
# Scripts without blanks between words: their characters are counted in pairs.
DENSE = r"\p{Han}\p{Hiragana}\p{Katakana}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}ー"
BREAK = "|"
# Follows each text. Nothing joins it: it is no letter, no blank, and the same in all forms of Unicode.
END = "\0"
# What may be between two words of a phrase.
JOINT = re.compile(r"\s*+-?\s*+")
# Kinds of characters.
OTHER, APOSTROPHE, LETTER = range(3)


class Words(NamedTuple):
    """The words of texts, and the pairs of characters of scripts without blanks.

    known: all of them; some twice. numbers: the words in their order, as places in `known`. texts: the number of the
    text of each. follows: which ones follow a word of their text, with nothing but blanks or a hyphen between.
    """

    known: list[str]
    numbers: np.ndarray
    texts: np.ndarray
    follows: np.ndarray


def split(texts: Iterable[str]) -> Words:
    """Return the words of texts that were redacted."""
    shortened = [text[:LONGEST_COMMENT] for text in texts]
    if END in "".join(shortened):
        shortened = [text.replace(END, BREAK) for text in shortened]
    text = END + _clean(END.join([*shortened, ""]))
    # One byte for each character is enough for most texts.
    form, size = ("ascii", np.uint8) if text.isascii() else ("utf-32-le", np.uint32)
    codes: np.ndarray = np.frombuffer(text.encode(form), dtype=size)
    in_word = _are_in_words(_kinds().take(codes, mode="clip"))
    edges = np.flatnonzero(in_word[1:] != in_word[:-1]) + 1
    encoded = _cut(codes, np.concatenate([[0], edges, [len(codes)]])).dictionary_encode()
    parts = [str(part, form) for part in encoded.dictionary.to_pylist()]
    # The gaps between words and the words take turns; a gap is first, and last.
    places = encoded.indices.to_numpy()
    gaps, words = places[:-1:2], places[1::2]
    is_word = np.zeros(len(parts), dtype=bool)
    is_word[words] = True
    known = [_without_elision(part) for part in itertools.compress(parts, is_word)]
    numbers = (np.cumsum(is_word) - 1).take(words)
    texts_begun = np.array([part.count(END) for part in parts]).take(gaps).cumsum()
    follows = np.array([JOINT.fullmatch(part) is not None for part in parts]).take(gaps)
    return Words(known, numbers, texts_begun - 1, follows)


def _are_in_words(kinds: np.ndarray) -> np.ndarray:
    """Return which characters are letters, or an apostrophe between two letters."""
    found = kinds == LETTER
    found[1:-1] |= (kinds[1:-1] == APOSTROPHE) & found[:-2] & found[2:]
    return found


def find_words(texts: Iterable[str]) -> set[str]:
    """Return all words of texts, such as names."""
    return set(split(texts).known)


def _clean(text: str) -> str:
    """Return texts in one form of letters, without addresses, marks of redaction and invisible characters."""
    patterns = _patterns()
    text = unicodedata.normalize("NFKC", text.replace(EMAIL_MARK, BREAK).replace(PHONE_MARK, BREAK))
    if not text.isascii():
        text = patterns.invisible.sub("", text)
    for address in patterns.addresses:
        text = address.sub(BREAK, text)
    text = text.casefold().replace("’", "'")
    return text if text.isascii() else patterns.dense.sub(_pair, text)


def _pair(dense: Any) -> str:
    """Return a match of characters without blanks as pairs of characters with breaks around them."""
    letters = _patterns().letter.findall(dense[0])
    pairs = map("".join, itertools.pairwise(letters)) if len(letters) > 1 else letters
    return BREAK + BREAK.join(pairs) + BREAK


def _cut(codes: np.ndarray, bounds: np.ndarray) -> pa.Array:
    """Return the parts between bounds as bytes: pyarrow finds equal ones without an object for each."""
    buffers = [None, pa.py_buffer(bounds * codes.itemsize), pa.py_buffer(codes)]
    return pa.Array.from_buffers(pa.large_binary(), len(bounds) - 1, buffers)


def _without_elision(word: str) -> str:
    return _patterns().elision.sub("", word) if "'" in word else word


class Patterns(NamedTuple):
    """Patterns of the `regex` library, which knows the scripts of Unicode."""

    addresses: list[Any]
    invisible: Any
    dense: Any
    letter: Any
    elision: Any


@cache
def _patterns() -> Patterns:
    import regex

    return Patterns(
        # Two patterns: each is found by the letters that it begins with.
        addresses=[regex.compile(rf"{start}[^\s{END}]+") for start in ("https?://", r"www\.")],
        invisible=regex.compile(r"\p{Cf}+"),
        # The range is quick to check, and most other characters are not in it.
        dense=regex.compile(rf"(?V1)[[\u0e00-\U0010ffff]&&[{DENSE}]]+"),
        letter=regex.compile(r"\X"),
        elision=regex.compile(r"^(?:\p{L}|qu)'"),
    )


@cache
def _kinds() -> np.ndarray:
    """Return the kind of each character of Unicode."""
    import regex

    characters = "".join(map(chr, range(0x110000)))
    kinds = np.full(len(characters), OTHER, dtype=np.uint8)
    for match in regex.finditer(rf"[\p{{L}}\p{{M}}\p{{N}}{DENSE}]+", characters):
        kinds[slice(*match.span())] = LETTER
    kinds[ord("'")] = APOSTROPHE
    return kinds
