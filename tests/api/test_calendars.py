"""The calendars that come with the program are those of their sources."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from api import calendars
from api.calendars import SEEDS, day_number, load
from registry.calendar import DAY_NS, HOUR_NS

FOLDER = Path(calendars.__file__).parent

# The State Council's notices of 2024-11-12 and 2025-11-04: first and last day off, then the days
# that are worked for it.
NOTICES = """
    2025-01-01  2025-01-01
    2025-01-28  2025-02-04  2025-01-26  2025-02-08
    2025-04-04  2025-04-06
    2025-05-01  2025-05-05  2025-04-27
    2025-05-31  2025-06-02
    2025-10-01  2025-10-08  2025-09-28  2025-10-11
    2026-01-01  2026-01-03  2026-01-04
    2026-02-15  2026-02-23  2026-02-14  2026-02-28
    2026-04-04  2026-04-06
    2026-05-01  2026-05-05  2026-05-09
    2026-06-19  2026-06-21
    2026-09-25  2026-09-27
    2026-10-01  2026-10-07  2026-09-20  2026-10-10
"""


def test_the_working_days_are_the_state_councils() -> None:
    expected: dict[date, bool] = {}
    for line in NOTICES.split("\n")[1:-1]:
        first, last, *worked = map(date.fromisoformat, line.split())
        expected |= {first + timedelta(days=day): False for day in range((last - first).days + 1)}
        expected |= dict.fromkeys(worked, True)
    working = load("CN_WORKING")
    assert working.exceptions == {
        day_number(day.isoformat()): is_worked for day, is_worked in expected.items()
    }
    assert working.covered_until == day_number("2026-12-31")


@pytest.mark.parametrize("calendar_id", SEEDS)
def test_a_calendar_that_comes_with_the_program_can_be_used(calendar_id: str) -> None:
    calendar = load(calendar_id)
    assert calendar.calendar_id == calendar_id
    assert calendar.faults() == []
    assert (calendar.zone_offset_ns, calendar.day_ns) == (8 * HOUR_NS, DAY_NS)


def test_every_file_is_a_calendar_and_names_its_source() -> None:
    files = sorted(FOLDER.glob("*.csv"))
    assert [file.stem for file in files] == sorted(SEEDS)
    for file in files:
        lines = file.read_text(encoding="utf-8").splitlines()
        assert lines[0] == "kind,value,note"
        assert any(line.startswith("source,") for line in lines), file


def test_in_a_sandbox_every_day_is_worked() -> None:
    every_day = load("EVERY_DAY")
    assert all(every_day.is_working(day_number(f"2026-02-{day:02}")) for day in range(1, 29))


def test_bank_days_are_the_working_days() -> None:
    bank, working = load("CN_BANK"), load("CN_WORKING")
    assert (bank.exceptions, bank.working_weekdays, bank.covered_until) == (
        working.exceptions,
        working.working_weekdays,
        working.covered_until,
    )


def test_a_line_of_another_kind_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "OURS.csv").write_text("kind,value,note\nzone,05:30,\n", encoding="utf-8")
    (tmp_path / "THEIRS.csv").write_text("kind,value,note\nmoon,full,\n", encoding="utf-8")
    monkeypatch.setattr(calendars, "files", lambda _package: tmp_path)
    assert load("OURS").zone_offset_ns == 5 * HOUR_NS + HOUR_NS // 2
    with pytest.raises(ValueError, match=r"THEIRS\.csv: moon"):
        load("THEIRS")
