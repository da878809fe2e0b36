"""Terms of comments: languages, scripts without blanks, phrases, and hostile text."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from stop_words import AVAILABLE_LANGUAGES, get_stop_words
from support.hostile_text import PAYLOADS

from csat_analysis.questions import term_counts
from csat_analysis.questions.tokens import LONGEST_COMMENT, find_words
from csat_analysis.questions.vocabulary import CONTENT_WORDS, LONGEST_WORD, Vocabulary


def find_terms(*comments):
    """Return the terms of comments, with the number of the comment if there are several."""
    vocabulary = Vocabulary()
    terms, numbers = vocabulary.find_terms(comments)
    texts = vocabulary.texts(terms)
    return set(texts) if len(comments) == 1 else set(zip(texts, numbers.tolist(), strict=True))


@pytest.mark.parametrize(
    ("comment", "terms"),
    [
        ("The agent was very rude and the refund is late", {"agent", "rude", "refund", "late"}),
        ("Die Antwort war unfreundlich", {"antwort", "unfreundlich"}),
        ("L’agent n’a pas remboursé", {"agent", "remboursé", "pas remboursé"}),
        (
            "Spedizione lenta, rimborso lento",
            {"spedizione", "spedizione lenta", "lenta", "rimborso", "rimborso lento", "lento"},
        ),
        ("no reply. Rude", {"no reply", "reply", "rude"}),
        ("kam nicht", {"kam", "kam nicht"}),
        ("You can not help with my problem", {"help", "not help", "problem"}),
        (
            "It is still not working and that was not good",
            {"working", "not working", "good", "not good"},
        ),
        ("mi cuenta no es muy buena para el trabajo", {"cuenta", "cuenta no", "buena", "trabajo"}),
        ("REFUND Ｒｅｆｕｎｄ refund", {"refund", "refund refund"}),
        ("#12345 on 2026-11-09, 3 times, x y", {"times"}),
        ("see https://example.com/secret?x=1 www.example.com/refund", set()),
        ("write to [e-mail] or [phone] soon", {"write"}),
        ("ref\u200bund \u202edelay\u202c", {"refund", "refund delay", "delay"}),
        ("", set()),
        ("!!! ??? 😀😀", set()),
    ],
)
def test_the_terms_of_a_comment(comment, terms):
    found = find_terms(comment)
    assert terms <= found or terms == found
    assert found <= terms | {f"{one} {two}" for one in terms for two in terms}


@pytest.mark.parametrize(
    ("comment", "pairs"),
    [
        ("返金が遅い", {"返金", "遅い"}),
        ("サポート", {"サポ", "ポー", "ート"}),
        ("จัดส่งช้า", {"ช้า", "จัด"}),
        ("退款 slow", {"退款", "slow"}),
    ],
)
def test_scripts_without_blanks_are_counted_by_pairs_of_characters(comment, pairs):
    found = find_terms(comment)
    assert pairs <= found
    assert not any(" " in term for term in found)


def test_words_of_a_language_with_blanks_are_not_split():
    assert find_terms("환불이 늦어요") >= {"환불이", "늦어요"}
    assert find_terms("возврат опоздал") >= {"возврат", "опоздал"}


def test_stop_words_are_those_of_the_language_of_the_comment():
    # "war" and "die" are stop words of German only.
    assert "war" in find_terms("the war and the people of the town should die")
    assert not {"war", "die"} & find_terms("die Antwort war nicht gut und das ist alles")


def test_words_that_stay_terms_are_in_the_lists_of_the_library():
    listed = {word.casefold() for language in AVAILABLE_LANGUAGES for word in get_stop_words(language)}
    assert set(CONTENT_WORDS.split()) <= listed


def test_comments_together_have_the_terms_of_each_alone():
    comments = [
        *PAYLOADS.values(),
        "not",
        "good, see www.example.com/a",
        "",
        "the war \0 refund",
        "-",
        "\u0301a die Antwort war '",
        "l'",
        "返",
        "金が遅い",
        "\0",
        "ob das ist",
    ]
    alone = {(term, number) for number, one in enumerate(comments) for term in find_terms(one)}
    assert find_terms(*comments) == alone
    assert {term for term, number in alone if number > len(PAYLOADS)} >= {"refund", "antwort", "金が"}


@pytest.mark.parametrize(
    "text",
    [
        *PAYLOADS.values(),
        "ﷺ" * 5000,
        "a" * 10**6,
        "a\u0301" * 10**5,
        "'" * 10**5,
        "返" * 10**5,
        "a b " * 10**5,
    ],
)
def test_hostile_text_gives_short_terms_of_letters_and_marks(text):
    terms = find_terms(text)
    assert len(terms) <= 4 * LONGEST_COMMENT * 18
    for term in terms:
        assert all(len(word) <= LONGEST_WORD for word in term.split(" "))
        assert not set(term) & set('<>&"`$=|;\n\u202e')


def test_the_words_of_a_name():
    assert find_words(["Anna-Maria O’Neill", "Ben"]) == {"anna", "maria", "neill", "ben"}


@pytest.mark.parametrize("bits", [63, 20])
def test_uses_of_a_term_are_together_also_where_its_number_is_too_large_to_be_sorted(monkeypatch, bits):
    monkeypatch.setattr(term_counts, "BITS_OF_A_KEY", bits)
    texts = ["late refund", "refund - late", "slow"]
    comments = pd.DataFrame({"customer": [1, 2, 2], "rating_category": "bad", "comment": texts})
    vocabulary = Vocabulary()
    written = term_counts.find_uses(comments.assign(day=pd.Timestamp("2026-11-09")), vocabulary)
    users = [users.tolist() for users in np.split(written.users, written.starts[1:-1])]
    assert dict(zip(vocabulary.texts(written.terms), users, strict=True)) == {
        "late": [0, 1],
        "refund": [0, 1],
        "slow": [2],
        "late refund": [0],
        "refund late": [1],
    }
