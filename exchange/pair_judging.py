"""Two parties before the rules of the pair: when they would meet (M), and again when what they have
agreed on goes on (U, C, S). What an order says that must be of a whole holding is asked as long as
it stands (X).

    The book, and a call auction      refused: passed over, MatchSkipped
    A deal by name, an auction's bid  refused: RULE_BLOCKS, with what each rule said
    A transfer                        held, TransferJudged (exchange/transfer_hold.py)

The price of the deal (PRC-01) and how old what is disclosed is (PRD-05) may have come to be what a
person decides while an order stood: then these two do not meet, unless a person has let one of the
orders pass; by name RULE_HOLDS.

What either has afterwards (QI-04, QI-05) is asked where the deal is made, and of nobody do the two
read how much that is; when it goes on, each party is asked by itself (exchange/judging.py).
"""

from collections.abc import Container, Iterable
from typing import Final, NamedTuple

from exchange.clearance_types import Clearance, ClearanceId
from exchange.clearing import clearance_of_deal
from exchange.judging import party_facts, ruling_of
from exchange.match_rule import MATCH_RULES, MatchRule
from exchange.on_the_way import OnTheWay
from exchange.order_class import MUST_BE_WHOLE
from exchange.pair_facts import of_meeting, of_standing, of_transfer, way_of
from exchange.refusals import Refusal
from exchange.rules.check import Aspect
from exchange.rules.checks import CHECKS
from exchange.rules.evaluate import explain, strictest, verdict_of
from exchange.rules.facts import Deal, OfferFacts, PairFacts
from exchange.rules.resolve import Ruling
from exchange.rules.types import Finding, Rule, Stage, Verdict
from exchange.rules_events import OrderJudged
from exchange.rules_state import Judgement
from exchange.state import Order, Product, State
from exchange.types import PartyId
from matching import SELL, Price, Quantity
from registry.transfer import Transfer
from registry.types import TimeNs

BLOCK: Final = Verdict.BLOCK


class Meeting(NamedTuple):
    """What one would sell to another."""

    seller_id: PartyId
    buyer_id: PartyId
    units: Quantity
    price: Price


def rule_between(
    state: State,
    product: Product,
    quantity: Quantity,
    *,
    buy: Order,
    sell: Order,
    price: Price,
    at_ns: TimeNs,
) -> MatchRule | None:
    """The first rule that keeps two orders from meeting, of a product with rules. Cost: some 5 µs
    and 1 µs a rule."""
    ruling = ruling_of(state, product, at_ns)
    for rule in ruling.held_at(price):
        if clearance_between(state, ruling, rule, (buy, sell), price) is None:
            return MATCH_RULES[rule.rule_id]
    rules = ruling.of_meeting()
    if not rules:
        return None
    meeting = Meeting(sell.party_id, buy.party_id, quantity, price)
    facts = _facts(state, product, meeting, way_of(product))
    deal = _deal(state, ruling, Stage.MATCH, meeting, facts, at_ns)
    for rule in rules:
        if verdict_of(rule, deal) is BLOCK:
            return MATCH_RULES[rule.rule_id]
    return None


def judge_pair(
    state: State,
    product: Product,
    meeting: Meeting,
    *,
    makes_deal: bool,
    replaced: int = 0,
    at_ns: TimeNs,
) -> Refusal | None:
    """Whether the rules of the pair let these two deal by name; if not, what each said is kept.
    Refuses RULE_BLOCKS.

    Args:
        makes_deal: what is said makes it. What either has afterwards is asked then alone: else one
            could find out what anybody has, offer by offer.
        replaced: units of an open transfer of the seller's whose place theirs would take.

    Cost: one look-up for a product without rules; else O(rules).
    """
    if product.product_id not in state.rules.products:
        return None
    findings = findings_between(
        state, product, meeting, makes_deal=makes_deal, replaced=replaced, at_ns=at_ns
    )
    if strictest(findings) is not BLOCK:
        return None
    state.rules.judged = OrderJudged(product_id=product.product_id, findings=findings)
    return Refusal.RULE_BLOCKS


def judge_deal(state: State, product: Product, price: Price, *, at_ns: TimeNs) -> None:
    """Keep what the rules say of a deal at this price that is refused for it, or for how old what
    is disclosed is. Cost: O(rules)."""
    ruling = ruling_of(state, product, at_ns)
    findings = explain(ruling.of_deal(), ruling.deal_at(price))
    state.rules.judged = OrderJudged(product_id=product.product_id, findings=findings)


def findings_between(
    state: State,
    product: Product,
    meeting: Meeting,
    *,
    makes_deal: bool,
    replaced: int = 0,
    at_ns: TimeNs,
) -> tuple[Finding, ...]:
    """What each rule of the pair says of these two, of a product with rules. Arguments as of
    `judge_pair`. Cost: O(rules)."""
    rules, deal = rules_between(
        state, product, meeting, makes_deal=makes_deal, replaced=replaced, at_ns=at_ns
    )
    return explain(rules, deal)


def rules_between(
    state: State,
    product: Product,
    meeting: Meeting,
    *,
    makes_deal: bool,
    replaced: int = 0,
    at_ns: TimeNs,
) -> tuple[tuple[Rule, ...], Deal]:
    """By which rules of the pair these two are judged, and what of them. Arguments as of
    `judge_pair`. Cost: O(buyers from either)."""
    ruling = ruling_of(state, product, at_ns)
    facts = _facts(state, product, meeting, way_of(product), replaced)
    deal = _deal(state, ruling, Stage.MATCH, meeting, facts, at_ns)
    return ruling.of_meeting() if makes_deal else ruling.of_pair(Stage.MATCH), deal


def held_between(
    state: State, product: Product, order: Order, *, at_ns: TimeNs
) -> tuple[Finding, ...]:
    """What each rule says that leaves a deal at the order's price to a person, who has not let this
    order pass; nothing of a product without rules. Cost: one look-up; O(rules) where one does."""
    if product.product_id not in state.rules.products:
        return ()
    ruling, price = ruling_of(state, product, at_ns), order.price
    held = [
        rule
        for rule in ruling.held_at(price)
        if clearance_between(state, ruling, rule, (order,), price) is None
    ]
    return explain(held, ruling.deal_at(price)) if held else ()


def failed_between(
    state: State, ruling: Ruling, meeting: Meeting, on_the_way: OnTheWay, *, at_ns: TimeNs
) -> tuple[Finding, ...]:
    """The findings of the rules of the pair that keep two from meeting, whether or not they are
    the product's; none if they let them.

    Args:
        on_the_way: in the product, before the two meet.

    Cost: as `rule_between`; O(rules) more for what fails.
    """
    rules = ruling.of_meeting()
    if not rules:
        return ()
    product = state.products[ruling.product.product_id]
    facts = _facts(state, product, meeting, on_the_way)
    deal = _deal(state, ruling, Stage.MATCH, meeting, facts, at_ns)
    failed = [rule for rule in rules if verdict_of(rule, deal) is BLOCK]
    return explain(failed, deal)


def findings_of_transfer(
    state: State,
    stage: Stage,
    transfer: Transfer,
    *,
    ruling: Ruling | None = None,
    is_whole: bool = False,
    at_ns: TimeNs,
) -> tuple[Finding, ...]:
    """What the rules of the pair say of an open transfer of a product with rules, if they do not
    let it go on; nothing if they do, unless it is to be the whole list. Cost: O(rules).

    Args:
        ruling: these rules; None: the product's own.
    """
    product = state.products[transfer.product_id]
    ruling = ruling or ruling_of(state, product, at_ns)
    rules = ruling.of_pair(stage)
    if not rules:
        return ()
    meeting = Meeting(
        PartyId(transfer.seller_id),
        PartyId(transfer.buyer_id),
        Quantity(transfer.units),
        state.leg_of(transfer).price,
    )
    facts = of_transfer(state, product, transfer)
    findings = explain(rules, _deal(state, ruling, stage, meeting, facts, at_ns))
    return findings if is_whole else _failure(findings)


def findings_of_whole(
    state: State, product: Product, order: Order, *, at_ns: TimeNs
) -> tuple[Finding, ...]:
    """What the rules say of an order that must be of all that its party has, if it no longer is;
    nothing of any other order. Cost: O(1); O(rules) of such an order."""
    if order.side is not SELL or order.counterparty_class not in MUST_BE_WHOLE:
        return ()
    ruling = ruling_of(state, product, at_ns)
    deal = Deal(
        stage=Stage.CONTINUOUS,
        at_ns=at_ns,
        day=ruling.day,
        product=ruling.product,
        seller=party_facts(state, product.product_id, order.party_id, order.reserved),
        buyer=None,
        offer=OfferFacts(Quantity(order.open_quantity), order.price, order.expires_at_ns),
        pair=of_standing(state, product, order),
    )
    return _failure(explain(ruling.of_pair(Stage.CONTINUOUS), deal))


def clearance_between(
    state: State, ruling: Ruling, rule: Rule, orders: Iterable[Order], price: Price
) -> Clearance | None:
    """By which clearance a person has let one of these orders pass what the rule holds of their
    deal; None: by none. Cost: O(clearances of the parties)."""
    judged = state.rules.judged
    looks_at_price = Aspect.PRICE in CHECKS[rule.rule_id].looks_at
    for order in orders:
        using: Container[ClearanceId] = ()
        if isinstance(judged, Judgement) and judged.order_id == order.order_id:
            using = judged.passes_by
        clearance = clearance_of_deal(
            state.rules.clearances.about(order.product_id, order.party_id),
            rule.rule_id,
            order,
            price=price if looks_at_price else order.price,
            using=using,
            ruling=ruling,
            party=state.parties[order.party_id],
        )
        if clearance is not None:
            return clearance
    return None


def _facts(
    state: State, product: Product, meeting: Meeting, on_the_way: OnTheWay, replaced: int = 0
) -> PairFacts:
    return of_meeting(
        state,
        product,
        seller_id=meeting.seller_id,
        buyer_id=meeting.buyer_id,
        units=meeting.units,
        on_the_way=on_the_way,
        replaced=replaced,
    )


def _deal(
    state: State,
    ruling: Ruling,
    stage: Stage,
    meeting: Meeting,
    facts: PairFacts,
    at_ns: TimeNs,
) -> Deal:
    product_id = ruling.product.product_id
    return Deal(
        stage=stage,
        at_ns=at_ns,
        day=ruling.day,
        product=ruling.product,
        seller=party_facts(state, product_id, meeting.seller_id),
        buyer=party_facts(state, product_id, meeting.buyer_id),
        offer=OfferFacts(meeting.units, meeting.price, None),
        pair=facts,
    )


def _failure(findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
    return findings if strictest(findings) is BLOCK else ()
