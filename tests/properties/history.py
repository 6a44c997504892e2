"""The history of title in a real database, compared with the model's facts as of every sequence."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import Connection, create_engine

from registry.entries import Entry
from registry.store.as_of import changes_of, holder_as_of, holders_as_of, lots_as_of
from registry.store.rows import LotRow
from registry.store.tables import lots, metadata, register
from registry.types import HolderId, ProductId
from tests.model.register import ModelRegister


def look_back(model: ModelRegister, lot_rows: Iterable[LotRow], entries: list[Entry]) -> None:
    """Assert that the rows answer as the model does: of every product and holder, before the first
    entry, after each and at every sequence between."""
    engine = create_engine("sqlite://")
    metadata.create_all(engine, tables=[lots, register])
    with engine.connect() as connection:
        for table, rows in ((lots, list(lot_rows)), (register, entries)):
            if rows:
                named = [dict(zip(table.columns.keys(), row, strict=True)) for row in rows]
                connection.execute(table.insert(), named)
        for product_id in sorted({lot.product_id for lot in model.lots.values()}):
            _compare_product(connection, model, product_id)
    engine.dispose()


def _compare_product(connection: Connection, model: ModelRegister, product_id: ProductId) -> None:
    of_product = [fact for fact in model.facts if fact.lot.product_id == product_id]
    holders = sorted({fact.lot.holder_id for fact in of_product})
    changed = {fact.sequence for fact in of_product}
    for sequence in range(model.facts[-1].sequence + 2):
        expected = model.holders(product_id, as_of=sequence)
        found = holders_as_of(connection, product_id, sequence=sequence)
        assert [
            (each.holder_id, (each.units, each.principal, each.lots)) for each in found
        ] == list(expected.items())
        assert {
            each.holder_id: (each.pledged, each.frozen)
            for each in found
            if each.pledged or each.frozen
        } == _encumbered(model, product_id, sequence)
        # Between two changes of the product nothing else is asked that could differ.
        if sequence in changed or sequence + 1 in changed:
            for holder_id in holders:
                told = next((each for each in found if each.holder_id == holder_id), None)
                asked = holder_as_of(connection, product_id, holder_id, sequence=sequence)
                assert asked == told
                _compare_lots(connection, model, product_id, holder_id, sequence)
    for holder_id in holders:
        _compare_changes(connection, model, product_id, holder_id)


def _encumbered(
    model: ModelRegister, product_id: ProductId, sequence: int
) -> dict[HolderId, tuple[int, int]]:
    """Pledged and frozen units of everybody who had some, those that are both as frozen."""
    sums: dict[HolderId, tuple[int, int]] = {}
    amounts = model.amounts(sequence)
    for lot_id, (pledged, frozen) in model.encumbered(sequence).items():
        lot = model.lots[lot_id]
        if lot.product_id == product_id and (pledged or frozen):
            before = sums.get(lot.holder_id, (0, 0))
            counted = min(pledged, amounts[lot_id][0] - frozen)
            sums[lot.holder_id] = before[0] + counted, before[1] + frozen
    return sums


def _compare_lots(
    connection: Connection,
    model: ModelRegister,
    product_id: ProductId,
    holder_id: HolderId,
    sequence: int,
) -> None:
    found = lots_as_of(connection, product_id, holder_id, sequence=sequence)
    assert {lot.lot_id: (lot.units, lot.principal, lot.cost) for lot in found} == model.lots_of(
        product_id, holder_id, as_of=sequence
    )
    encumbered = model.encumbered(sequence)
    assert all((lot.pledged, lot.frozen) == encumbered[lot.lot_id] for lot in found)
    assert all(model.lots[lot.lot_id].acquired_on == lot.acquired_on for lot in found)


def _compare_changes(
    connection: Connection, model: ModelRegister, product_id: ProductId, holder_id: HolderId
) -> None:
    """One entry a fact, in the same order, with what the lot had after it."""
    key = product_id, holder_id
    facts = [fact for fact in model.facts if (fact.lot.product_id, fact.lot.holder_id) == key]
    after, found = (0, -1), []
    while page := changes_of(connection, *key, after=after, limit=3):
        found += page
        after = page[-1].sequence, page[-1].ordinal
    assert [(each.sequence, each.lot_id, each.cause.name, each.cause_id) for each in found] == [
        (fact.sequence, fact.lot.lot_id, fact.cause, fact.cause_id) for fact in facts
    ]
    held = 0
    lots_units: dict[int, int] = {}
    for change, fact in zip(found, facts, strict=True):
        held += fact.units
        lots_units[fact.lot.lot_id] = lots_units.get(fact.lot.lot_id, 0) + fact.units
        assert (change.units, change.holding_units) == (lots_units[fact.lot.lot_id], held)
