"""What becomes of a transfer: every command about one and every clock that ends comes through
`advance`.

There the table says whether it may be and where it leads; then units and money move together
(exchange/settlement.py), the clocks follow (registry/clocks.py), and an event says what became
true.
"""

from collections.abc import Callable
from functools import partial
from typing import Final

from exchange import transfer_told as told
from exchange.cases import follow_case, review_of
from exchange.checklist import documents_complete
from exchange.command import Command
from exchange.commands import ConfirmTransfer, RejectTransfer
from exchange.evidence_commands import AttachEvidence
from exchange.exceptions import follow_transfer
from exchange.pair_keeping import open_way
from exchange.refusals import Refusal
from exchange.review_commands import ClaimTransfer, ProposeDecision, ReassignTransfer, ReleaseClaim
from exchange.settlement import Emit, charge, follow, free_excess
from exchange.slot_keeping import open_slots
from exchange.state import MoneyLeg, Order, Product, State
from exchange.transfer_commands import (
    AcknowledgeRegistration,
    AnswerPreemption,
    CancelTrade,
    CancelTransfer,
    DeclareSellerDefault,
    FundTransfer,
    LiftOverlay,
    RedeemTransfer,
    RescindTransfer,
    ResubmitTransfer,
    ReturnTransfer,
    ReverseTransfer,
    SetOverlay,
    SignAgreement,
)
from exchange.transfer_hold import held_as_new, held_at_settlement, held_on_arrival
from exchange.types import PartyId, PartyKind, RejectionReason
from matching import BUY, Price, Quantity
from registry.clocks import first_event
from registry.lots import split
from registry.preemption import all_waived, steps_of
from registry.transfer import (
    EITHER,
    UNCONFIRMED_STATES,
    MoneyEffect,
    Overlay,
    Transfer,
    TransferEvent,
    TransferState,
    UnitsEffect,
    find_row,
)
from registry.types import HolderId, TimeNs, TransferId, Units

COMMAND_EVENTS: Final[dict[type[Command], tuple[TransferEvent, ...]]] = {
    ClaimTransfer: (TransferEvent.CLAIM,),
    ReleaseClaim: (TransferEvent.RELEASE,),
    ReassignTransfer: (TransferEvent.CLAIM,),
    ProposeDecision: (TransferEvent.MAKE,),
    ConfirmTransfer: (TransferEvent.CONFIRM,),
    RejectTransfer: (TransferEvent.REJECT,),
    SignAgreement: (TransferEvent.SIGN,),
    FundTransfer: (TransferEvent.FUND,),
    CancelTransfer: (TransferEvent.WITHDRAW, TransferEvent.CONSENT, TransferEvent.CANCEL),
    ReturnTransfer: (TransferEvent.RETURN,),
    ResubmitTransfer: (TransferEvent.RESUBMIT,),
    SetOverlay: (TransferEvent.SET_OVERLAY,),
    LiftOverlay: (TransferEvent.LIFT_OVERLAY,),
    RescindTransfer: (TransferEvent.RESCIND,),
    AnswerPreemption: (TransferEvent.DECLINE, TransferEvent.EXERCISE),
    CancelTrade: (TransferEvent.CANCEL,),
    DeclareSellerDefault: (TransferEvent.SELLER_DEFAULT,),
    AcknowledgeRegistration: (TransferEvent.REGISTER,),
    ReverseTransfer: (TransferEvent.REVERSE,),
    RedeemTransfer: (TransferEvent.REDEEM,),
    AttachEvidence: (TransferEvent.DOCUMENT, TransferEvent.RESET),
}
"""What a command about a transfer may cause; what follows from that at once, the table says. A
document is attached without an event, too (exchange/evidence.py)."""
ANSWERS: Final = frozenset({TransferEvent.CONFIRM, TransferEvent.REJECT})
"""What the trust company says to a transfer."""
DEADLINES: Final = frozenset(
    {
        TransferEvent.LAPSE,
        TransferEvent.AGREED,
        TransferEvent.OVERDUE,
        TransferEvent.DEFAULT,
        TransferEvent.WAIVE,
        TransferEvent.LIFT_OVERLAY,
    }
)
"""What only happens where somebody could have acted in time."""
DECISIONS: Final = frozenset(
    {
        *(TransferEvent.CONFIRM, TransferEvent.REJECT),
        *(TransferEvent.CANCEL, TransferEvent.SELLER_DEFAULT),
    }
)
"""What the officer who caused it is remembered for."""

# Looking a member up on its Enum costs ten times the comparison.
BEGIN: Final = TransferEvent.BEGIN
AGREED: Final = TransferEvent.AGREED
SETTLE: Final = TransferEvent.SETTLE
SIGN: Final = TransferEvent.SIGN
DECLINE: Final = TransferEvent.DECLINE
LIFT_OVERLAY: Final = TransferEvent.LIFT_OVERLAY
SUBMITTED: Final = TransferState.SUBMITTED
CONFIRMED: Final = TransferState.CONFIRMED
HOLD: Final = MoneyEffect.HOLD
PAY: Final = MoneyEffect.PAY
UNLOCK: Final = UnitsEffect.UNLOCK


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
    product.last_price = price
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
    begin(state, transfer, leg, BEGIN, at_ns=at_ns, emit=emit)
    free_excess(state, product, buy, spent=leg.paid)


def begin(
    state: State,
    transfer: Transfer,
    leg: MoneyLeg,
    event: TransferEvent,
    *,
    at_ns: TimeNs,
    emit: Emit,
) -> None:
    """Take a new transfer among the open ones and let it take its first step. The buyer's money is
    reserved for it. Cost: O(sources)."""
    if state.rules.witness is not None:
        state.rules.witness.transfer_begins(transfer, leg.price, at_ns=at_ns)
    state.register.add_transfer(transfer)
    state.money_legs[transfer.transfer_id] = leg
    open_slots(state, transfer)
    open_way(state, transfer)
    state.count_transfer(transfer, 1)
    product = state.products[transfer.product_id]
    _advance(state, product, transfer, event, at_ns=at_ns, emit=emit)
    if state.rules.products or state.rules.transfer_witness is not None:
        held = held_as_new(state, transfer, at_ns=at_ns, emit=emit)
        if held is not None:
            set_overlay(state, transfer, held, at_ns=at_ns, emit=emit)


def ring(state: State, transfer: Transfer, *, at_ns: TimeNs, emit: Emit) -> None:
    """The clock of this transfer that ends first has ended.

    A deadline that passed while nobody could act is set anew instead.
    """
    event, ended_ns = first_event(transfer), transfer.timer_ns
    assert ended_ns is not None, transfer.transfer_id
    assert ended_ns <= at_ns, (transfer.transfer_id, ended_ns, at_ns)
    if event in DEADLINES and nobody_could_act(state, ended_ns):
        clocks = state.clocks[transfer.product_id]
        set_anew(state, transfer, partial(clocks.postpone, event=event, at_ns=at_ns), emit=emit)
        return
    if event is LIFT_OVERLAY:
        refusal = lift_overlay(state, transfer, Overlay.RISK_RAISED, at_ns=at_ns, emit=emit)
        assert refusal is None, (transfer.transfer_id, refusal)
        return
    if event is AGREED:
        event = _cooled_off(state, transfer)
    held = held_at_settlement(state, transfer, at_ns=at_ns, emit=emit) if event is SETTLE else None
    if held is not None:
        refusal = set_overlay(state, transfer, held, at_ns=at_ns, emit=emit)
    else:
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
    """Let this happen to a transfer, with all that follows from it; or say why it may not.

    Args:
        officer: the key of the officer who decides.
        reason: of a rejection.
    """
    refusal = refusal_of(state, transfer, event)
    if refusal is not None:
        return refusal
    product = state.products[transfer.product_id]
    if officer is not None and event in DECISIONS:
        leg = state.leg_of(transfer)
        leg.officer, leg.reason = officer, reason
    state.register.stop_waiting(transfer)
    _advance(state, product, transfer, event, officer=officer, at_ns=at_ns, emit=emit)
    return None


def refusal_of(state: State, transfer: Transfer, event: TransferEvent) -> Refusal | None:
    """Why this cannot happen to a transfer now, or None. Cost: O(1)."""
    row = find_row(transfer.state, event, steps=state.products[transfer.product_id].steps)
    if row is None:
        return Refusal.TRANSFER_NOT_IN_STATE
    if transfer.overlays and not row.under_overlay:
        return Refusal.TRANSFER_HELD
    return None


def set_overlay(
    state: State,
    transfer: Transfer,
    overlay: Overlay,
    *,
    rescission_days: int | None = None,
    officer: str | None = None,
    at_ns: TimeNs,
    emit: Emit,
) -> Refusal | None:
    """Let one more overlay stand over an open transfer: its clocks stop. Refuses ALREADY_DONE.

    Args:
        rescission_days: for so many working days its buyer may rescind; None: after a corporate
            event as the terms say, else not at all.
    """
    refusal = refusal_of(state, transfer, TransferEvent.SET_OVERLAY)
    if refusal is None and overlay in transfer.overlays:
        refusal = Refusal.ALREADY_DONE
    if refusal is not None:
        return refusal
    lets_rescind = rescission_days is not None or overlay is Overlay.CORPORATE_EVENT
    product, clocks = state.products[transfer.product_id], state.clocks[transfer.product_id]
    state.register.stop_waiting(transfer)  # before anything on which its timer depends
    transfer.overlays |= overlay
    if lets_rescind and transfer.state in UNCONFIRMED_STATES:
        clocks.let_rescind(transfer, days=rescission_days, at_ns=at_ns)
    event = TransferEvent.SET_OVERLAY
    _advance(state, product, transfer, event, officer=officer, at_ns=at_ns, emit=emit)
    return None


def lift_overlay(
    state: State,
    transfer: Transfer,
    overlay: Overlay,
    *,
    officer: str | None = None,
    at_ns: TimeNs,
    emit: Emit,
) -> Refusal | None:
    """Let an overlay over an open transfer stand no longer; with the last one its clocks go on.

    Refuses ALREADY_DONE where none stands, and TRANSFER_HELD where others do: so says nobody which.
    """
    refusal = refusal_of(state, transfer, LIFT_OVERLAY)
    if refusal is None and overlay not in transfer.overlays:
        refusal = Refusal.TRANSFER_HELD if transfer.overlays else Refusal.ALREADY_DONE
    if refusal is not None:
        return refusal
    product = state.products[transfer.product_id]
    state.register.stop_waiting(transfer)  # before anything on which its timer depends
    transfer.overlays &= ~overlay
    _advance(state, product, transfer, LIFT_OVERLAY, officer=officer, at_ns=at_ns, emit=emit)
    return None


def cools_off(state: State, transfer: Transfer) -> bool:
    """Whether the buyer may think better of it after both have signed: a natural person, where the
    product gives him the time. Source: SUI-05 of domain D1. Cost: O(1)."""
    if state.products[transfer.product_id].terms.transfer_terms.cooling_off_hours == 0:
        return False
    return state.parties[PartyId(transfer.buyer_id)].kind is PartyKind.NATURAL_PERSON


def lacks_nothing_more(state: State, transfer: Transfer) -> bool:
    """Whether only documents kept the agreement from being made, and nothing does any more. Cost:
    O(1); as `documents_complete` where they did."""
    return (
        transfer.documents_overdue and not transfer.overlays and documents_complete(state, transfer)
    )


def nobody_could_act(state: State, at_ns: TimeNs) -> bool:
    """Whether a moment lies in the last stated downtime. Cost: O(1)."""
    if state.gap is None:
        return False
    from_ns, until_ns = state.gap
    return from_ns < at_ns <= until_ns


def _advance(
    state: State,
    product: Product,
    transfer: Transfer,
    event: TransferEvent,
    *,
    officer: str | None = None,
    at_ns: TimeNs,
    emit: Emit,
) -> None:
    leg = state.leg_of(transfer)
    steps = steps_of(transfer, product.terms.transfer_terms, steps=product.steps)
    row = transfer.advance(event, steps=steps)
    if transfer.state is SUBMITTED and leg.submitted_at_ns is None:
        leg.submitted_at_ns = at_ns
    elif event in ANSWERS:
        leg.answered_at_ns = at_ns
    follow(state, transfer, row, at_ns=at_ns)
    state.clocks[product.product_id].follow(transfer, row, at_ns=at_ns)
    follow_case(state, transfer, row, emit)
    if transfer.registration_due_ns is not None:
        state.keep_until_registered(transfer, leg)
    at_once = _follows_at_once(state, transfer, event)
    settles = at_once is SETTLE
    held = held_on_arrival(state, transfer, event, settles=settles, at_ns=at_ns, emit=emit)
    if held is not None:
        transfer.overlays |= held
        at_once = TransferEvent.SET_OVERLAY
    if at_once is not None:
        # Nothing is in between: both are one record.
        _advance(state, product, transfer, at_once, officer=officer, at_ns=at_ns, emit=emit)
        return
    _wait(state, transfer)
    state.touched.transfers[transfer.transfer_id] = (transfer, leg)
    if row.money is HOLD:
        emit(told.opened(transfer, leg))
    elif row.money is PAY:
        emit(told.settled(transfer, leg))
    elif row.decides:
        emit(told.failed(transfer, leg, event))
    else:
        emit(
            told.advanced(transfer, leg, event, officer=officer, review=review_of(state, transfer))
        )
    follow_transfer(state, transfer, leg, event, at_ns=at_ns, emit=emit)
    if row.decides and transfer.transfer_id in state.negotiations.awaited:
        state.negotiations.decided.append(transfer)  # seen at the end of its command
    if row.units is UNLOCK:
        key, encumbrances = (transfer.product_id, transfer.seller_id), state.register.encumbrances
        if key in encumbrances.of:  # others may have units again
            encumbrances.marking[key] = None


def _follows_at_once(
    state: State, transfer: Transfer, event: TransferEvent
) -> TransferEvent | None:
    if transfer.state is CONFIRMED:
        waits = transfer.due_ns is not None or transfer.overlays
        return None if waits else SETTLE
    if event is SIGN and transfer.signed == EITHER:
        return None if cools_off(state, transfer) else _cooled_off(state, transfer)
    if event is DECLINE:
        terms = state.products[transfer.product_id].terms.transfer_terms
        return TransferEvent.WAIVE if all_waived(terms, transfer) else None
    if event is LIFT_OVERLAY and lacks_nothing_more(state, transfer):
        return AGREED
    return None


def _cooled_off(state: State, transfer: Transfer) -> TransferEvent:
    complete = documents_complete(state, transfer)
    return AGREED if complete else TransferEvent.OVERDUE_DOCUMENTS


def _wait(state: State, transfer: Transfer) -> None:
    timer_ns = state.register.wait(transfer)
    if timer_ns is not None:
        state.note_due(timer_ns)


def set_anew(
    state: State, transfer: Transfer, change: Callable[[Transfer], None], *, emit: Emit
) -> None:
    """Let a change of the transfer's clocks happen, and tell it. Cost: O(log transfers)."""
    leg = state.leg_of(transfer)
    state.register.stop_waiting(transfer)
    change(transfer)
    _wait(state, transfer)
    state.touched.transfers[transfer.transfer_id] = (transfer, leg)
    emit(told.advanced(transfer, leg, None, officer=None, review=review_of(state, transfer)))
