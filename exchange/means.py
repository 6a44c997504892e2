"""Whether a party has what its command would take; if not, the refusal and the figures."""

from exchange.refusals import Refusal
from exchange.reserve_events import MeansMissing
from exchange.state import State
from exchange.types import PartyId
from registry.types import ProductId

MEANS: frozenset[Refusal] = frozenset({Refusal.UNITS_NOT_AVAILABLE, Refusal.MONEY_NOT_AVAILABLE})
"""Refusals that may come with what is missing."""


def check_money(state: State, party_id: PartyId, needed: int) -> Refusal | None:
    """Whether the party has so many fen available. Cost: O(1)."""
    available = state.cash.accounts[party_id].available
    if needed <= available:
        return None
    state.missing = MeansMissing(product_id=None, available=available, needed=needed)
    return Refusal.MONEY_NOT_AVAILABLE


def lacks_units(state: State, product_id: ProductId, *, available: int, needed: int) -> Refusal:
    """The refusal of who has fewer units than that. Cost: O(1)."""
    state.missing = MeansMissing(product_id=product_id, available=available, needed=needed)
    return Refusal.UNITS_NOT_AVAILABLE


def take_missing(state: State) -> MeansMissing | None:
    """What is missing for the command that is refused just now; it is forgotten with it."""
    missing, state.missing = state.missing, None
    return missing
