"""What has moved a party's money, from the events of the journal.

    event               total     escrow     frozen
    deposit, assigned   + amount
    transfer opened               + paid                 of the buyer
    rest of it paid               + the rest
    transfer settled    - paid    - paid                 of the buyer
                        + credit                         of the seller and who gets fees
    transfer failed     - forfeit - paid                 of the buyer; the seller has the forfeit
                        ± fault fee                      from who is at fault to the other
    transfer reversed   ± amount                         from the payer to the buyer
    transfer redeemed   ± proceeds                       from the trust company to the buyer
    withdrawal asked                         + amount
    refused                                  - amount
    booked              - amount             - amount

Between available and reserved money moves with each order and each fill; of that it is told what
stands behind the order. So over all of a party's movements, total, escrow and frozen give what its
account says, and what is neither in escrow nor frozen is available or reserved.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import Enum
from typing import Final, TypeAlias

from sqlalchemy import Engine

from api.journal_subjects import Subject, SubjectKind
from api.store.journal_index import Sought
from api.workers.journal_index import Journaled, JournalIndex, tag_of
from exchange.events import (
    OrderAccepted,
    OrderClosed,
    OrderReduced,
    OrderReplaced,
    TransferAdvanced,
    TransferFailed,
    TransferOpened,
    TransferRedeemed,
    TransferReversed,
    TransferSettled,
)
from exchange.money_events import DepositRecorded, PaymentResolved, WithdrawalAdvanced
from exchange.payments import PaymentState
from exchange.payouts import WithdrawalEvent
from exchange.reserve_events import ReserveChanged
from exchange.types import OPERATOR_ID, Fen, PartyId
from matching import Side
from registry.store.queries import Reader, transfers_among
from registry.transfer import TransferEvent, Who
from registry.types import ProductId, TimeNs

MOVING: Final = (
    *(DepositRecorded, PaymentResolved, WithdrawalAdvanced),
    *(TransferOpened, TransferAdvanced, TransferSettled, TransferFailed, TransferReversed),
    TransferRedeemed,
)
RESERVING: Final = (OrderAccepted, OrderReduced, OrderReplaced, OrderClosed, ReserveChanged)
OfTransfer: TypeAlias = (
    TransferOpened
    | TransferAdvanced
    | TransferSettled
    | TransferFailed
    | TransferReversed
    | TransferRedeemed
)
EVENTS_AT_ONCE: Final = 500
EITHER: Final = Who.BUYER | Who.SELLER


class CashMoveKind(Enum):
    """What has moved money."""

    PAID_IN = 1  # by the bank's statement, or recorded by hand
    ASSIGNED = 2  # a payment that was nobody's is the party's, or was taken from it
    RESERVED = 3  # so much stands behind an order
    RELEASED = 4  # nothing stands behind it any more
    ESCROWED = 5  # for a transfer
    BOUGHT = 6  # the escrow has paid for units and fees
    SOLD = 7  # less the seller's fees
    FEES_EARNED = 8  # of a transfer: by the venue, or a trust company
    REFUNDED = 9  # a transfer has ended without effect
    FAULT = 10  # a transfer has failed by somebody's fault: a fee or a deposit changes hands
    REVERSED = 11  # a settled transfer is undone
    WITHDRAWAL_REQUESTED = 12  # frozen
    WITHDRAWAL_FAILED = 13  # available again
    PAID_OUT = 14  # by the bank
    REDEEMED = 15  # a trust company has paid out units to who had bought them


@dataclass(frozen=True, slots=True, kw_only=True)
class CashMove:
    """One movement of one party's money, in fen."""

    place: int
    at_ns: TimeNs
    kind: CashMoveKind
    total: int = 0
    escrow: int = 0
    frozen: int = 0
    reserve: int | None = None
    fees: int | None = None
    product_id: ProductId | None = None
    order_id: int | None = None
    transfer_id: int | None = None
    withdrawal_id: int | None = None
    bank_ref: str | None = None


def moves_of(
    index: JournalIndex,
    reader: Engine,
    party_id: PartyId,
    *,
    before: int,
    with_reserves: bool,
    limit: int,
) -> list[CashMove]:
    """The party's movements before this place, newest first. Blocks.

    Cost: O(its events until so many are found); of the operator O(everybody's, likewise).
    """
    kinds = MOVING + RESERVING if with_reserves else MOVING
    # What is the venue's is in events that do not name it: the operator has what others pay.
    about = () if party_id == OPERATOR_ID else (Subject(SubjectKind.PARTY, party_id),)
    found: list[CashMove] = []
    while len(found) < limit:
        events = index.find(
            Sought(
                subjects=about,
                tags=tuple(tag_of(kind) for kind in kinds),
                before=before,
                newest_first=True,
                limit=EVENTS_AT_ONCE,
            )
        )
        found += [move for each in events if (move := _move(each, party_id, index)) is not None]
        if len(events) < EVENTS_AT_ONCE:
            break
        before = events[-1].place
    return _with_fees(reader, party_id, found[:limit])


def _with_fees(reader: Engine, party_id: PartyId, moves: list[CashMove]) -> list[CashMove]:
    """What was paid in fees is the transfer's to say."""
    paying = {CashMoveKind.BOUGHT, CashMoveKind.SOLD}
    numbers = [each.transfer_id for each in moves if each.kind in paying and each.transfer_id]
    with reader.connect() as connection:
        rows = transfers_among(
            connection, reader=Reader.PARTY, party_id=party_id, transfer_ids=numbers
        )
    fees = {
        int(number): row.buyer_fee_venue + row.buyer_fee_trust_company
        if PartyId(row.buyer_id) == party_id
        else row.seller_fee_venue + row.seller_fee_trust_company
        for number, row in rows.items()
    }
    return [
        replace(each, fees=fees[each.transfer_id])
        if each.kind in paying and each.transfer_id is not None
        else each
        for each in moves
    ]


def _move(found: Journaled, party_id: PartyId, index: JournalIndex) -> CashMove | None:
    """What the event has moved of the party's; None: nothing."""
    event = found.event
    match event:
        case DepositRecorded() | PaymentResolved() | WithdrawalAdvanced():
            return _with_the_bank(found, event) if event.party_id == party_id else None
        case OrderAccepted() | OrderReduced() | OrderReplaced() | OrderClosed() | ReserveChanged():
            return _behind_order(found, event) if event.party_id == party_id else None
        case TransferOpened() | TransferAdvanced():
            return _into_escrow(found, event, index) if event.buyer_id == party_id else None
        case TransferSettled():
            return _settled(found, event, party_id)
        case TransferFailed():
            return _failed(found, event, party_id)
        case TransferReversed():
            return _reversed(found, event, party_id)
        case TransferRedeemed():
            return _redeemed(found, event, party_id)
        case _:
            return None


def _with_the_bank(
    found: Journaled, event: DepositRecorded | PaymentResolved | WithdrawalAdvanced
) -> CashMove | None:
    base = CashMove(place=found.place, at_ns=found.at_ns, kind=CashMoveKind.PAID_IN)
    match event:
        case DepositRecorded():
            return replace(base, total=event.amount, bank_ref=event.bank_ref)
        case PaymentResolved():
            if event.state is not PaymentState.ASSIGNED:
                return None
            return replace(base, kind=CashMoveKind.ASSIGNED, total=event.amount)
        case WithdrawalAdvanced():
            base = replace(base, withdrawal_id=event.withdrawal_id)
            amount = event.amount
            match event.event:
                case WithdrawalEvent.REQUEST:
                    return replace(base, kind=CashMoveKind.WITHDRAWAL_REQUESTED, frozen=amount)
                case WithdrawalEvent.DECLINE | WithdrawalEvent.REFUSE:
                    return replace(base, kind=CashMoveKind.WITHDRAWAL_FAILED, frozen=-amount)
                case WithdrawalEvent.BOOK:
                    kind = CashMoveKind.PAID_OUT
                    return replace(base, kind=kind, total=-amount, frozen=-amount)
                case _:
                    return None


def _behind_order(
    found: Journaled,
    event: OrderAccepted | OrderReduced | OrderReplaced | OrderClosed | ReserveChanged,
) -> CashMove | None:
    if not isinstance(event, ReserveChanged) and event.side is not Side.BUY:
        return None
    is_over = isinstance(event, OrderClosed)
    return CashMove(
        place=found.place,
        at_ns=found.at_ns,
        kind=CashMoveKind.RELEASED if is_over else CashMoveKind.RESERVED,
        reserve=0 if isinstance(event, OrderClosed) else event.reserved,
        product_id=event.product_id,
        order_id=event.order_id,
    )


def _into_escrow(
    found: Journaled, event: TransferOpened | TransferAdvanced, index: JournalIndex
) -> CashMove | None:
    paid = event.paid
    if isinstance(event, TransferAdvanced):
        if event.event is not TransferEvent.FUND:
            return None
        paid_before = sum(
            each.event.paid
            for each in index.find(
                Sought(
                    subjects=(Subject(SubjectKind.TRANSFER, event.transfer_id),),
                    tags=(tag_of(TransferOpened),),
                )
            )
            if isinstance(each.event, TransferOpened)
            and each.event.transfer_id == event.transfer_id
        )
        paid = Fen(paid - paid_before)
    return _of_transfer(found, event, CashMoveKind.ESCROWED, escrow=paid)


def _settled(found: Journaled, event: TransferSettled, party_id: PartyId) -> CashMove | None:
    paid = event.seller_credit + event.venue_credit + event.trust_company_credit
    credits: Iterable[tuple[PartyId, CashMoveKind, int]] = (
        (event.seller_id, CashMoveKind.SOLD, event.seller_credit),
        (OPERATOR_ID, CashMoveKind.FEES_EARNED, event.venue_credit),
        (event.trust_company_id, CashMoveKind.FEES_EARNED, event.trust_company_credit),
    )
    if party_id == event.buyer_id:
        return _of_transfer(found, event, CashMoveKind.BOUGHT, total=-paid, escrow=-paid)
    for creditor_id, kind, amount in credits:
        if creditor_id == party_id:
            return _of_transfer(found, event, kind, total=amount)
    return None


def _failed(found: Journaled, event: TransferFailed, party_id: PartyId) -> CashMove | None:
    fee = 0
    if event.fault & EITHER != EITHER:
        fee = event.fault_fee if event.fault is Who.SELLER else -event.fault_fee
    if party_id == event.buyer_id:
        total, escrow = fee - event.forfeited, -(event.refund + event.forfeited)
    elif party_id == event.seller_id:
        total, escrow = event.forfeited - fee, 0
    else:
        return None
    if total == escrow == 0:
        return None
    kind = CashMoveKind.FAULT if total else CashMoveKind.REFUNDED
    return _of_transfer(found, event, kind, total=total, escrow=escrow)


def _reversed(found: Journaled, event: TransferReversed, party_id: PartyId) -> CashMove | None:
    total = event.amount * ((party_id == event.buyer_id) - (party_id == event.payer_id))
    return _of_transfer(found, event, CashMoveKind.REVERSED, total=total) if total else None


def _redeemed(found: Journaled, event: TransferRedeemed, party_id: PartyId) -> CashMove | None:
    paid = (party_id == event.buyer_id) - (party_id == event.trust_company_id)
    total = event.proceeds * paid
    return _of_transfer(found, event, CashMoveKind.REDEEMED, total=total) if total else None


def _of_transfer(
    found: Journaled,
    event: OfTransfer,
    kind: CashMoveKind,
    *,
    total: int = 0,
    escrow: int = 0,
) -> CashMove:
    return CashMove(
        place=found.place,
        at_ns=found.at_ns,
        kind=kind,
        total=total,
        escrow=escrow,
        product_id=event.product_id,
        transfer_id=event.transfer_id,
    )
