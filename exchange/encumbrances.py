"""Pledges and freezes: who enters and ends them, and what becomes of orders and transfers.

A pledge takes available units and so touches neither. A freeze takes what there is: sell orders
that are left without units are withdrawn, and open transfers that are left without are held
(COURT_FREEZE) until they have units again. Source: OWN-02 and OWN-03 of domain D1.
"""

from collections.abc import Iterable
from typing import Final

from exchange.handler import Handler
from exchange.limits import (
    ENCUMBRANCES_PER_HOLDING_MAX,
    FREEZE_DAYS_MAX,
    QUANTITY_MAX,
    TRANSFER_IDS_PER_COMMAND,
)
from exchange.orders import withdraw_order
from exchange.product_desk import product_for
from exchange.refusals import Refusal
from exchange.register_commands import Encumber, ReleaseEncumbrance
from exchange.register_events import EncumbranceReleased, UnitsEncumbered
from exchange.settlement import Emit
from exchange.state import State
from exchange.types import SHA256_BYTES, TRADING_KINDS, PartyId, PartyKind, Sequence
from matching import Side
from registry.calendar import day_in_shanghai, start_in_shanghai
from registry.encumbrance import Encumbrance, EncumbranceKind
from registry.types import DayNumber, EncumbranceId, HoldingKey, TimeNs, Units

KEEPERS: Final = (PartyKind.OPERATOR, PartyKind.TRUST_COMPANY)
"""Who keeps a register."""


def encumber(
    state: State, command: Encumber, sequence: Sequence, at_ns: TimeNs, emit: Emit
) -> Refusal | None:
    """A pledge or freeze stands from now on. Cost: O(lots and sell orders of the holder)."""
    refusal = _refusal_of(state, command, at_ns)
    if refusal is not None:
        return refusal
    ends_ns = (
        None if command.until_on is None else start_in_shanghai(DayNumber(command.until_on + 1))
    )
    encumbrance = Encumbrance(
        encumbrance_id=EncumbranceId(sequence * TRANSFER_IDS_PER_COMMAND),
        kind=command.kind,
        product_id=command.product_id,
        holder_id=command.holder_id,
        lot_id=command.lot_id,
        units=command.units,
        authority=command.authority,
        placed_at_ns=at_ns,
        until_on=command.until_on,
        ends_ns=ends_ns,
    )
    state.register.encumber(encumbrance)
    follow_encumbrances(state, (encumbrance,), at_ns=at_ns, emit=emit)
    return None


def release_encumbrance(
    state: State, command: ReleaseEncumbrance, _sequence: Sequence, at_ns: TimeNs, emit: Emit
) -> Refusal | None:
    """A pledge or freeze stands no longer. Cost: O(lots and encumbrances of the holder)."""
    actor = state.parties.get(command.actor)
    if actor is None or actor.kind not in KEEPERS:
        return Refusal.NOT_PERMITTED
    encumbrance = state.register.encumbrances.by_id.get(command.encumbrance_id)
    if encumbrance is None:
        return Refusal.UNKNOWN_ENCUMBRANCE
    terms = state.products[encumbrance.product_id].terms
    if actor.kind is PartyKind.TRUST_COMPANY and terms.trust_company_id != command.actor:
        return Refusal.UNKNOWN_ENCUMBRANCE
    if len(command.authority) != SHA256_BYTES:
        return Refusal.EVIDENCE_OUT_OF_RANGE
    release(state, encumbrance, authority=command.authority, at_ns=at_ns, emit=emit)
    return None


def end_encumbrance(state: State, *, at_ns: TimeNs, emit: Emit) -> None:
    """The time of the freeze that ends first is over."""
    ends_ns, encumbrance_id = state.register.encumbrances.due[0]
    assert ends_ns <= at_ns, (encumbrance_id, ends_ns, at_ns)
    encumbrance = state.register.encumbrances.by_id[encumbrance_id]
    release(state, encumbrance, authority=None, at_ns=at_ns, emit=emit)


def release(
    state: State, encumbrance: Encumbrance, *, authority: bytes | None, at_ns: TimeNs, emit: Emit
) -> None:
    """A pledge or freeze stands no longer.

    Args:
        authority: SHA-256 of the document that says so; None: its time is over.
    """
    encumbrance.released_at_ns = at_ns
    encumbrance.release_authority = authority
    state.register.let_go(encumbrance)
    follow_encumbrances(state, (encumbrance,), at_ns=at_ns, emit=emit)


def follow_encumbrances(
    state: State, encumbrances: Iterable[Encumbrance], *, at_ns: TimeNs, emit: Emit
) -> None:
    """What becomes of orders and transfers when the register has these, or has let go of them;
    whom they concern is told. Cost: O(sell orders of their holders)."""
    entered: dict[HoldingKey, None] = {}
    for encumbrance in encumbrances:
        key = encumbrance.product_id, encumbrance.holder_id
        emit(_told(state, encumbrance))
        state.register.encumbrances.marking[key] = None
        if encumbrance.released_at_ns is None:
            entered[key] = None
            if encumbrance.ends_ns is not None:
                state.note_due(encumbrance.ends_ns)
    for key in entered:
        _withdraw_unbacked(state, key, at_ns=at_ns, emit=emit)


HANDLERS: Final[dict[type, Handler]] = {
    Encumber: encumber,
    ReleaseEncumbrance: release_encumbrance,
}


def _refusal_of(state: State, command: Encumber, at_ns: TimeNs) -> Refusal | None:
    product = product_for(state, command.actor, command.product_id, by_trust_company=True)
    if product is Refusal.NOT_PERMITTED:
        return product
    holder = state.parties.get(PartyId(command.holder_id))
    if holder is None or holder.kind not in TRADING_KINDS:
        return Refusal.UNKNOWN_PARTY
    if isinstance(product, Refusal):
        return product
    key = command.product_id, command.holder_id
    holding = state.register.holdings.get(key)
    lot = None
    if command.lot_id is not None:
        lot = None if holding is None else holding.lots.get(command.lot_id)
        if lot is None:
            return Refusal.UNKNOWN_LOT
    if not 0 < command.units <= QUANTITY_MAX:
        return Refusal.QUANTITY_OUT_OF_RANGE
    if len(command.authority) != SHA256_BYTES:
        return Refusal.EVIDENCE_OUT_OF_RANGE
    if not _is_time_within_bounds(command, at_ns):
        return Refusal.DATES_OUT_OF_RANGE
    if command.kind is EncumbranceKind.PLEDGE:
        available = 0 if holding is None else holding.available
        if command.units > (available if lot is None else lot.free):
            return Refusal.UNITS_NOT_AVAILABLE
    if len(state.register.encumbrances.of.get(key, ())) >= ENCUMBRANCES_PER_HOLDING_MAX:
        return Refusal.ENCUMBRANCES_MAX
    return None


def _is_time_within_bounds(command: Encumber, at_ns: TimeNs) -> bool:
    """A freeze ends by itself, at most three years on; the end of a pledge is the pledgee's to
    say. Source: 民诉法解释 on the freeze of other property rights."""
    if command.kind is EncumbranceKind.PLEDGE:
        return command.until_on is None
    return (
        command.until_on is not None
        and 0 <= command.until_on - day_in_shanghai(at_ns) <= FREEZE_DAYS_MAX
    )


def _withdraw_unbacked(state: State, key: HoldingKey, *, at_ns: TimeNs, emit: Emit) -> None:
    """Withdraw the holder's sell orders, the newest first, until every unit that stands behind one
    is neither frozen nor pledged."""
    product_id, holder_id = key
    own = state.own_orders.get((PartyId(holder_id), product_id), {})
    holding = state.register.holdings.get(key)
    if holding is None:
        return
    for order_id in sorted(own, reverse=True):
        order = own[order_id]
        if order.side is Side.SELL and any(
            (lot := holding.lots[lot_id]).frozen + lot.pledged + lot.locked + lot.reserved
            > lot.units
            for lot_id, _ in order.draws
        ):
            withdraw_order(state, order, at_ns=at_ns, emit=emit)


def _told(state: State, encumbrance: Encumbrance) -> UnitsEncumbered | EncumbranceReleased:
    trust_company_id = state.products[encumbrance.product_id].terms.trust_company_id
    if encumbrance.released_at_ns is not None:
        return EncumbranceReleased(
            encumbrance_id=encumbrance.encumbrance_id,
            product_id=encumbrance.product_id,
            trust_company_id=trust_company_id,
            holder_id=PartyId(encumbrance.holder_id),
            kind=encumbrance.kind,
            units=Units(encumbrance.units),
            authority=encumbrance.release_authority,
        )
    return UnitsEncumbered(
        encumbrance_id=encumbrance.encumbrance_id,
        product_id=encumbrance.product_id,
        trust_company_id=trust_company_id,
        holder_id=PartyId(encumbrance.holder_id),
        kind=encumbrance.kind,
        lot_id=encumbrance.lot_id,
        units=Units(encumbrance.units),
        held=Units(encumbrance.held),
        authority=encumbrance.authority,
        until_on=encumbrance.until_on,
    )
