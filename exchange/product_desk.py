"""The standing of a product: it is signed off, opened, suspended, resumed, closed."""

from itertools import chain
from typing import Final

from exchange.admission import refuse_admission
from exchange.codec import terms_digest
from exchange.handler import Handler
from exchange.modes.gathering import is_uncrossing
from exchange.orders import withdraw_order
from exchange.refusals import Refusal
from exchange.register_commands import (
    CloseProduct,
    OpenProduct,
    ResumeProduct,
    SignOffProduct,
    SuspendProduct,
)
from exchange.register_events import ProductAdvanced
from exchange.settlement import Emit
from exchange.state import Product, State
from exchange.types import PartyId, PartyKind, Sequence
from matching import Side
from registry.product import ProductEvent
from registry.types import ProductId, TimeNs


def sign_off_product(
    state: State, command: SignOffProduct, _sequence: Sequence, _at_ns: TimeNs, emit: Emit
) -> Refusal | None:
    """The trust company stands by the terms as it has read them."""
    product = state.products.get(command.product_id)
    if not _is(state, command.actor, PartyKind.TRUST_COMPANY):
        return Refusal.NOT_PERMITTED
    if product is None or product.terms.trust_company_id != command.actor:
        return Refusal.UNKNOWN_PRODUCT
    if command.terms_digest != terms_digest(product.terms):
        return Refusal.CRITERIA_STALE
    return advance(state, product, ProductEvent.SIGN_OFF, emit=emit)


def open_product(
    state: State, command: OpenProduct, _sequence: Sequence, at_ns: TimeNs, emit: Emit
) -> Refusal | None:
    """Trade begins on the register that is posted, if the product's rules admit it."""
    product = product_for(state, command.actor, command.product_id)
    if isinstance(product, Refusal):
        return product
    if command.units_outstanding <= 0:
        return Refusal.QUANTITY_OUT_OF_RANGE
    if command.units_outstanding != state.register.units_outstanding[command.product_id]:
        return Refusal.TOTALS_DIFFER
    return _admit(state, product, ProductEvent.OPEN, at_ns=at_ns, emit=emit)


def suspend_product(
    state: State, command: SuspendProduct, _sequence: Sequence, _at_ns: TimeNs, emit: Emit
) -> Refusal | None:
    """No order is taken; those that rest keep their place, and transfers go on."""
    product = product_for(state, command.actor, command.product_id)
    if isinstance(product, Refusal):
        return product
    return advance(state, product, ProductEvent.SUSPEND, emit=emit)


def resume_product(
    state: State, command: ResumeProduct, _sequence: Sequence, at_ns: TimeNs, emit: Emit
) -> Refusal | None:
    """Orders are taken again, if the product's rules admit it."""
    product = product_for(state, command.actor, command.product_id)
    if isinstance(product, Refusal):
        return product
    return _admit(state, product, ProductEvent.RESUME, at_ns=at_ns, emit=emit)


def close_product(
    state: State, command: CloseProduct, _sequence: Sequence, at_ns: TimeNs, emit: Emit
) -> Refusal | None:
    """Trade has ended for good; no transfer may be open. The orders that rest are withdrawn by the
    clock, which spreads them over as many commands as they need. Cost: O(buyers of the venue's open
    transfers)."""
    product = product_for(state, command.actor, command.product_id)
    if isinstance(product, Refusal):
        return product
    if any(product_id == command.product_id for product_id, _ in state.register.purchases):
        return Refusal.PRODUCT_NOT_IN_STATE
    if is_uncrossing(product):
        return Refusal.PRODUCT_NOT_IN_STATE
    refusal = advance(state, product, ProductEvent.CLOSE, emit=emit)
    if refusal is None:
        product.closed_at_ns = at_ns
        for negotiation in state.negotiations.of_product.get(command.product_id, {}).values():
            state.negotiations.wait(negotiation, due_ns=at_ns)
        state.note_due(at_ns)
    return refusal


def withdraw_next_order(state: State, product: Product, *, at_ns: TimeNs, emit: Emit) -> None:
    """Withdraw the first order of a closed product: bids before asks, each the best first."""
    resting = next(chain(product.book.orders(Side.BUY), product.book.orders(Side.SELL)))
    withdraw_order(state, state.orders[resting.order_id], at_ns=at_ns, emit=emit)


def product_for(
    state: State, actor: PartyId, product_id: ProductId, *, by_trust_company: bool = False
) -> Product | Refusal:
    """The product, if the actor is the operator, or perhaps its trust company. Refuses
    NOT_PERMITTED and UNKNOWN_PRODUCT. Cost: O(1)."""
    product = state.products.get(product_id)
    if _is(state, actor, PartyKind.OPERATOR):
        return Refusal.UNKNOWN_PRODUCT if product is None else product
    if not by_trust_company or not _is(state, actor, PartyKind.TRUST_COMPANY):
        return Refusal.NOT_PERMITTED
    if product is None or product.terms.trust_company_id != actor:
        return Refusal.UNKNOWN_PRODUCT
    return product


def advance(state: State, product: Product, event: ProductEvent, *, emit: Emit) -> Refusal | None:
    """Let this happen to a product. Refuses PRODUCT_NOT_IN_STATE. Cost: O(1)."""
    standing = product.standing
    if not standing.may(event):
        return Refusal.PRODUCT_NOT_IN_STATE
    standing.advance(event)
    state.touched.products[product.product_id] = product
    emit(
        ProductAdvanced(
            product_id=product.product_id,
            trust_company_id=product.terms.trust_company_id,
            event=event,
            state=standing.state,
            version=standing.version,
        )
    )
    return None


HANDLERS: Final[dict[type, Handler]] = {
    SignOffProduct: sign_off_product,
    OpenProduct: open_product,
    SuspendProduct: suspend_product,
    ResumeProduct: resume_product,
    CloseProduct: close_product,
}


def _is(state: State, actor: PartyId, kind: PartyKind) -> bool:
    party = state.parties.get(actor)
    return party is not None and party.kind is kind


def _admit(
    state: State, product: Product, event: ProductEvent, *, at_ns: TimeNs, emit: Emit
) -> Refusal | None:
    refusal = None
    if product.standing.may(event):
        refusal = refuse_admission(state, product, product.mode, at_ns=at_ns)
    return refusal or advance(state, product, event, emit=emit)
