"""Which column of a sheet is which field: a profile has the headings of each in Chinese and in
English, and a trust company may have headings of its own.

A sheet is read whatever the order of its columns. A heading that nobody knows refuses it: what
stands below it was meant to say something.
"""

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Final

from registry.trust_company.sheets import QUOTE, CellFault, Row, is_like_formula
from registry.trust_company.words import Language, Words

RESULT: Final = Words("结果", "Result")
ERROR: Final = Words("错误", "Error")
"""The columns of a sheet that is returned; when it comes again, what they say is not read."""
REMARK: Final = Words("备注", "Remark")
"""The office's own: read by nobody."""


@dataclass(frozen=True, slots=True)
class Column:
    """A field, and the headings that name it."""

    field: str
    heading: Words
    is_required: bool = False


@dataclass(frozen=True, slots=True)
class Profile:
    """The columns of one kind of file, in the order in which they are written."""

    columns: tuple[Column, ...]
    own_headings: Mapping[str, str] = field(default_factory=dict)
    """The trust company's, by field; they are written, and are read beside the others."""

    def heading(self, column: Column, language: Language) -> str:
        """The heading that is written."""
        return self.own_headings.get(column.field, column.heading.in_language(language))


OWN_HEADING_LENGTH_MAX: Final = 64


class OwnHeadingFault(Enum):
    """Why a trust company's own heading cannot be used."""

    # The sheets of this kind have no such field.
    UNKNOWN_FIELD = Words("此类文件没有该字段", "no such field in files of this kind")
    # Too long, blank, or like a formula.
    MALFORMED = Words("不能用作列名", "cannot be a heading")
    # Another field of its own, or a column that is the venue's, has the same.
    TWICE = Words("与其他列名重复", "is the heading of another column")


class HeadingProblem(Enum):
    """What may be wrong with the headings."""

    # A column that no field has.
    UNKNOWN = Words("未知的列", "unknown column")
    # A field that has no column and needs one.
    MISSING = Words("缺少列", "missing column")
    # Two columns of one field.
    TWICE = Words("重复的列", "column comes twice")


@dataclass(frozen=True, slots=True)
class HeadingFault:
    """One thing that is wrong with the headings."""

    problem: HeadingProblem
    heading: str

    @property
    def said(self) -> Words:
        """For people."""
        zh, en = self.problem.value
        return Words(f"{zh}：{self.heading}", f"{en}: {self.heading}")


@dataclass(frozen=True, slots=True)
class Columns:
    """Where the fields of a sheet are."""

    places: Mapping[str, int]
    """By field; a field without a column has none."""
    headings: Mapping[str, str]
    """By field, as the sheet has them."""
    language: Language
    """Of its headings: Chinese, unless all that are of one language are English."""
    result: int
    error: int
    """Where the returned sheet has these columns: those that it has, else new ones."""

    def text(self, row: Row, name: str) -> str:
        """What the row says of a field; nothing: it does not say."""
        place = self.places.get(name)
        return row.cells[place] if place is not None and place < len(row.cells) else ""

    def fault(self, row: Row, name: str) -> CellFault | None:
        """Why the cell of a field cannot be read, if so."""
        place = self.places.get(name)
        return None if place is None else row.faults.get(place)


def find_columns(profile: Profile, rows: Sequence[Row]) -> Columns | list[HeadingFault]:
    """Where the fields are in these rows, of which the first has the headings; or everything that
    is wrong with those.

    Blanks, letter case and full width are not told apart. Columns of results and remarks may be
    there; columns without a heading are not read.
    """
    headings = rows[0]
    fields = _fields(profile)
    others = {_plain(text): words for words in (RESULT, ERROR, REMARK) for text in words}
    places: dict[str, int] = {}
    other_places: dict[Words, int] = {}
    faults: list[HeadingFault] = []
    for place, heading in enumerate(headings.cells):
        plain = _plain(heading)
        if not plain:
            continue
        if plain in others:
            other_places.setdefault(others[plain], place)
        elif plain not in fields or place in headings.faults:
            faults.append(HeadingFault(HeadingProblem.UNKNOWN, heading))
        elif fields[plain] in places:
            faults.append(HeadingFault(HeadingProblem.TWICE, heading))
        else:
            places[fields[plain]] = place
    language = _language(profile, headings.cells)
    faults += [
        HeadingFault(HeadingProblem.MISSING, profile.heading(column, language))
        for column in profile.columns
        if column.is_required and column.field not in places
    ]
    if faults:
        return faults
    width = max(len(row.cells) for row in rows)
    result = other_places.get(RESULT, width)
    error = other_places.get(ERROR, max(width, result + 1))
    return Columns(
        places=places,
        headings={name: headings.cells[place] for name, place in places.items()},
        language=language,
        result=result,
        error=error,
    )


def own_heading_faults(
    profile: Profile, own_headings: Mapping[str, str]
) -> dict[str, OwnHeadingFault]:
    """What is wrong with a trust company's own headings, by field; nothing: they can be used."""
    fields = {column.field for column in profile.columns}
    others = [column.heading for column in profile.columns if column.field not in own_headings]
    seen = {_plain(text) for words in (RESULT, ERROR, REMARK, *others) for text in words}
    faults: dict[str, OwnHeadingFault] = {}
    for name, heading in own_headings.items():
        plain = _plain(heading)
        if name not in fields:
            faults[name] = OwnHeadingFault.UNKNOWN_FIELD
        elif not _is_heading(heading):
            faults[name] = OwnHeadingFault.MALFORMED
        elif plain in seen:
            faults[name] = OwnHeadingFault.TWICE
        seen.add(plain)
    return faults


def plain_number(text: str) -> str | None:
    """A number that is not negative, as one text: without separators of thousands and without
    zeros that say nothing; None: it is no such number. "1,000.50" and "1000.5" are the same."""
    whole, point, fraction = text.replace(",", "").partition(".")
    digits = whole + fraction
    if not (digits.isascii() and digits.isdigit()) or not whole or (point and not fraction):
        return None
    whole, fraction = whole.lstrip("0") or "0", fraction.rstrip("0")
    return f"{whole}.{fraction}" if fraction else whole


def choose(choices: Mapping[str, Words], text: str) -> str | None:
    """Which of the choices is named, by its code or in words of either language."""
    wanted = _plain(text)
    for code, words in choices.items():
        if wanted in (_plain(code), *map(_plain, words)):
            return code
    return None


def mark(
    rows: Sequence[Row], columns: Columns, marks: Mapping[int, tuple[str, str]]
) -> list[list[str]]:
    """The sheet as it is returned: with what became of its rows.

    Args:
        rows: with the headings.
        marks: result and error by the number of the row; what is said there of another is erased.
    """
    marked: list[list[str]] = []
    width = max(columns.result, columns.error) + 1
    for place, row in enumerate(rows):
        cells = [*row.cells, *[""] * (width - len(row.cells))]
        if place == 0:
            result, error = (words.in_language(columns.language) for words in (RESULT, ERROR))
        else:
            result, error = marks.get(row.number, ("", ""))
        cells[columns.result], cells[columns.error] = result, error
        marked.append(cells)
    return marked


def _fields(profile: Profile) -> dict[str, str]:
    """Field by plain heading. Own headings win over those that come with the profile."""
    fields = {_plain(text): column.field for column in profile.columns for text in column.heading}
    return fields | {_plain(text): name for name, text in profile.own_headings.items()}


def _language(profile: Profile, headings: Sequence[str]) -> Language:
    given = {_plain(heading) for heading in headings}
    in_chinese = any(_plain(column.heading.zh) in given for column in profile.columns)
    in_english = any(_plain(column.heading.en) in given for column in profile.columns)
    return Language.EN if in_english and not in_chinese else Language.ZH


def _is_heading(text: str) -> bool:
    """Whether a cell that says this comes back as it was written."""
    return (
        0 < len(text) <= OWN_HEADING_LENGTH_MAX
        and text.isprintable()
        and text == text.strip()
        and not is_like_formula(text)
        and not text.startswith(QUOTE)
    )


def _plain(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).casefold().split())
