"""Every example of docs/matching.md is run: the page says what the book does."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

import pytest

from tests.matching.story import ARROW, Story

PAGE: Final = Path(__file__).parents[2] / "docs" / "matching.md"
BLOCK: Final = re.compile(r"^## (.*?)$|^```text\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def examples() -> list[tuple[str, str]]:
    """The heading above each example, and the example."""
    found = []
    heading = ""
    for match in BLOCK.finditer(PAGE.read_text("utf-8")):
        if match[1] is not None:
            heading = match[1]
        elif ARROW in match[2] and "@" in match[2]:
            found.append((heading, match[2]))
    return found


@pytest.mark.parametrize(
    "text",
    [text for _, text in examples()],
    ids=[f"{number} {heading}" for number, (heading, _) in enumerate(examples())],
)
def test_the_book_does_what_its_page_says(text: str) -> None:
    Story().tell(text)


def test_an_example_that_is_wrong_is_seen() -> None:
    with pytest.raises(AssertionError):
        Story().tell("a  sells 10 @ 101  → rests 9 @ 101")
    with pytest.raises(AssertionError):
        Story().tell("a  sells 10 @ 101")


def test_every_rule_has_an_example() -> None:
    assert len(examples()) >= 20
