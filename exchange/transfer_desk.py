"""What becomes of a transfer: every command about one and every clock that ends comes through
`advance`.

There the table says whether it may be and where it leads; then units and money move together
(exchange/settlement.py), the clocks follow (registry/clocks.py), and an event says what became
true.
"""

from typing import Final

from exchange.command import Command
from exchange.commands import ConfirmTransfer, RejectTransfer
from exchange.events import TransferAdvanced, TransferFailed, TransferOpened, TransferSettled
from exchange.evidence_commands import AttachEvidence
from exchange.refusals import Refusal
from exchange.settlement import Emit, charge, credits_of, follow, free_excess
from exchange.state import MoneyLeg, Order, Product, State
from exchange.types import PartyId, RejectionReason, Sequence
from matching import BUY, Price, Quantity
from registry.clocks import first_event
from registry.lots import split
from registry.transfer import (
    TERMINAL_STATES,
    MoneyEffect,
    Transfer,
    TransferEvent,
    TransferState,
    find_row,
)
from registry.types import HolderId, TimeNs, TransferId, Units

COMMAND_EVENTS: Final[dict[type[Command], tuple[TransferEvent, ...]]] = {
    ConfirmTransfer: (TransferEvent.CONFIRM,),
    RejectTransfer: (TransferEvent.REJECT,),
    AttachEvidence: (TransferEvent.DOCUMENT,),
}
"""What a command about a transfer may cause; what follows from that at once, the table says."""
DEADLINES: Final = frozenset({TransferEvent.LAPSE})
"""What only happens where somebody could have acted in time."""


def open_transfer(
    state: State,
    product: Product,
    *,
    maker: Order,
    taker: Order,
    price: Price,
    quantity: Quantity,
    transfer_id: TransferId,
    at_ns: TimeNs,
    emit: Emit,
) -> None:
    """Book one fill on both orders, lock the units, put the buyer's money in escrow, and take the
    first step of the product's way."""
    buy, sell = (maker, taker) if maker.side is BUY else (taker, maker)
    product.trades += 1
    leg = charge(state, product, buy=buy, sell=sell, price=price, quantity=quantity, at_ns=at_ns)
    sources, sell.draws = split(sell.draws, quantity)
    transfer = Transfer(
        transfer_id=transfer_id,
        product_id=product.product_id,
        seller_id=HolderId(sell.party_id),
        buyer_id=HolderId(buy.party_id),
        units=Units(quantity),
        sources=sources,
        mature_ns=state.clocks[product.product_id].mature_ns,
    )
    sell.reserved -= quantity
    state.register.add_transfer(transfer)
    state.money_legs[transfer_id] = leg
    state.count_transfer(transfer, 1)
    _advance(state, product, transfer, TransferEvent.BEGIN, at_ns=at_ns, emit=emit)
    free_excess(state, product, buy, spent=leg.in_escrow)


def confirm_transfer(
    state: State, command: ConfirmTransfer, _sequence: Sequence, at_ns: TimeNs, emit: Emit
) -> Refusal | None:
    """Title is confirmed: where no step and no cut-off is in between, the transfer settles in the
    same record."""
    transfer = _as_read(state, command)
    if isinstance(transfer, Refusal):
        return transfer
    return advance(
        state,
        transfer,
        TransferEvent.CONFIRM,
        officer=command.officer,
        at_ns=at_ns,
        emit=emit,
    )


def reject_transfer(
    state: State, command: RejectTransfer, _sequence: Sequence, at_ns: TimeNs, emit: Emit
) -> Refusal | None:
    """The trust company does not confirm: units and money go back, the fees too."""
    transfer = _as_read(state, command)
    if isinstance(transfer, Refusal):
        return transfer
    return advance(
        state,
        transfer,
        TransferEvent.REJECT,
        officer=command.officer,
        reason=command.reason,
        at_ns=at_ns,
        emit=emit,
    )


def ring(state: State, transfer: Transfer, *, at_ns: TimeNs, emit: Emit) -> None:
    """The clock of this open transfer that ends first has ended.

    A deadline that passed while nobody could act is set anew instead.
    """
    event, ended_ns = first_event(transfer), transfer.timer_ns
    assert ended_ns is not None, transfer.transfer_id
    assert ended_ns <= at_ns, (transfer.transfer_id, ended_ns, at_ns)
    if event in DEADLINES and _nobody_could_act(state, ended_ns):
        _postpone(state, transfer, event, at_ns=at_ns, emit=emit)
        return
    refusal = advance(state, transfer, event, at_ns=at_ns, emit=emit)
    assert refusal is None, (transfer.transfer_id, event, refusal)


def advance(
    state: State,
    transfer: Transfer,
    event: TransferEvent,
    *,
    officer: str | None = None,
    reason: RejectionReason | None = None,
    at_ns: TimeNs,
    emit: Emit,
) -> Refusal | None:
    """Let this happen to an open transfer, with all that follows from it; or say why it may not.

    Args:
        officer: the key of the officer who decides.
        reason: of a rejection.
    """
    product = state.products[transfer.product_id]
    if find_row(transfer.state, event, steps=product.steps) is None:
        return Refusal.TRANSFER_NOT_IN_STATE
    if officer is not None:
        leg = state.money_legs[transfer.transfer_id]
        leg.officer, leg.reason = officer, reason
    state.register.stop_waiting(transfer)
    _advance(state, product, transfer, event, at_ns=at_ns, emit=emit)
    return None


def _advance(
    state: State,
    product: Product,
    transfer: Transfer,
    event: TransferEvent,
    *,
    at_ns: TimeNs,
    emit: Emit,
) -> None:
    leg = state.money_legs[transfer.transfer_id]
    row = transfer.advance(event, steps=product.steps)
    follow(state, transfer, row, at_ns=at_ns)
    state.clocks[product.product_id].follow(transfer, row, at_ns=at_ns)
    if transfer.state is TransferState.CONFIRMED and transfer.due_ns is None:
        # Nothing is in between: confirmed and settled are one record.
        _advance(state, product, transfer, TransferEvent.SETTLE, at_ns=at_ns, emit=emit)
        return
    _wait(state, transfer)
    state.touched.transfers[transfer.transfer_id] = (transfer, leg)
    if row.money is MoneyEffect.HOLD:
        emit(_opened(transfer, leg))
    elif row.money is MoneyEffect.PAY:
        emit(_settled(transfer, leg))
    elif transfer.state in TERMINAL_STATES:
        emit(_failed(transfer, leg, event))
    else:
        emit(_advanced(transfer, leg, event, officer=_decider(leg, event)))


def _wait(state: State, transfer: Transfer) -> None:
    timer_ns = transfer.timer_ns
    if timer_ns is not None:
        state.register.wait(transfer)
        state.note_due(timer_ns)


def _nobody_could_act(state: State, at_ns: TimeNs) -> bool:
    if state.gap is None:
        return False
    from_ns, until_ns = state.gap
    return from_ns < at_ns <= until_ns


def _postpone(
    state: State, transfer: Transfer, event: TransferEvent, *, at_ns: TimeNs, emit: Emit
) -> None:
    leg = state.money_legs[transfer.transfer_id]
    state.register.stop_waiting(transfer)
    state.clocks[transfer.product_id].postpone(transfer, event, at_ns=at_ns)
    _wait(state, transfer)
    state.touched.transfers[transfer.transfer_id] = (transfer, leg)
    emit(_advanced(transfer, leg, None, officer=None))


def _as_read(state: State, command: ConfirmTransfer | RejectTransfer) -> Transfer | Refusal:
    """The open transfer, if the actor is the trust company of its product, as which it exists to
    him, and has read it as it is."""
    transfer = state.register.transfers.get(command.transfer_id)
    if transfer is None:
        return Refusal.UNKNOWN_TRANSFER
    if state.money_legs[command.transfer_id].trust_company_id != command.actor:
        return Refusal.UNKNOWN_TRANSFER
    if transfer.version != command.version:
        return Refusal.TRANSFER_VERSION_STALE
    return transfer


def _decider(leg: MoneyLeg, event: TransferEvent) -> str | None:
    return leg.officer if event is TransferEvent.CONFIRM else None


def _opened(transfer: Transfer, leg: MoneyLeg) -> TransferOpened:
    return TransferOpened(
        transfer_id=transfer.transfer_id,
        product_id=transfer.product_id,
        trade_number=leg.trade_number,
        seller_id=PartyId(transfer.seller_id),
        buyer_id=PartyId(transfer.buyer_id),
        trust_company_id=leg.trust_company_id,
        units=transfer.units,
        price=leg.price,
        consideration=leg.consideration,
        buyer_fee_venue=leg.buyer_fee_venue,
        buyer_fee_trust_company=leg.buyer_fee_trust_company,
        seller_fee_venue=leg.seller_fee_venue,
        seller_fee_trust_company=leg.seller_fee_trust_company,
        state=transfer.state,
        deadline_ns=transfer.deadline_ns,
        version=transfer.version,
    )


def _advanced(
    transfer: Transfer, leg: MoneyLeg, event: TransferEvent | None, *, officer: str | None
) -> TransferAdvanced:
    return TransferAdvanced(
        transfer_id=transfer.transfer_id,
        product_id=transfer.product_id,
        trade_number=leg.trade_number,
        seller_id=PartyId(transfer.seller_id),
        buyer_id=PartyId(transfer.buyer_id),
        trust_company_id=leg.trust_company_id,
        units=transfer.units,
        event=event,
        state=transfer.state,
        deadline_ns=transfer.deadline_ns,
        notices=transfer.notices,
        officer=officer,
        version=transfer.version,
    )


def _settled(transfer: Transfer, leg: MoneyLeg) -> TransferSettled:
    assert leg.officer is not None, transfer.transfer_id
    credits = credits_of(transfer, leg)
    return TransferSettled(
        transfer_id=transfer.transfer_id,
        product_id=transfer.product_id,
        trade_number=leg.trade_number,
        seller_id=PartyId(transfer.seller_id),
        buyer_id=PartyId(transfer.buyer_id),
        trust_company_id=leg.trust_company_id,
        units=transfer.units,
        seller_credit=credits.seller,
        venue_credit=credits.venue,
        trust_company_credit=credits.trust_company,
        officer=leg.officer,
        version=transfer.version,
    )


def _failed(transfer: Transfer, leg: MoneyLeg, event: TransferEvent) -> TransferFailed:
    return TransferFailed(
        transfer_id=transfer.transfer_id,
        product_id=transfer.product_id,
        trade_number=leg.trade_number,
        seller_id=PartyId(transfer.seller_id),
        buyer_id=PartyId(transfer.buyer_id),
        trust_company_id=leg.trust_company_id,
        units=transfer.units,
        event=event,
        state=transfer.state,
        refund=leg.in_escrow,
        reason=None if leg.reason is None else RejectionReason(leg.reason),
        officer=leg.officer,
        version=transfer.version,
    )
