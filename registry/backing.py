"""Which of a seller's open transfers are backed: by units that are neither frozen nor pledged."""

from collections.abc import Iterator

from registry.lots import Lot
from registry.register import Register
from registry.transfer import Overlay, Transfer
from registry.types import HoldingKey, LotId


def backing(register: Register, key: HoldingKey) -> Iterator[tuple[Transfer, bool]]:
    """The seller's open transfers in the order in which they were opened, and of each whether
    units are left for it.

    Older transfers have their units before newer ones; one that could not have all of its units
    takes none. Cost: O(sources of his open transfers).
    """
    room: dict[LotId, int] = {}
    for transfer in register.sales.get(key, {}).values():
        sources, lots = transfer.sources, register.holdings[key].lots
        for lot_id, _ in sources:
            if lot_id not in room:
                lot = lots[lot_id]
                room[lot_id] = lot.units - lot.frozen - lot.pledged
        for lot_id, units in sources:  # which may draw from a lot twice
            room[lot_id] -= units
        backed = all(room[lot_id] >= 0 for lot_id, _ in sources)
        if not backed:
            for lot_id, units in sources:
                room[lot_id] += units
        yield transfer, backed


def is_held(transfer: Transfer) -> bool:
    """Whether a freeze's overlay stands over the transfer. Cost: O(1)."""
    return transfer.overlays._value_ & Overlay.COURT_FREEZE._value_ != 0


def may_lack_units(register: Register, transfer: Transfer) -> bool:
    """Whether some transfer that draws from one of its lots is not backed, and it may be this one.
    Cost: O(sources)."""
    lots = register.holdings[transfer.product_id, transfer.seller_id].lots
    return any(_is_short(lots[lot_id]) for lot_id, _ in transfer.sources)


def _is_short(lot: Lot) -> bool:
    return lot.frozen + lot.pledged + lot.locked > lot.units
