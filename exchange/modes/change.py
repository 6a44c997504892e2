"""A product goes from one market mode to another: only where nothing of the old one is left."""

from typing import Final

from exchange.admission import refuse_admission
from exchange.handler import Handler
from exchange.market_commands import SetMarketMode
from exchange.market_events import MarketModeSet
from exchange.modes.call_auction import begin_auctions
from exchange.modes.matrix import may_run
from exchange.modes.types import TERMS_OF, MarketMode
from exchange.product_desk import product_for
from exchange.refusals import Refusal
from exchange.settlement import Emit
from exchange.state import Product, State
from exchange.types import Sequence
from registry.product import ProductState
from registry.types import TimeNs


def set_market_mode(
    state: State, command: SetMarketMode, _sequence: Sequence, at_ns: TimeNs, emit: Emit
) -> Refusal | None:
    """Deals in the product are made in this mode from now on. VEN-01, VEN-02. Cost: O(1)."""
    product = product_for(state, command.actor, command.product_id)
    if isinstance(product, Refusal):
        return product
    refusal = _refusal_of(state, product, command)
    if refusal is None and product.standing.state is ProductState.LIVE:
        refusal = refuse_admission(state, product, command.mode, at_ns=at_ns)
    if refusal is not None:
        return refusal
    product.set_mode(command.mode, command.terms)
    state.touched.products[product.product_id] = product
    emit(
        MarketModeSet(
            product_id=product.product_id,
            mode=command.mode,
            terms=command.terms,
            version=product.mode_version,
        )
    )
    if command.mode is MarketMode.CALL_AUCTION:
        begin_auctions(state, product, at_ns=at_ns, emit=emit)
    return None


def _refusal_of(state: State, product: Product, command: SetMarketMode) -> Refusal | None:
    terms = command.terms
    if TERMS_OF.get(command.mode, type(None)) is not type(terms):
        return Refusal.MODE_TERMS_OUT_OF_RANGE
    if terms is not None and not terms.is_in_range():
        return Refusal.MODE_TERMS_OUT_OF_RANGE
    if (command.mode, terms) == (product.mode, product.mode_terms):
        return Refusal.ALREADY_DONE
    if product.closed_at_ns is not None:
        return Refusal.PRODUCT_NOT_IN_STATE
    assert state.profile is not None, command
    if not may_run(state.profile, command.mode, is_approved=state.approval_ref is not None):
        return Refusal.MODE_NOT_LICENSED
    if (
        len(product.book) > 0
        or product.aside
        or command.product_id in state.negotiations.of_product
    ):
        return Refusal.MARKET_NOT_EMPTY
    return None


HANDLERS: Final[dict[type, Handler]] = {SetMarketMode: set_market_mode}
