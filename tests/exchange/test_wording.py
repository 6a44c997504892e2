"""Words that promise what nobody may promise."""

from __future__ import annotations

import pytest

from exchange.wording import BANNED_WORDS, banned_words_in


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
