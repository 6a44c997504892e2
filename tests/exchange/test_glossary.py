"""The glossary speaks of names that the code has."""

from __future__ import annotations

import re

from tests.architecture.tree import ROOT, is_product, project_files

ROW = re.compile(r"^\| (?P<chinese>[^|]+) \| (?P<names>`[^|]+`) \| (?P<meaning>[^|]+) \|$")


def rows() -> list[re.Match[str]]:
    page = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")
    return [found for line in page.splitlines() if (found := ROW.match(line))]


def test_every_word_of_the_glossary_is_a_name_in_the_code() -> None:
    code = "\n".join(
        (ROOT / path).read_text(encoding="utf-8") for path in project_files() if is_product(path)
    )
    words = set(re.findall(r"[A-Za-z_][A-Za-z_0-9]*", code))
    names = [name for row in rows() for name in re.findall(r"`(\w+)`", row["names"])]
    assert len(names) > 50
    assert [name for name in names if name not in words] == []


def test_a_word_has_one_row() -> None:
    names = [row["names"] for row in rows()]
    assert len(names) == len(set(names))
