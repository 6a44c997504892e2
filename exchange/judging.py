"""Orders before the rules: the facts of each are gathered here, and what a verdict does to it.

Stages L and B: a sell order is judged as a listing without a buyer, a buy order as a bid without a
seller. What each rule said is kept with the refusal, so that the party reads what was decided.
"""

from typing import Final

from exchange.refusals import Refusal
from exchange.rules.evaluate import explain
from exchange.rules.facts import Deal, HoldingFacts, OfferFacts, PartyFacts, ProductFacts
from exchange.rules.resolve import Ruling
from exchange.rules.types import Finding, Stage, Verdict
from exchange.rules_events import OrderJudged
from exchange.state import Order, Product, State
from matching import SELL, Price, Quantity
from registry.calendar import day_in_shanghai, day_of_date
from registry.types import HolderId, TimeNs

JUDGED: Final = frozenset({Refusal.RULE_BLOCKS, Refusal.RULE_HOLDS})
"""Refusals that come with what every rule said."""
NOTHING: Final = HoldingFacts(0, 0, 0)


def judge_order(
    state: State, product: Product, order: Order, *, price: int, open_quantity: int, at_ns: TimeNs
) -> Refusal | None:
    """Whether the product's rules let the order, at this price and open quantity, into the market.

    Refuses RULE_BLOCKS, and RULE_HOLDS where a person would have to decide. Cost: one look-up for a
    product without packs; else some µs, and O(rules) for a party's first of the day.
    """
    own = state.rules.products.get(product.product_id)
    if own is None:
        return None
    ruling = own.ruling
    if ruling is None or own.known is not product.facts or not ruling.holds(at_ns):
        facts, own.known = _product_facts(state, product), product.facts
        ruling = own.ruling = state.rules.ruling(facts, day_in_shanghai(at_ns))
    deal = _deal(state, ruling, order, price=price, open_quantity=open_quantity, at_ns=at_ns)
    verdict = ruling.judge(deal)
    if verdict < Verdict.HOLD:
        return None
    state.rules.judged = OrderJudged(
        product_id=product.product_id, findings=explain(ruling.at_stage(deal.stage), deal)
    )
    return Refusal.RULE_BLOCKS if verdict is Verdict.BLOCK else Refusal.RULE_HOLDS


def findings_of_order(
    state: State, product: Product, order: Order, *, at_ns: TimeNs
) -> tuple[Finding, ...]:
    """What every rule says of a new order, SANDBOX's for a product without packs. Cost:
    O(rules)."""
    ruling = state.rules.ruling(_product_facts(state, product), day_in_shanghai(at_ns))
    price, open_quantity = order.price, order.open_quantity
    deal = _deal(state, ruling, order, price=price, open_quantity=open_quantity, at_ns=at_ns)
    return explain(ruling.at_stage(deal.stage), deal)


def take_judgement(state: State) -> OrderJudged:
    """What the order that is refused just now is refused for."""
    judged, state.rules.judged = state.rules.judged, None
    assert judged is not None
    return judged


def _deal(
    state: State, ruling: Ruling, order: Order, *, price: int, open_quantity: int, at_ns: TimeNs
) -> Deal:
    party = state.parties[order.party_id]
    holding = state.register.holdings.get((order.product_id, HolderId(order.party_id)))
    sells = order.side is SELL
    has = NOTHING
    if holding is not None:
        # What an order already has reserved is offered once.
        leaving = holding.reserved + holding.locked - (order.reserved if sells else 0)
        has = HoldingFacts(holding.total, max(leaving, 0), holding.principal)
    facts = PartyFacts(order.party_id, party.kind, party.profile, has)
    return Deal(
        stage=Stage.LIST if sells else Stage.BID,
        at_ns=at_ns,
        day=ruling.day,
        product=ruling.product,
        seller=facts if sells else None,
        buyer=None if sells else facts,
        offer=OfferFacts(Quantity(open_quantity), Price(price), order.expires_at_ns),
    )


def _product_facts(state: State, product: Product) -> ProductFacts:
    terms = product.terms
    return ProductFacts(
        product_id=product.product_id,
        product_type=terms.product_type,
        risk_level=product.facts.risk_level,
        par_value=terms.par_value,
        quantity_scale=terms.quantity_scale,
        tick=terms.tick,
        lot=terms.lot,
        maturity_on=None if terms.maturity_date is None else day_of_date(terms.maturity_date),
        calendar=state.calendars[terms.transfer_terms.calendar_id],
    )
