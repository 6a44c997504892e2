"""A settled transfer is undone: title and money go back by a record of their own.

A court orders it or an error is proven; the operator gives the act, four eyes where the venue has
them, and names the officer of the trust company who stands for it. Of what the transfer moved,
nothing may have been sold on or be claimed by anybody else: what cannot go back is a claim outside
the venue. Source: D4 of the domain, REVERSED.

Most settled transfers have left the state. The act then says what the transfer's row says, and what
the state knows is compared: the buyer's lot, which has the transfer's number.
"""

from typing import Final

from exchange.encumbrances import release
from exchange.events import TransferReversed
from exchange.exceptions import end_about
from exchange.handler import Handler
from exchange.limits import TRANSFER_IDS_PER_COMMAND
from exchange.officers import ANY_ROLE, officer_of, smallest
from exchange.refusals import Refusal
from exchange.settlement import Emit, follow_back
from exchange.state import Product, State
from exchange.transfer_commands import ReverseTransfer
from exchange.transfer_state import Reversal
from exchange.types import (
    OPERATOR_ID,
    SHA256_BYTES,
    TRADING_KINDS,
    ExceptionKind,
    PartyId,
    Sequence,
)
from registry.encumbrance import EncumbranceKind
from registry.lots import Lot
from registry.transfer import Step, Transfer, TransferEvent, TransferState, find_row
from registry.types import HoldingKey, LotId, TimeNs


def reverse_transfer(
    state: State, command: ReverseTransfer, sequence: Sequence, at_ns: TimeNs, emit: Emit
) -> Refusal | None:
    """Undo a settled transfer. Cost: O(encumbrances of the buyer's holding)."""
    refusal = _refusal_of(state, command, at_ns)
    if refusal is not None:
        return refusal
    for encumbrance_id in command.released:
        encumbrance = state.register.encumbrances.by_id[encumbrance_id]
        release(state, encumbrance, authority=command.authority, at_ns=at_ns, emit=emit)
    product = state.products[command.product_id]
    transfer = _as_settled(command)
    row = transfer.advance(TransferEvent.REVERSE, steps=product.steps)
    reversal = Reversal(
        transfer_id=transfer.transfer_id,
        version=transfer.version,
        lot_id=LotId(sequence * TRANSFER_IDS_PER_COMMAND),
        payer_id=command.payer_id,
        amount=command.amount,
        authority=command.authority,
        confirmed_by=command.confirmed_by,
        officer=command.officer,
        reversed_at_ns=at_ns,
        sequence=sequence,
    )
    waiting = state.register.unregistered.get(transfer.transfer_id)
    if waiting is not None:
        state.register.stop_waiting(waiting)
        state.forget_settled(waiting.transfer_id)
    follow_back(state, transfer, row, reversal, cost=command.cost_moved)
    state.touched.reversals.append(reversal)
    emit(_reversed(product, transfer, command, reversal))
    kind = ExceptionKind.REGISTRATION_LATE  # nothing is to be registered any more
    end_about(state, kind, transfer.transfer_id, at_ns=at_ns, emit=emit)
    return None


def _refusal_of(state: State, command: ReverseTransfer, at_ns: TimeNs) -> Refusal | None:
    if command.actor != OPERATOR_ID:
        return Refusal.NOT_PERMITTED
    product = state.products.get(command.product_id)
    seller = state.parties.get(PartyId(command.seller_id))
    if product is None or seller is None or seller.kind not in TRADING_KINDS:
        return Refusal.UNKNOWN_TRANSFER
    if command.seller_id == command.buyer_id:
        return Refusal.UNKNOWN_TRANSFER
    trust_company_id = product.terms.trust_company_id
    officer = officer_of(state, trust_company_id, command.confirmed_by, role=ANY_ROLE, at_ns=at_ns)
    return smallest(
        officer if isinstance(officer, Refusal) else None,
        _refuse_released(state, command),
        _refuse_payer(state, command, trust_company_id),
        None if len(command.authority) == SHA256_BYTES else Refusal.EVIDENCE_OUT_OF_RANGE,
        _refuse_transfer(state, product, command),
        _refuse_lot(state, command),
    )


def _refuse_released(state: State, command: ReverseTransfer) -> Refusal | None:
    key = command.product_id, command.buyer_id
    freezes = {
        each.encumbrance_id
        for each in state.register.encumbrances.of.get(key, ())
        if each.kind is EncumbranceKind.FREEZE
    }
    released = set(command.released)
    if len(released) < len(command.released) or not released <= freezes:
        return Refusal.UNKNOWN_ENCUMBRANCE
    return None


def _refuse_payer(
    state: State, command: ReverseTransfer, trust_company_id: PartyId
) -> Refusal | None:
    # Nobody else has had money of the transfer's.
    payer_id = command.payer_id
    if payer_id not in (command.seller_id, trust_company_id, OPERATOR_ID):
        return Refusal.UNKNOWN_PARTY
    if command.amount < 0:
        return Refusal.AMOUNT_OUT_OF_RANGE
    if command.amount > state.cash.accounts[payer_id].available:
        return Refusal.MONEY_NOT_AVAILABLE
    return None


def _refuse_transfer(state: State, product: Product, command: ReverseTransfer) -> Refusal | None:
    transfer = state.transfer(command.transfer_id)
    if transfer is None:
        # What waits for its registration is known: any other has been registered by now.
        is_registered = Step.REGISTRATION in product.steps
        return None if command.registered is is_registered else Refusal.TRANSFER_VERSION_STALE
    if transfer.version != command.version:
        return Refusal.TRANSFER_VERSION_STALE
    if find_row(transfer.state, TransferEvent.REVERSE, steps=product.steps) is None:
        return Refusal.TRANSFER_NOT_IN_STATE
    leg = state.leg_of(transfer)
    said = (
        command.registered,
        command.product_id,
        command.trade_number,
        command.seller_id,
        command.buyer_id,
        command.units,
        command.cost_moved,
    )
    known = (
        transfer.state is TransferState.REGISTERED,
        transfer.product_id,
        leg.trade_number,
        transfer.seller_id,
        transfer.buyer_id,
        transfer.units,
        leg.cost_moved,
    )
    return None if said == known else Refusal.CRITERIA_STALE


def _refuse_lot(state: State, command: ReverseTransfer) -> Refusal | None:
    key = command.product_id, command.buyer_id
    holding = state.register.holdings.get(key)
    lot = None if holding is None else holding.lots.get(LotId(command.transfer_id))
    if lot is None or lot.units != command.units:
        return Refusal.LOT_NOT_HELD
    if command.amount > lot.cost:
        return Refusal.AMOUNT_OUT_OF_RANGE
    return None if _is_free(state, key, lot, command) else Refusal.UNITS_NOT_AVAILABLE


def _is_free(state: State, key: HoldingKey, lot: Lot, command: ReverseTransfer) -> bool:
    """Whether nothing lies on the lot, nor will, once the freezes have ended that end."""
    others = [
        each
        for each in state.register.encumbrances.of.get(key, ())
        if each.encumbrance_id not in command.released
    ]
    held = any(lot_id == lot.lot_id for each in others for lot_id, _ in each.draws)
    waited_for = any(
        each.held < each.units and each.lot_id in {None, lot.lot_id} for each in others
    )
    return not (lot.reserved or lot.locked or held or waited_for)


def _as_settled(command: ReverseTransfer) -> Transfer:
    """The transfer as its row has it, which stays so: what is undone is undone by the reversal."""
    return Transfer(
        transfer_id=command.transfer_id,
        product_id=command.product_id,
        seller_id=command.seller_id,
        buyer_id=command.buyer_id,
        units=command.units,
        state=TransferState.REGISTERED if command.registered else TransferState.SETTLED,
        version=command.version,
    )


def _reversed(
    product: Product, transfer: Transfer, command: ReverseTransfer, reversal: Reversal
) -> TransferReversed:
    return TransferReversed(
        transfer_id=transfer.transfer_id,
        product_id=transfer.product_id,
        trade_number=command.trade_number,
        seller_id=PartyId(transfer.seller_id),
        buyer_id=PartyId(transfer.buyer_id),
        trust_company_id=product.terms.trust_company_id,
        units=transfer.units,
        lot_id=reversal.lot_id,
        payer_id=reversal.payer_id,
        amount=reversal.amount,
        authority=reversal.authority,
        confirmed_by=reversal.confirmed_by,
        officer=reversal.officer,
        version=reversal.version,
    )


HANDLERS: Final[dict[type, Handler]] = {ReverseTransfer: reverse_transfer}
