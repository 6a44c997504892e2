"""Amounts kept just below what is reported: several within some days, which together are above it.

Deals of one way, and money that comes from the bank or goes to it, each by itself. Source: AML-02,
many small transfers just under a threshold.
"""

from enum import IntEnum

import msgspec

from exchange.events import AnyEvent, TransferSettled
from exchange.fees import BASIS_POINTS
from exchange.money_events import DepositRecorded, WithdrawalAdvanced
from exchange.payouts import WithdrawalEvent
from exchange.supervision.alerts import Alert, AlertKind, Direction
from exchange.supervision.known import Known, Moment, Timed, transfers_of
from exchange.supervision.large_amounts import threshold_of
from exchange.supervision.parameters import Parameters
from exchange.types import Fen, PartyId
from registry.calendar import DAY_NS
from registry.types import DayNumber, TransferId


class Way(IntEnum):
    """How money goes. The numbers are stored: never reuse one."""

    DEALS = 1  # for units
    BANK = 2  # between the party's account at the venue and its bank


class Moved(msgspec.Struct, frozen=True):
    """Money of a party that has moved."""

    party_id: PartyId
    way: Way
    direction: Direction
    amount: Fen
    transfer_id: TransferId | None = None


class Below(msgspec.Struct, array_like=True, forbid_unknown_fields=True):
    """Finds JUST_BELOW, and begins anew after each. Bounded by the parties that deal in these
    days, with fewer amounts each than make an alert."""

    swept_on: DayNumber = DayNumber(0)
    amounts: dict[tuple[PartyId, Way, Direction], list[Timed]] = msgspec.field(default_factory=dict)
    """Those just below, oldest first."""

    def observe(
        self, event: AnyEvent, at: Moment, known: Known, parameters: Parameters
    ) -> list[Alert]:
        """The amounts that the event completes. Cost: O(1); once a day O(parties)."""
        found = [self._take(moved, at, known, parameters) for moved in _moved(event, known)]
        return [alert for alert in found if alert is not None]

    def _take(self, moved: Moved, at: Moment, known: Known, parameters: Parameters) -> Alert | None:
        terms = parameters.below
        self._sweep(at, terms.days)
        threshold = threshold_of(moved.party_id, known, parameters.large_amounts)
        margin = threshold * terms.margin_bps // BASIS_POINTS
        if not threshold - margin <= moved.amount < threshold:
            return None
        key = (moved.party_id, moved.way, moved.direction)
        since_ns = at.at_ns - terms.days * DAY_NS
        amounts = [each for each in self.amounts.get(key, ()) if each.at_ns > since_ns]
        amounts.append(Timed(at.at_ns, moved.amount, moved.transfer_id))
        total = Fen(sum(each.amount for each in amounts))
        if len(amounts) < terms.amounts or total < threshold:
            self.amounts[key] = amounts
            return None
        self.amounts.pop(key, None)
        return Alert(
            kind=AlertKind.JUST_BELOW,
            sequence=at.sequence,
            at_ns=at.at_ns,
            party_ids=(moved.party_id,),
            direction=moved.direction,
            transfer_ids=transfers_of(amounts),
            amount=total,
            measured=len(amounts),
            limit=terms.amounts,
        )

    def _sweep(self, at: Moment, days: int) -> None:
        """Forget, once a day, those whose last amount is too old to count."""
        if at.day == self.swept_on:
            return
        self.swept_on = at.day
        since_ns = at.at_ns - days * DAY_NS
        old = [key for key, amounts in self.amounts.items() if amounts[-1].at_ns <= since_ns]
        for key in old:
            del self.amounts[key]


def _moved(event: AnyEvent, known: Known) -> list[Moved]:
    """What money the event says has moved."""
    if isinstance(event, TransferSettled):
        amount, number = known.considerations[event.transfer_id], event.transfer_id
        return [
            Moved(event.buyer_id, Way.DEALS, Direction.PAID, amount, number),
            Moved(event.seller_id, Way.DEALS, Direction.RECEIVED, amount, number),
        ]
    if isinstance(event, DepositRecorded):
        return [Moved(event.party_id, Way.BANK, Direction.PAID, event.amount)]
    if isinstance(event, WithdrawalAdvanced) and event.event is WithdrawalEvent.BOOK:
        party_id = event.party_id
        if party_id is not None:
            return [Moved(party_id, Way.BANK, Direction.RECEIVED, event.amount)]
    return []
