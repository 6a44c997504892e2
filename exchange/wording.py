"""Words that no name and no text of a product may have: they promise what nobody may promise.

Source: PRD-06 (资管新规 2, 19), and the glossary's 刚性兑付.
"""

from collections.abc import Iterable
from typing import Final

BANNED_WORDS: Final = (
    *("保本", "保收益", "刚兑", "刚性兑付", "预期收益率"),
    *("principalguaranteed", "capitalguaranteed", "guaranteedreturn", "guaranteedyield"),
    *("expectedyield", "expectedreturn"),
)
"""Without what may stand between the letters, and in small ones."""
BETWEEN_LETTERS: Final = str.maketrans(
    dict.fromkeys(" \t\n-_.·•,，、*/|\u00a0\u2009\u200b\u200c\u200d\u2011\u2013\u3000\ufeff")
)
"""Spaces and signs that do not make another word of it."""


def banned_words_in(texts: Iterable[str]) -> list[str]:
    """Which banned words the texts have, spaced out or not, in the order of the list.

    Cost: O(letters).
    """
    plain = [text.translate(BETWEEN_LETTERS).lower() for text in texts]
    return [word for word in BANNED_WORDS if any(word in text for text in plain)]
