"""Words of texts, in any language: of thousands of texts at once, as arrays."""

from __future__ import annotations

import itertools
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
# Kinds of characters. Their sum between two words of a phrase is at most that of a hyphen.
BLANK, HYPHEN, OTHER, APOSTROPHE, LETTER = range(5)


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
    codes = np.frombuffer(text.encode(form), dtype=size)
    kinds = _kinds()[codes]
    in_word = _are_in_words(kinds)
    edges = np.flatnonzero(in_word[1:] != in_word[:-1]) + 1
    starts, ends = edges[::2], edges[1::2]
    bounds = np.concatenate([[0], np.cumsum(ends - starts)])
    between = np.cumsum(kinds[~in_word], dtype=np.int64)[starts - bounds[:-1] - 1]
    encoded = _cut(codes[in_word], bounds).dictionary_encode()
    known = [_without_elision(str(word, form)) for word in encoded.dictionary.to_pylist()]
    sizes = np.diff(np.searchsorted(starts, np.flatnonzero(codes == ord(END))))
    numbers = np.repeat(np.arange(len(sizes)), sizes)
    return Words(known, encoded.indices.to_numpy(), numbers, np.diff(between, prepend=0) <= HYPHEN)


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
    """Return the words between bounds as bytes: pyarrow finds equal ones without an object for each."""
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
    kinds[[ord(one) for one in characters if one.isspace()]] = BLANK
    kinds[ord("-")], kinds[ord("'")] = HYPHEN, APOSTROPHE
    return kinds
