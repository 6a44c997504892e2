"""From which contracts the units of transfers come, for people to read."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

import msgspec
from sqlalchemy import Connection, select

from registry.store.tables import lots, transfers
from registry.types import LotId, TransferId

IDS_A_STATEMENT_MAX: Final = 5_000
"""Below the number of parameters that a database takes."""

_Draws: TypeAlias = list[tuple[int, int]]
_decode_sources = msgspec.msgpack.Decoder(_Draws).decode


@dataclass(frozen=True, slots=True)
class Source:
    """Units that a transfer takes from one lot."""

    lot_id: LotId
    contract: str | None
    """None: the lot goes by its own number."""
    units: int


def sources_among(
    connection: Connection, transfer_ids: Sequence[TransferId]
) -> dict[TransferId, list[Source]]:
    """The source lots of these transfers, in the order in which they are drawn from.

    Cost: O(transfers + their sources).
    """
    draws: dict[TransferId, _Draws] = {}
    for part in _parts(transfer_ids):
        wanted = select(transfers.c.transfer_id, transfers.c.sources)
        for row in connection.execute(wanted.where(transfers.c.transfer_id.in_(part))):
            draws[TransferId(row.transfer_id)] = _decode_sources(row.sources)
    contracts: dict[int, str | None] = {}
    lot_ids = sorted({lot_id for each in draws.values() for lot_id, _ in each})
    for lots_part in _parts(lot_ids):
        named = select(lots.c.lot_id, lots.c.contract).where(lots.c.lot_id.in_(lots_part))
        contracts |= {row.lot_id: row.contract for row in connection.execute(named)}
    return {
        transfer_id: [Source(LotId(lot_id), contracts[lot_id], units) for lot_id, units in each]
        for transfer_id, each in draws.items()
    }


def _parts(ids: Sequence[int]) -> list[Sequence[int]]:
    return [
        ids[start : start + IDS_A_STATEMENT_MAX]
        for start in range(0, len(ids), IDS_A_STATEMENT_MAX)
    ]
