"""Which of a seller's open transfers are backed: by units that are neither frozen nor pledged."""

from registry.register import Register
from registry.transfer import Overlay
from registry.types import HoldingKey, LotId, TransferId


def unbacked_transfers(register: Register, key: HoldingKey) -> list[TransferId]:
    """The seller's open transfers for which no units are left, in the order in which they were
    opened.

    Older transfers have their units before newer ones; one that could not have all of its units
    takes none. Cost: O(sources of his open transfers).
    """
    holding = register.holdings.get(key)
    if holding is None:
        return []
    room: dict[LotId, int] = {}
    unbacked: list[TransferId] = []
    for transfer_id, transfer in sorted(register.sales.get(key, {}).items()):
        for lot_id, _ in transfer.sources:
            lot = holding.lots[lot_id]
            room.setdefault(lot_id, lot.units - lot.frozen - lot.pledged)
        if all(units <= room[lot_id] for lot_id, units in transfer.sources):
            for lot_id, units in transfer.sources:
                room[lot_id] -= units
        else:
            unbacked.append(transfer_id)
    return unbacked


def held_transfers(register: Register, key: HoldingKey) -> list[TransferId]:
    """The seller's open transfers over which a freeze's overlay stands, in the order in which they
    were opened. Cost: O(his open transfers)."""
    return [
        transfer_id
        for transfer_id, transfer in sorted(register.sales.get(key, {}).items())
        if Overlay.COURT_FREEZE in transfer.overlays
    ]
