"""Market modes on paper: which licence allows which, and when a product may change."""

from __future__ import annotations

from exchange.commands import OpenLicensedVenue
from exchange.market_commands import CallOffMarketMode, MarketCommand, SetMarketMode
from exchange.market_events import (
    MarketModeAnnounced,
    MarketModeCalledOff,
    MarketModeLapsed,
    MarketModeSet,
)
from exchange.modes.notice_state import ComingMode
from exchange.modes.types import MarketMode, ModeTerms
from exchange.refusals import Refusal
from matching import Phase
from registry.types import DayNumber, ProductId, TimeNs
from tests.model.desk import Applies
from tests.model.ledger import OPERATOR, Ledger
from tests.model.negotiation import open_ones
from tests.model.product import ModelProduct

MATRIX = """
                    CN_VENUE_38  CN_VENUE_LICENSED  JP_PTS  SANDBOX
    NEGOTIATED           Y               Y             C       Y
    LISTED_PRICE         Y               Y             Y       Y
    ENGLISH_AUCTION      Y               Y             C       Y
    RFQ                  C               Y             C       Y
    CALL_AUCTION         N               C             Y       Y
    CONTINUOUS           N               C             Y       Y
"""
"""Domain A2, the columns that the venue's profiles have: yes, no, or with an approval."""


def permission(profile: str, mode: str) -> str:
    """Y, N or C."""
    head, *rows = [line.split() for line in MATRIX.splitlines() if line.strip()]
    (found,) = [row for row in rows if row[0] == mode]
    return found[1 + head.index(profile)]


def is_allowed(ledger: Ledger, mode: str) -> bool:
    """Whether the venue may run the mode."""
    assert ledger.opened is not None
    says = permission(ledger.opened.profile.name, mode)
    return says == "Y" or (says == "C" and isinstance(ledger.opened, OpenLicensedVenue))


def first_mode(ledger: Ledger) -> str:
    """In which a new product begins."""
    return "CONTINUOUS" if is_allowed(ledger, "CONTINUOUS") else "NEGOTIATED"


def rules(ledger: Ledger, command: MarketCommand) -> Applies:
    """Why a product keeps its mode."""
    product = ledger.products.get(command.product_id)
    if ledger.opened is None or command.actor != OPERATOR:
        return [(Refusal.NOT_PERMITTED, True)]
    if product is None:
        return [(Refusal.UNKNOWN_PRODUCT, True)]
    if isinstance(command, CallOffMarketMode):
        return [(Refusal.MODE_NOT_ANNOUNCED, not _is_announced(ledger, product, command))]
    same = (product.mode, product.mode_terms) == (command.mode.name, command.terms)
    return [
        (Refusal.MODE_TERMS_OUT_OF_RANGE, not _are_terms(command.mode, command.terms)),
        (Refusal.MODE_DAY_OUT_OF_RANGE, not _leaves_notice(ledger, product, command)),
        (Refusal.ALREADY_DONE, same),
        (Refusal.PRODUCT_NOT_IN_STATE, product.standing == "CLOSED"),
        (Refusal.MODE_NOT_LICENSED, not is_allowed(ledger, command.mode.name)),
        (
            Refusal.MARKET_NOT_EMPTY,
            command.effective_on is None and _is_open(ledger, product),
        ),
    ]


def why_not_now(ledger: Ledger, product: ModelProduct) -> Refusal | None:
    """Why the product keeps its mode although another one was announced."""
    if product.standing == "CLOSED":
        return Refusal.PRODUCT_NOT_IN_STATE
    return Refusal.MARKET_NOT_EMPTY if _is_open(ledger, product) else None


def call_off(ledger: Ledger, command: CallOffMarketMode) -> MarketModeCalledOff:
    """The product is left as it is."""
    ledger.products[command.product_id].coming = None
    return MarketModeCalledOff(
        product_id=command.product_id, mode=command.mode, effective_on=command.effective_on
    )


def announce(ledger: Ledger, command: SetMarketMode, effective_on: int) -> MarketModeAnnounced:
    """The mode is to come when that day begins."""
    product = ledger.products[command.product_id]
    calendar = ledger.calendar_for(product)
    starts_ns = effective_on * calendar.day_ns - calendar.zone_offset_ns
    product.coming = starts_ns, command.mode.name, command.terms
    return MarketModeAnnounced(
        product_id=command.product_id,
        coming=ComingMode(
            product_id=command.product_id,
            mode=command.mode,
            terms=command.terms,
            effective_on=DayNumber(effective_on),
            effective_ns=TimeNs(starts_ns),
        ),
    )


def lapsed(product: ModelProduct, mode: str, why: Refusal) -> MarketModeLapsed:
    """Nothing has changed."""
    return MarketModeLapsed(product_id=product.product_id, mode=MarketMode[mode], refusal=why)


def _is_open(ledger: Ledger, product: ModelProduct) -> bool:
    products = [order.product for order in ledger.open_orders()]
    return product in [*products, *(each.product for each in open_ones(ledger))]


def _is_announced(ledger: Ledger, product: ModelProduct, command: CallOffMarketMode) -> bool:
    if product.coming is None:
        return False
    starts_ns, mode, _ = product.coming
    is_day = ledger.calendar_for(product).day_of(TimeNs(starts_ns)) == command.effective_on
    return is_day and mode == command.mode.name


def _leaves_notice(ledger: Ledger, product: ModelProduct, command: SetMarketMode) -> bool:
    """In China a working day begins between today and the change, or with it; within 60 days."""
    assert ledger.opened is not None
    day = command.effective_on
    if not ledger.opened.profile.name.startswith("CN_") or day is None:
        return day is None and not ledger.opened.profile.name.startswith("CN_")
    calendar = ledger.calendar_for(product)
    today = (ledger.at_ns + calendar.zone_offset_ns) // calendar.day_ns
    told = range(today + 1, min(day, today + 61) + 1)
    return day <= today + 60 and any(calendar.is_working(DayNumber(each)) for each in told)


def _are_terms(mode: MarketMode, terms: ModeTerms | None) -> bool:
    """A call auction has its times, one after the other within the day; nothing else has any."""
    if mode is not MarketMode.CALL_AUCTION or terms is None:
        return mode is not MarketMode.CALL_AUCTION and terms is None
    taken: list[int] = []
    for minute in terms.uncross_minutes:
        taken += range(minute, minute + terms.window_minutes + 1)
    return (
        1 <= len(terms.uncross_minutes) <= 24
        and terms.window_minutes >= 0
        and taken == sorted(set(taken))
        and all(0 <= minute < 1_440 for minute in taken)
    )


def set_mode(
    ledger: Ledger, product_id: ProductId, mode: str, terms: ModeTerms | None
) -> MarketModeSet:
    """The product has it from now on."""
    product = ledger.products[product_id]
    product.mode, product.mode_terms, product.auction = mode, terms, None
    if product.book.phase is Phase.AUCTION:
        product.book.enter_phase(Phase.CONTINUOUS)
    product.mode_version += 1
    return MarketModeSet(
        product_id=product_id,
        mode=MarketMode[mode],
        terms=terms,
        version=product.mode_version,
    )
