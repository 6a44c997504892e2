"""What an alternative counts beside an execution: the holder slots of a product under the caps of
its rules, and what is on its way from whom to whom.

Both follow what has happened, command by command, whether or not the product has rules of its own;
nothing of it is the state's.
"""

from collections.abc import Iterable
from typing import TypeAlias

from exchange.events import AnyEvent, TransferFailed, TransferOpened, TransferSettled
from exchange.on_the_way import OnTheWay
from exchange.rules.resolve import Ruling
from exchange.slot_keeping import count_anew, count_holding, move_of
from exchange.slot_rules import caps_of
from exchange.slots import NO_CAPS, Caps, Slots
from exchange.state import State
from registry.transfer import Transfer
from registry.types import HolderId, ProductId, TimeNs, TransferId

Ended: TypeAlias = TransferSettled | TransferFailed


def opened_by(events: Iterable[AnyEvent]) -> frozenset[TransferId]:
    """The transfers that a command has opened. Cost: O(events)."""
    return frozenset(each.transfer_id for each in events if isinstance(each, TransferOpened))


class Followed:
    """The holders and the open transfers of one product, before those that a command opens are
    entered one by one."""

    __slots__ = ("_open", "_product_id", "_ruling", "on_the_way", "slots")

    def __init__(self, state: State, product_id: ProductId, opened: frozenset[TransferId]) -> None:
        """Cost: O(open transfers of the venue).

        Args:
            opened: by the command that was just applied; they are not entered yet.
        """
        self._product_id = product_id
        self._ruling: Ruling | None = None
        self.slots: Slots | None = None
        """None: nothing is capped."""
        self.on_the_way = OnTheWay()
        self._open: set[TransferId] = set()
        for transfer_id, transfer in state.register.transfers.items():
            if transfer.product_id == product_id and transfer_id not in opened:
                self._enter(transfer)

    def follow_rules(self, state: State, ruling: Ruling, opened: frozenset[TransferId]) -> None:
        """The product's caps are those of this ruling. Cost: O(1); of another than before O(rules),
        and of other caps O(holdings and open transfers of the venue)."""
        if ruling is not self._ruling:
            self._ruling = ruling
            caps = caps_of(ruling.rules, ruling.product.product_type)
            if caps != (NO_CAPS if self.slots is None else self.slots.caps):
                self._follow_caps(state, caps, opened)
        if self.slots is not None:
            terms = state.products[self._product_id].terms.transfer_terms
            self.slots.calendar = state.calendars[terms.calendar_id]

    def recount(self, state: State, holder_id: HolderId) -> None:
        """What the party holds may be another. Cost: O(1)."""
        if self.slots is not None:
            count_holding(state, self._product_id, self.slots, holder_id)

    def open(self, state: State, transfer: Transfer) -> None:
        """The transfer is pending from now on. Cost: O(sources)."""
        self._enter(transfer)
        if self.slots is not None:
            self.slots.open(transfer.transfer_id, move_of(state, self.slots, transfer))

    def end(self, event: Ended, *, at_ns: TimeNs) -> None:
        """It is pending no more. Of one that was never entered nothing comes: it was opened and
        ended by one command. Cost: O(1), as `Slots.settled` of one that settled."""
        if event.transfer_id not in self._open:
            return
        self._open.remove(event.transfer_id)
        seller_id, buyer_id = HolderId(event.seller_id), HolderId(event.buyer_id)
        self.on_the_way.close(event.units, seller_id=seller_id, buyer_id=buyer_id)
        if self.slots is not None:
            move = self.slots.close(event.transfer_id)
            if isinstance(event, TransferSettled):
                self.slots.settled(move, self.slots.calendar.day_of(at_ns))

    def _follow_caps(self, state: State, caps: Caps, opened: frozenset[TransferId]) -> None:
        before = self.slots
        self.slots = None if caps == NO_CAPS else count_anew(state, self._product_id, caps)
        if self.slots is None:
            return
        for transfer_id in opened & self.slots.moves.keys():
            self.slots.close(transfer_id)
        if before is not None:
            self.slots.take_over(before)

    def _enter(self, transfer: Transfer) -> None:
        self._open.add(transfer.transfer_id)
        self.on_the_way.open(
            transfer.units, seller_id=transfer.seller_id, buyer_id=transfer.buyer_id
        )
