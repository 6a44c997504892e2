"""A product goes from one market mode to another: only where nothing of the old one is left.

Where the venue's licence asks for notice the change is announced, and comes by itself at the start
of the day that was named. If the product cannot take it then, it lapses, and nothing is taken from
anybody who has an offer open. Until then it can be called off.
"""

from typing import Final

from exchange.admission import refuse_admission
from exchange.handler import Handler
from exchange.limits import MODE_DAYS_AHEAD_MAX
from exchange.market_commands import CallOffMarketMode, SetMarketMode
from exchange.market_events import (
    MarketModeAnnounced,
    MarketModeCalledOff,
    MarketModeLapsed,
    MarketModeSet,
)
from exchange.modes.call_auction import begin_auctions
from exchange.modes.matrix import may_run
from exchange.modes.notice_state import NOTICE_WORKING_DAYS, ComingMode
from exchange.modes.types import TERMS_OF, MarketMode, ModeTerms
from exchange.product_desk import product_for
from exchange.refusals import Refusal
from exchange.settlement import Emit
from exchange.state import Product, State
from exchange.types import Sequence
from registry.product import ProductState
from registry.types import DayNumber, TimeNs


def set_market_mode(
    state: State, command: SetMarketMode, _sequence: Sequence, at_ns: TimeNs, emit: Emit
) -> Refusal | None:
    """Deals in the product are made in this mode from now on, or from the day that is named.
    VEN-01, VEN-02. Cost: O(1); with notice O(its days)."""
    product = product_for(state, command.actor, command.product_id)
    if isinstance(product, Refusal):
        return product
    refusal = _refusal_of(state, product, command, at_ns)
    if refusal is not None:
        return refusal
    if command.effective_on is None:
        refusal = _refuse_now(state, product, command.mode, at_ns)
        if refusal is None:
            _change(state, product, command.mode, command.terms, at_ns=at_ns, emit=emit)
        return refusal
    _announce(state, product, command, command.effective_on, emit)
    return None


def call_off_market_mode(
    state: State, command: CallOffMarketMode, _sequence: Sequence, _at_ns: TimeNs, emit: Emit
) -> Refusal | None:
    """What was announced for the product does not come. Until its day begins nobody is bound by it,
    so there is no notice of this. Refuses MODE_NOT_ANNOUNCED, also where another mode or day is
    announced than the one that is named. Cost: O(1)."""
    product = product_for(state, command.actor, command.product_id)
    if isinstance(product, Refusal):
        return product
    coming = state.coming_modes.by_product.get(command.product_id)
    if coming is None or (coming.mode, coming.effective_on) != (command.mode, command.effective_on):
        return Refusal.MODE_NOT_ANNOUNCED
    del state.coming_modes.by_product[command.product_id]
    state.touched.products[command.product_id] = product
    emit(
        MarketModeCalledOff(
            product_id=command.product_id,
            mode=coming.mode,
            effective_on=coming.effective_on,
        )
    )
    return None


def apply_coming_mode(state: State, *, at_ns: TimeNs, emit: Emit) -> None:
    """The first of the modes that are announced comes, or lapses. Cost: O(announced)."""
    coming = state.coming_modes.next()
    assert coming is not None, at_ns
    assert coming.effective_ns <= at_ns, coming
    del state.coming_modes.by_product[coming.product_id]
    product = state.products[coming.product_id]
    refusal = _refuse_now(state, product, coming.mode, at_ns)
    if refusal is None:
        _change(state, product, coming.mode, coming.terms, at_ns=at_ns, emit=emit)
        return
    # What the rules said is kept for a command that is refused, and the clock's is not.
    state.rules.judged = None
    state.touched.products[product.product_id] = product
    emit(MarketModeLapsed(product_id=product.product_id, mode=coming.mode, refusal=refusal))


def _refusal_of(
    state: State, product: Product, command: SetMarketMode, at_ns: TimeNs
) -> Refusal | None:
    terms = command.terms
    if TERMS_OF.get(command.mode, type(None)) is not type(terms):
        return Refusal.MODE_TERMS_OUT_OF_RANGE
    if terms is not None and not terms.is_in_range():
        return Refusal.MODE_TERMS_OUT_OF_RANGE
    if not _is_day_in_range(state, product, command.effective_on, at_ns):
        return Refusal.MODE_DAY_OUT_OF_RANGE
    if (command.mode, terms) == (product.mode, product.mode_terms):
        return Refusal.ALREADY_DONE
    if product.closed_at_ns is not None:
        return Refusal.PRODUCT_NOT_IN_STATE
    assert state.profile is not None, command
    if not may_run(state.profile, command.mode, is_approved=state.approval_ref is not None):
        return Refusal.MODE_NOT_LICENSED
    return None


def _is_day_in_range(
    state: State, product: Product, effective_on: DayNumber | None, at_ns: TimeNs
) -> bool:
    assert state.profile is not None, product.product_id
    notice = NOTICE_WORKING_DAYS[state.profile]
    if effective_on is None or notice == 0:
        return effective_on is None and notice == 0
    calendar = state.clocks[product.product_id].calendar
    first = calendar.day_of(calendar.start_after(at_ns, notice))
    return first <= effective_on <= calendar.day_of(at_ns) + MODE_DAYS_AHEAD_MAX


def _refuse_now(state: State, product: Product, mode: MarketMode, at_ns: TimeNs) -> Refusal | None:
    product_id = product.product_id
    if product.closed_at_ns is not None:
        return Refusal.PRODUCT_NOT_IN_STATE
    if len(product.book) > 0 or product.aside or product_id in state.negotiations.of_product:
        return Refusal.MARKET_NOT_EMPTY
    if product.standing.state is not ProductState.LIVE:
        return None
    return refuse_admission(state, product, mode, at_ns=at_ns)


def _announce(
    state: State, product: Product, command: SetMarketMode, effective_on: DayNumber, emit: Emit
) -> None:
    calendar = state.clocks[product.product_id].calendar
    coming = ComingMode(
        product_id=product.product_id,
        mode=command.mode,
        terms=command.terms,
        effective_on=effective_on,
        effective_ns=calendar.moment(effective_on, 0),
    )
    state.coming_modes.announce(coming)
    state.touched.products[product.product_id] = product
    state.note_due(coming.effective_ns)
    emit(MarketModeAnnounced(product_id=product.product_id, coming=coming))


def _change(
    state: State,
    product: Product,
    mode: MarketMode,
    terms: ModeTerms | None,
    *,
    at_ns: TimeNs,
    emit: Emit,
) -> None:
    product.set_mode(mode, terms)
    state.touched.products[product.product_id] = product
    emit(
        MarketModeSet(
            product_id=product.product_id,
            mode=mode,
            terms=terms,
            version=product.mode_version,
        )
    )
    if mode is MarketMode.CALL_AUCTION:
        begin_auctions(state, product, at_ns=at_ns, emit=emit)


HANDLERS: Final[dict[type, Handler]] = {
    SetMarketMode: set_market_mode,
    CallOffMarketMode: call_off_market_mode,
}
