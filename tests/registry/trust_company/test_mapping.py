"""Headings of a sheet, and what its cells say of numbers and choices."""

import pytest

from registry.trust_company.mapping import (
    Column,
    Columns,
    HeadingFault,
    HeadingProblem,
    OwnHeadingFault,
    Profile,
    choose,
    find_columns,
    mark,
    own_heading_faults,
    plain_number,
)
from registry.trust_company.sheets import CellFault, Row
from registry.trust_company.words import Language, Words

PROFILE = Profile(
    (
        Column("transfer_id", Words("转让编号", "Transfer"), is_required=True),
        Column("units", Words("转让份额", "Units")),
        Column("decision", Words("决定", "Decision"), is_required=True),
    )
)


def sheet(*rows: str) -> list[Row]:
    """Rows of cells that are separated by commas."""
    return [Row(number, tuple(row.split(","))) for number, row in enumerate(rows, start=1)]


def found(profile: Profile, *rows: str) -> Columns:
    """The columns of a sheet whose headings are right."""
    columns = find_columns(profile, sheet(*rows))
    assert isinstance(columns, Columns), columns
    return columns


@pytest.mark.parametrize(
    ("headings", "places", "language"),
    [
        ("转让编号,转让份额,决定", {"transfer_id": 0, "units": 1, "decision": 2}, Language.ZH),
        ("Transfer,Units,Decision", {"transfer_id": 0, "units": 1, "decision": 2}, Language.EN),
        ("决定,,转让编号", {"transfer_id": 2, "decision": 0}, Language.ZH),
        (" TRANSFER ,deci sion", {"transfer_id": 0, "decision": 1}, Language.EN),
        # In full width, as Chinese keyboards write.
        ("\uff34\uff52\uff41\uff4e\uff53fer,决 定", {"transfer_id": 0, "decision": 1}, Language.ZH),
        ("备注,Decision,Transfer,结果,Error", {"transfer_id": 2, "decision": 1}, Language.EN),
    ],
)
def test_columns_are_found_by_their_headings(
    headings: str, places: dict[str, int], language: Language
) -> None:
    columns = found(PROFILE, headings)
    assert dict(columns.places) == places
    assert columns.language is language


@pytest.mark.parametrize(
    ("headings", "expected"),
    [
        ("转让编号,意见,决定", [(HeadingProblem.UNKNOWN, "意见")]),
        ("转让编号", [(HeadingProblem.MISSING, "决定")]),
        ("Transfer", [(HeadingProblem.MISSING, "Decision")]),
        ("Transfer,转让编号,Decision", [(HeadingProblem.TWICE, "转让编号")]),
        (
            "Transfr,决定,Decision",
            [
                (HeadingProblem.UNKNOWN, "Transfr"),
                (HeadingProblem.TWICE, "Decision"),
                (HeadingProblem.MISSING, "转让编号"),
            ],
        ),
        # Of a file in another encoding nothing is recognised.
        (
            "转让编号,决定".encode().decode("gb18030", "replace"),
            None,
        ),
    ],
)
def test_every_wrong_heading_is_named(
    headings: str, expected: list[tuple[HeadingProblem, str]] | None
) -> None:
    faults = find_columns(PROFILE, sheet(headings))
    assert isinstance(faults, list)
    if expected is None:
        assert {HeadingProblem.UNKNOWN, HeadingProblem.MISSING} == {f.problem for f in faults}
    else:
        assert faults == [HeadingFault(*each) for each in expected]


def test_a_fault_says_which_heading_in_the_language_of_the_reader() -> None:
    fault = HeadingFault(HeadingProblem.UNKNOWN, "意见")
    assert fault.said == Words("未知的列：意见", "unknown column: 意见")


def test_a_trust_company_has_headings_of_its_own_beside_the_common_ones() -> None:
    own = Profile(PROFILE.columns, {"transfer_id": "业务流水号", "units": "Transfer"})
    assert own.heading(PROFILE.columns[0], Language.EN) == "业务流水号"
    assert own.heading(PROFILE.columns[2], Language.EN) == "Decision"
    columns = found(own, "业务流水号,Transfer,Decision")
    # Its own word wins where it means something else to us.
    assert dict(columns.places) == {"transfer_id": 0, "units": 1, "decision": 2}
    assert dict(found(own, "转让编号,决定").places) == {"transfer_id": 0, "decision": 1}


def test_a_row_that_ends_early_says_nothing_of_the_rest() -> None:
    columns = found(PROFILE, "转让编号,转让份额,决定", "1,5")
    row = Row(2, ("1", "5"), {1: CellFault.CONTROL})
    assert [columns.text(row, name) for name in ("transfer_id", "units", "decision")] == [
        "1",
        "5",
        "",
    ]
    assert [columns.fault(row, name) for name in ("transfer_id", "units", "decision")] == [
        None,
        CellFault.CONTROL,
        None,
    ]
    no_units = found(PROFILE, "转让编号,决定")
    assert no_units.text(row, "units") == ""
    assert no_units.fault(row, "units") is None


@pytest.mark.parametrize(
    ("own", "faults"),
    [
        ({"units": "份数", "decision": "审批"}, {}),
        ({"units": "Decision", "decision": "审批"}, {}),  # what its column is called no more
        ({"price": "单价"}, {"price": OwnHeadingFault.UNKNOWN_FIELD}),
        ({"units": "份 数 "}, {"units": OwnHeadingFault.MALFORMED}),
        ({"units": ""}, {"units": OwnHeadingFault.MALFORMED}),
        ({"units": "份" * 65}, {"units": OwnHeadingFault.MALFORMED}),
        ({"units": "=A1"}, {"units": OwnHeadingFault.MALFORMED}),
        ({"units": "'份数"}, {"units": OwnHeadingFault.MALFORMED}),
        ({"units": "份\n数"}, {"units": OwnHeadingFault.MALFORMED}),
        ({"units": "DECISION"}, {"units": OwnHeadingFault.TWICE}),
        ({"units": "结果"}, {"units": OwnHeadingFault.TWICE}),
        ({"units": "份数", "decision": "份 数"}, {"decision": OwnHeadingFault.TWICE}),
    ],
)
def test_own_headings_tell_the_columns_apart(
    own: dict[str, str], faults: dict[str, OwnHeadingFault]
) -> None:
    assert own_heading_faults(PROFILE, own) == faults


def test_results_go_into_columns_after_everything_that_the_sheet_has() -> None:
    rows = sheet("转让编号,决定", "1,确认", "2,确认,scribbled", "3")
    columns = find_columns(PROFILE, rows)
    assert isinstance(columns, Columns)
    assert mark(rows, columns, {2: ("已过户", ""), 3: ("", "版本：…")}) == [
        ["转让编号", "决定", "", "结果", "错误"],
        ["1", "确认", "", "已过户", ""],
        ["2", "确认", "scribbled", "", "版本：…"],
        ["3", "", "", "", ""],
    ]


def test_results_of_an_earlier_time_are_replaced() -> None:
    rows = sheet("Error,Transfer,Decision", "old,1,Confirm")
    columns = find_columns(PROFILE, rows)
    assert isinstance(columns, Columns)
    assert mark(rows, columns, {2: ("settled", "")}) == [
        ["Error", "Transfer", "Decision", "Result"],
        ["", "1", "Confirm", "settled"],
    ]


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("0", "0"),
        ("1000", "1000"),
        ("1,000.50", "1000.5"),
        ("1000.5000", "1000.5"),
        ("0001", "1"),
        ("0.00", "0"),
        ("", None),
        (".", None),
        (".5", None),
        ("5.", None),
        ("1.2.3", None),
        ("-1", None),
        ("1e3", None),
        ("\uff11\uff12", None),
        ("一千", None),
    ],
)
def test_a_number_is_one_text_however_it_is_written(text: str, plain: str | None) -> None:
    assert plain_number(text) == plain


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("CONFIRM", "CONFIRM"),
        ("confirm ", "CONFIRM"),
        ("确认", "CONFIRM"),
        ("确 认", "CONFIRM"),
        ("拒绝", "REJECT"),
        ("", None),
        ("确认?", None),
        ("yes", None),
    ],
)
def test_a_choice_is_named_in_either_language(text: str, code: str | None) -> None:
    choices = {"CONFIRM": Words("确认", "Confirm"), "REJECT": Words("拒绝", "Reject")}
    assert choose(choices, text) == code
