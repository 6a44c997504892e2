"""From which contracts the units of transfers come."""

import pytest
from sqlalchemy import Connection, create_engine

from registry.lots import Lot
from registry.store import sources
from registry.store.rows import encode_sources, lot_row
from registry.store.sources import Source, sources_among
from registry.store.tables import lots, metadata, transfers
from registry.types import Draw, LotId, TransferId
from tests.registry.contracts import FIRST, SECOND, contract

UNNAMED = LotId(9_000)


def row(number: int, *draws: Draw) -> dict[str, object]:
    """A transfer's row; of its other columns nothing is read."""
    required = (column for column in transfers.columns if not column.nullable)
    values: dict[str, object] = dict.fromkeys((column.name for column in required), 1)
    return values | {"transfer_id": number, "sources": encode_sources(draws)}


def stored(connection: Connection, made: list[Lot], rows: list[dict[str, object]]) -> None:
    """Put lots and transfers into the database."""
    metadata.create_all(connection, tables=[lots, transfers])
    connection.execute(lots.insert().values([lot_row(lot) for lot in made]))
    connection.execute(transfers.insert(), rows)


@pytest.mark.parametrize("ids_a_statement_max", [1, 2, 1_000])
def test_each_source_is_named_in_the_order_of_drawing(
    monkeypatch: pytest.MonkeyPatch, ids_a_statement_max: int
) -> None:
    monkeypatch.setattr(sources, "IDS_A_STATEMENT_MAX", ids_a_statement_max)
    first, second = contract(FIRST, 100), contract(SECOND, 40)
    unnamed = contract(UNNAMED, 7)
    unnamed.contract = None
    with create_engine("sqlite://").connect() as connection:
        stored(
            connection,
            [first, second, unnamed],
            [row(1, (SECOND, 40), (FIRST, 10)), row(2, (FIRST, 5)), row(3, (UNNAMED, 7))],
        )
        assert sources_among(connection, [TransferId(id_) for id_ in (3, 1, 4)]) == {
            TransferId(1): [
                Source(SECOND, second.contract, 40),
                Source(FIRST, first.contract, 10),
            ],
            TransferId(3): [Source(UNNAMED, None, 7)],
        }
        assert sources_among(connection, []) == {}
