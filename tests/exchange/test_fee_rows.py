"""Fee schedules have rows, which say what the state says; a database of the version before has them
from its journal."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

import pytest
from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy import text

from exchange.errors import JournalCorrupt
from exchange.fee_commands import SetFeeSchedule
from exchange.fee_state import DatedFees, FeeScheduleId
from exchange.fees import FeeSchedule
from exchange.store import migrations
from exchange.store.database import open_writer
from exchange.store.fee_rows import fee_row
from exchange.store.fee_tables import fee_schedules
from exchange.types import OPERATOR_ID
from registry.calendar import day_in_shanghai
from registry.types import DayNumber, ProductId, TimeNs
from tests.exchange.stored import StoredVenue, traded
from tests.exchange.test_fee_schedules import flat


def charging(tmp_path: Path) -> tuple[Path, list[DatedFees]]:
    """A database in which a schedule of all products and one of a product's own were set."""
    path = traded(tmp_path)
    venue = StoredVenue(path)
    state = venue.sequencer.state
    day = DayNumber(day_in_shanghai(TimeNs(venue.clock.shows_ns)) + 3)
    said: list[tuple[ProductId | None, FeeSchedule]] = [
        (None, flat(7, 8)),
        (next(iter(state.products)), flat(9, least=500)),
    ]
    for product_id, schedule in said:
        (outcome,) = venue.give(
            SetFeeSchedule(
                actor=OPERATOR_ID,
                key=f"fees {product_id}",
                product_id=product_id,
                effective_on=day,
                schedule=schedule,
            )
        )
        assert outcome.refusal is None, outcome
    last = state.sequence
    wanted = [
        DatedFees(FeeScheduleId(last - 1 + place), product_id, day, schedule)
        for place, (product_id, schedule) in enumerate(said)
    ]
    assert state.fees.dated == wanted
    venue.close()
    return path, wanted


def test_what_was_set_has_rows_that_a_restart_compares_with_the_state(tmp_path: Path) -> None:
    path, wanted = charging(tmp_path)
    venue = StoredVenue(path)  # compares every row with the state
    assert set(venue.store.read.rows("fee_schedules")) == {fee_row(each) for each in wanted}
    assert fee_row(wanted[0])[1:6] == (None, wanted[0].effective_on, 7, 0, 10**9)
    assert len(fee_row(wanted[1])) == len(fee_schedules.columns)
    venue.close()


def test_a_row_that_says_something_else_is_found(tmp_path: Path) -> None:
    path, _ = charging(tmp_path)
    writer = open_writer(path)
    with writer.begin() as connection:
        connection.execute(text("UPDATE fee_schedules SET venue_buyer_rate_bps = 1"))
    writer.dispose()
    with pytest.raises(JournalCorrupt, match="a row of fee_schedules differs"):
        StoredVenue(path)


def test_an_older_database_gets_the_schedules_of_its_journal(tmp_path: Path) -> None:
    path, wanted = charging(tmp_path)
    (found,) = (Path(migrations.__path__[0]) / "versions").glob("*_fee_schedules.py")
    migration = import_module(f"{migrations.__name__}.versions.{found.stem}")
    writer = open_writer(path)
    with writer.begin() as connection:
        connection.execute(text("DROP TABLE fee_schedules"))
        with Operations.context(MigrationContext.configure(connection)):
            migration.upgrade()
    writer.dispose()
    venue = StoredVenue(path)
    assert set(venue.store.read.rows("fee_schedules")) == {fee_row(each) for each in wanted}
    venue.close()
