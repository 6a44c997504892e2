"""Words that no name and no text may have that parties read: they promise what nobody may promise.

Banned words promise a return, wherever they stand. A clause promises to buy back, to top up or to
guarantee, unless it is denied: a text may well say that nobody does. Somebody else's words in files
are not searched: there both parties declare it (PTY-03), and the maker and the checker read.

Source: PRD-06 (资管新规 2, 19), and the glossary's 刚性兑付; PTY-03 (资管新规 19,
(2020)辽民终1015号).
"""

import re
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


CLAUSES: Final = (
    *("承诺回购", "保证回购", "负责回购", "无条件回购", "溢价回购", "原价回购", "约定回购"),
    *("承诺差额补足", "保证差额补足", "负责差额补足", "承诺补足", "承诺兜底", "负责兜底"),
    *("刚性回购", "承诺担保收益", "保底收益", "保底转让", "承诺受让"),
    *("willbuyback", "willrepurchase", "willtopup", "guaranteestobuyback", "undertakestobuyback"),
    *("undertakestorepurchase", "guaranteedbuyback", "guaranteedrepurchase"),
)
"""Likewise."""
DENIED: Final = ("不", "未", "无", "非", "没有", "禁止", "nobody", "never", "noone", "no", "not")
"""What stands before a clause that says that there is none of it."""
CLAUSE: Final = re.compile("".join(f"(?<!{word})" for word in DENIED) + f"({'|'.join(CLAUSES)})")


def promises_in(texts: Iterable[str]) -> list[str]:
    """Which banned words the texts have, and which clauses that nothing denies.

    Cost: O(letters).
    """
    listed = list(texts)
    found = [match[1] for text in listed for match in CLAUSE.finditer(_plain(text))]
    return [*banned_words_in(listed), *found]


def banned_words_in(texts: Iterable[str]) -> list[str]:
    """Which banned words the texts have, spaced out or not, in the order of the list.

    Cost: O(letters).
    """
    plain = [_plain(text) for text in texts]
    return [word for word in BANNED_WORDS if any(word in text for text in plain)]


def _plain(text: str) -> str:
    return text.translate(BETWEEN_LETTERS).lower()
