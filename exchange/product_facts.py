"""A product as rules look at it, made from the engine's own or from a view of what is committed."""

from typing import Protocol

from exchange.commands import CreateProduct
from exchange.modes.types import MarketMode
from exchange.price_types import PriceFacts
from exchange.rules.facts import ProductFacts
from registry.calendar import Calendar, day_of_date
from registry.types import ProductId


class Described(Protocol):
    """A product with its terms, its mode and what is disclosed of it."""

    @property
    def product_id(self) -> ProductId: ...
    @property
    def terms(self) -> CreateProduct: ...
    @property
    def mode(self) -> MarketMode: ...
    @property
    def facts(self) -> PriceFacts: ...


def product_facts(product: Described, calendar: Calendar) -> ProductFacts:
    """The product, as far as rules look at it. Cost: O(1).

    Args:
        calendar: of its working days.
    """
    terms, facts = product.terms, product.facts
    return ProductFacts(
        product_id=product.product_id,
        product_type=terms.product_type,
        risk_level=facts.risk_level,
        par_value=terms.par_value,
        quantity_scale=terms.quantity_scale,
        tick=terms.tick,
        lot=terms.lot,
        units_issued=terms.units_issued,
        maturity_on=None if terms.maturity_date is None else day_of_date(terms.maturity_date),
        calendar=calendar,
        trust_company_id=terms.trust_company_id,
        mode=product.mode,
        known=facts,
    )
