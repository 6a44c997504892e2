"""Negotiations of the engine and those of the model, compared: what is open, and all that was ever
reported."""

from __future__ import annotations

from exchange.modes.negotiation import Acceptance, NegotiationState, OfferState
from exchange.modes.types import MarketMode
from exchange.negotiation_state import Negotiations
from exchange.store.negotiation_rows import take_negotiation_rows
from tests.model.exchange import ModelExchange
from tests.model.limits import Limits
from tests.model.negotiation import ModelNegotiation, ModelOffer, open_ones

Row = tuple[object, ...]


def bounds_of_negotiations(limits: Limits) -> list[tuple[str, int]]:
    """Where the engine keeps its bounds, and what they are to be."""
    return [
        (f"exchange.negotiation_checks.{name}", bound)
        for name, bound in (
            ("NEGOTIATIONS_OPEN_PER_PARTY_MAX", limits.negotiations_open_per_party_max),
            ("NEGOTIATIONS_OPEN_PER_PRODUCT_MAX", limits.negotiations_open_per_product_max),
            ("OFFERS_PER_NEGOTIATION_MAX", limits.offers_per_negotiation_max),
            ("NAMED_PER_REQUEST_MAX", limits.named_max),
        )
    ]


class NegotiationRows:
    """The last that was reported of every negotiation and offer."""

    def __init__(self) -> None:
        self.negotiations: dict[object, Row] = {}
        self.named: list[Row] = []
        self.offers: dict[object, Row] = {}

    def take(self, negotiations: Negotiations) -> None:
        """Write down what was touched; nothing is touched any more."""
        rows = take_negotiation_rows(negotiations)
        self.negotiations.update((row[0], row) for row in rows["negotiations"])
        self.named += rows["negotiation_parties"]
        self.offers.update((row[0], row) for row in rows["offers"])

    def check(self, model: ModelExchange) -> None:
        """Assert that it is what the model says, of what has ended too."""
        said = model.negotiations
        assert self.negotiations == {each.number: negotiation_row(each) for each in said}
        assert self.named == [(each.number, party_id) for each in said for party_id in each.named]
        assert self.offers == {
            offer.number: offer_row(each, offer) for each in said for offer in each.offers
        }


def check_negotiations(negotiations: Negotiations, model: ModelExchange) -> None:
    """Assert that both know the same open ones, in the same order, with the same offers."""
    open_now = open_ones(model)
    assert list(negotiations.by_id) == [each.number for each in open_now]
    assert [list(each.offers) for each in negotiations.by_id.values()] == [
        [offer.number for offer in each.standing] for each in open_now
    ]
    assert list(negotiations.timers) == sorted((each.due_ns, each.number) for each in open_now)


def negotiation_row(negotiation: ModelNegotiation) -> Row:
    """A negotiation of the model, in column order of the table."""
    acceptance = negotiation.acceptance
    return (
        negotiation.number,
        negotiation.product.product_id,
        MarketMode[negotiation.mode].value,
        negotiation.opener,
        negotiation.side.value,
        negotiation.price,
        negotiation.quantity,
        negotiation.left,
        int(negotiation.parts),
        Acceptance[acceptance].value if acceptance else None,
        int(not negotiation.named),
        negotiation.lapses_ns,
        negotiation.opened_at_ns,
        negotiation.changed_at_ns,
        NegotiationState[negotiation.state].value,
        negotiation.version,
        negotiation.transfer_id,
    )


def offer_row(negotiation: ModelNegotiation, offer: ModelOffer) -> Row:
    """An offer of the model, in column order of the table."""
    return (
        offer.number,
        negotiation.number,
        offer.party_id,
        offer.price,
        offer.quantity,
        offer.lapses_ns,
        offer.made_at_ns,
        offer.changed_at_ns,
        OfferState[offer.state].value,
    )
