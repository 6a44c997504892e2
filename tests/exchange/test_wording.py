"""Words that promise what nobody may promise."""

from __future__ import annotations

import pytest

from exchange.wording import BANNED_WORDS, CLAUSES, DENIED, banned_words_in, promises_in


@pytest.mark.parametrize("word", BANNED_WORDS)
def test_every_word_of_the_list_is_found(word: str) -> None:
    assert word in banned_words_in(["", f"x{word}x"])


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("保 本", ["保本"]),
        ("保\u3000本·保-收-益", ["保本", "保收益"]),
        ("保\u200b本", ["保本"]),
        ("Principal-guaranteed", ["principalguaranteed"]),
        ("EXPECTED  YIELD 6%", ["expectedyield"]),
        ("业绩比较基准 6.00%", []),
        ("不承诺本金不受损失", []),
        ("A performance benchmark is no promise", []),
    ],
)
def test_a_word_is_found_spaced_out_too(text: str, found: list[str]) -> None:
    assert banned_words_in([text]) == found


def test_words_do_not_run_from_one_text_into_the_next() -> None:
    assert banned_words_in(["保", "本"]) == []


@pytest.mark.parametrize("clause", CLAUSES)
def test_every_clause_of_the_list_is_found_but_where_it_is_denied(clause: str) -> None:
    assert clause in promises_in([f"x {clause} x"])
    for word in DENIED:
        assert clause not in promises_in([f"x {word} {clause} x"])


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("转让方承诺 回购全部份额", ["承诺回购"]),
        ("受托人承诺差额补足", ["承诺差额补足"]),
        ("不存在回购、差额补足或担保条款", []),
        ("受托人不承诺回购", []),
        ("任何一方均未承诺兜底，但卖方保证回购", ["保证回购"]),
        ("The seller will buy back the units.", ["willbuyback"]),
        ("The seller will not buy back the units.", []),
        ("Nobody undertakes to repurchase", []),
        ("保本并承诺回购", ["保本", "承诺回购"]),
        ("基础资产为质押式回购", []),
    ],
)
def test_a_clause_promises_unless_it_is_denied(text: str, found: list[str]) -> None:
    assert promises_in([text]) == found
