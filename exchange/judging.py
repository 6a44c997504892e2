"""Orders before the rules: the facts of each are gathered here, and what a verdict does to it.

Stages L and B: a sell order is judged as a listing without a buyer, a buy order as a bid without a
seller. What each rule said is kept with the refusal, so that the party reads what was decided.
Stage X: what stands is asked again, party by party, what does not depend on the single order. So
are the parties to a transfer on its way, at stages U, C and S (exchange/transfer_hold.py). Where
both are known (M, and U, C and S again) the rules of the pair are asked: exchange/pair_judging.py.
Stage P: a product is asked as it is admitted, and as long as it is open (exchange/admission.py). Of
a deal by name, and of one who takes a buyer's place, the rules of holder slots are told likewise.
Rules that the product does not have may be asked too; nothing comes of it.
"""

from collections.abc import Iterable
from typing import Final

from msgspec.structs import replace

from exchange.clearance_types import ClearanceId
from exchange.clearing import clearance_of_order, cleared
from exchange.evidence_types import EvidenceSubject
from exchange.match_rule import SLOT_RULE_IDS
from exchange.money_types import BankAccountState
from exchange.own_orders import meets_own
from exchange.pair_facts import of_listing, of_own
from exchange.product_facts import product_facts
from exchange.refusals import Refusal
from exchange.rules.evaluate import explain, strictest
from exchange.rules.facts import (
    Deal,
    HoldingFacts,
    OfferFacts,
    OwnFacts,
    PairFacts,
    PartyFacts,
    ProductFacts,
    SlotChange,
    SlotFacts,
    TransferFacts,
)
from exchange.rules.resolve import Ruling
from exchange.rules.types import Finding, Rule, Stage, Verdict
from exchange.rules_events import OrderJudged
from exchange.rules_state import Judgement
from exchange.seats import Move
from exchange.slots import NO_TRANSFER, Slots
from exchange.state import Order, Product, State
from exchange.types import PartyId
from matching import SELL, Price, Quantity, Side
from registry.calendar import day_in_shanghai
from registry.terms import ChecklistItem
from registry.transfer import Transfer
from registry.types import HolderId, ProductId, TimeNs, TransferId

JUDGED: Final = frozenset(
    {
        *(Refusal.RULE_BLOCKS, Refusal.RULE_HOLDS, Refusal.WARNING_NOT_ACKNOWLEDGED),
        *(Refusal.HOLDER_SLOTS, Refusal.TURNAROUND),
    }
)
"""Refusals that come with what every rule said."""
REFUSED_FOR: Final = {
    Verdict.WARN: Refusal.WARNING_NOT_ACKNOWLEDGED,
    Verdict.HOLD: Refusal.RULE_HOLDS,
    Verdict.BLOCK: Refusal.RULE_BLOCKS,
}
"""Why an offer is refused of which the rules say this."""
PASS: Final = Verdict.PASS
WARN: Final = Verdict.WARN
HOLD: Final = Verdict.HOLD
LIST: Final = Stage.LIST
BID: Final = Stage.BID
"""Looking a member up on its Enum costs ten times the comparison."""
NOTHING: Final = HoldingFacts(0, 0, 0)


def judge_order(
    state: State, product: Product, order: Order, *, price: Price, open_quantity: int, at_ns: TimeNs
) -> Refusal | None:
    """Whether the product's rules let the order, at this price and open quantity, into the market.

    Refuses RULE_BLOCKS, RULE_HOLDS where a person would have to decide, WARNING_NOT_ACKNOWLEDGED
    where the party has not said that it has read what a rule warns of. Cost: one look-up for a
    product without packs; else some µs, and O(rules) for a party's first of the day.
    """
    if product.product_id not in state.rules.products:
        return None
    assert not state.rules.waiting, product.product_id  # an order that stands is yet to be judged
    ruling = ruling_of(state, product, at_ns)
    offer = OfferFacts(Quantity(open_quantity), price, order.expires_at_ns)
    facts, slots = _facts_of(state, order, _reserved(order)), _slots_of_offer(state, order, at_ns)
    # An order that meets its party's own was refused before its product's rules are asked.
    deal = _asked(state, ruling, order, offer, facts, slots, at_ns)
    passes, witness = ruling.judge(deal) <= PASS, state.rules.witness
    if passes and witness is None:
        return None
    deal = _in_full(product, order, deal)
    findings, passes_by = _with_clearances(
        state,
        order,
        ruling,
        explain(ruling.at_stage(deal.stage), deal),
        price=price,
        open_quantity=open_quantity,
    )
    if witness is not None:
        witness.order_asked(order.order_id, order.product_id, order.side, findings, at_ns=at_ns)
        if passes:
            return None
    state.rules.judged = Judgement(
        product_id=product.product_id,
        party_id=order.party_id,
        order_id=order.order_id,
        side=order.side,
        price=price,
        quantity=Quantity(order.filled_quantity + open_quantity),
        findings=findings,
        passes_by=passes_by,
    )
    acknowledged = state.rules.acknowledged
    against = strictest(
        each for each in findings if each.verdict > WARN or each.rule_id not in acknowledged
    )
    return REFUSED_FOR.get(against)


def judge_slots(
    state: State,
    product: Product,
    move: Move,
    *,
    price: Price,
    replaced_id: TransferId | None = None,
    at_ns: TimeNs,
) -> None:
    """Keep what the rules say of holder slots about a deal that is refused for them.

    Args:
        replaced_id: of the open transfer whose place the deal would take.

    Cost: O(rules + open transfers of the parties).
    """
    findings = findings_of_slots(
        state,
        ruling_of(state, product, at_ns),
        state.slots[product.product_id],
        move,
        price=price,
        replaced_id=replaced_id,
        at_ns=at_ns,
    )
    state.rules.judged = OrderJudged(product_id=product.product_id, findings=findings)


def findings_of_slots(
    state: State,
    ruling: Ruling,
    slots: Slots,
    move: Move,
    *,
    price: Price,
    replaced_id: TransferId | None = None,
    at_ns: TimeNs,
) -> tuple[Finding, ...]:
    """What the rules of holder slots and turnaround, whether or not they are the product's, say of
    a deal that these slots do not have yet. Arguments and cost as of `judge_slots`."""
    before, after = slots.changes(move, NO_TRANSFER, replaced_id=replaced_id)
    product_id = ruling.product.product_id
    deal = Deal(
        stage=Stage.MATCH,
        at_ns=at_ns,
        day=ruling.day,
        product=ruling.product,
        seller=party_facts(state, product_id, PartyId(move.seller_id)),
        buyer=party_facts(state, product_id, PartyId(move.buyer_id)),
        offer=OfferFacts(Quantity(move.units), price, None),
        slots=SlotFacts(
            day=move.day,
            seller_free_on=slots.may_sell_on(move.seller_id),
            buyer_free_on=slots.may_buy_on(move.buyer_id),
            natural_small=SlotChange(before.natural_small.used, after.natural_small.used),
            now=SlotChange(before.now.used, after.now.used),
            ever=SlotChange(before.ever.used, after.ever.used),
        ),
    )
    at_match = ruling.at_stage(Stage.MATCH)
    return explain([rule for rule in at_match if rule.rule_id in SLOT_RULE_IDS], deal)


def findings_against(
    state: State, product: Product, party_id: PartyId, side: Side, *, at_ns: TimeNs
) -> tuple[Finding, ...]:
    """What each rule says of the orders that a party has on one side of a product with rules, if
    they may stand no longer; nothing if they may. Cost: O(rules)."""
    ruling = ruling_of(state, product, at_ns)
    rules = ruling.standing(Stage.LIST if side is SELL else Stage.BID)
    deal = _deal_of_party(state, ruling, Stage.CONTINUOUS, party_id, side, at_ns=at_ns)
    return _explain_failure(rules, deal)


def findings_on_the_way(
    state: State,
    transfer: Transfer,
    stage: Stage,
    side: Side,
    *,
    ruling: Ruling | None = None,
    is_whole: bool = False,
    at_ns: TimeNs,
) -> tuple[Finding, ...]:
    """What each rule of this stage says of a party to an open transfer of a product with rules, if
    they do not let the transfer go on; nothing if they do, unless it is to be the whole list. As
    of an order that stands, the rules are asked that look at who, at the product and at the day;
    those that look at the transfer's papers; and those that look at what the party has afterwards,
    by what has come to it until now. Cost: O(rules + documents).

    Args:
        ruling: these rules; None: the product's own.
    """
    product = state.products[transfer.product_id]
    party_id = PartyId(transfer.seller_id if side is SELL else transfer.buyer_id)
    ruling = ruling or ruling_of(state, product, at_ns)
    sells = side is SELL
    facts = party_facts(state, product.product_id, party_id, transfer.units if sells else 0)
    deal = Deal(
        stage=stage,
        at_ns=at_ns,
        day=ruling.day,
        product=ruling.product,
        seller=facts if sells else None,
        buyer=None if sells else facts,
        offer=OfferFacts(Quantity(transfer.units), state.leg_of(transfer).price, None),
        transfer=_transfer_facts(state, product, transfer, party_id),
    )
    rules = ruling.of_transfer(stage)
    return explain(rules, deal) if is_whole else _explain_failure(rules, deal)


def findings_of_order(
    state: State, product: Product, order: Order, *, at_ns: TimeNs
) -> tuple[Finding, ...]:
    """What every rule says of a new order, SANDBOX's for a product without packs, and by which
    clearance it passes. Cost: O(rules + clearances of the party)."""
    ruling = state.rules.ruling(_product_facts(state, product), day_in_shanghai(at_ns))
    deal = _deal_of_order(state, ruling, order, at_ns)
    findings = explain(ruling.at_stage(deal.stage), deal)
    price, quantity = order.price, order.open_quantity
    found, _ = _with_clearances(state, order, ruling, findings, price=price, open_quantity=quantity)
    return found


def rules_of_order(
    state: State, product: Product, order: Order, *, at_ns: TimeNs
) -> tuple[tuple[Rule, ...], Deal]:
    """By which rules a new order is judged, and what of it. Cost: O(rules)."""
    ruling = state.rules.ruling(_product_facts(state, product), day_in_shanghai(at_ns))
    deal = _deal_of_order(state, ruling, order, at_ns)
    return ruling.at_stage(deal.stage), deal


def ruling_by(state: State, product: Product, rules: Iterable[Rule], *, at_ns: TimeNs) -> Ruling:
    """These rules, whether or not they are the product's, ready to be asked on the moment's day.
    Cost: O(rules)."""
    return Ruling(tuple(rules), _product_facts(state, product), day_in_shanghai(at_ns))


def failed_by(
    state: State, ruling: Ruling, order: Order, offer: OfferFacts, *, claimed: int, at_ns: TimeNs
) -> tuple[Finding, ...]:
    """The findings of the rules that an offer fails at stage L or B; none if they let it in.

    Args:
        order: whose offer it is, or of which it is a part.
        claimed: units of the offer that are reserved or locked for it already; of a buyer 0.

    Holder slots and turnaround are not among the facts: what is kept of them follows from the
    product's own rules. Cost: as `judge_order`; O(rules) more for what fails.
    """
    facts = _facts_of(state, order, claimed)
    deal = _asked(state, ruling, order, offer, facts, None, at_ns)
    if ruling.judge(deal) <= WARN:
        return ()  # a warning refuses nobody who reads it
    product = state.products[order.product_id]
    findings = explain(ruling.at_stage(deal.stage), _in_full(product, order, deal))
    return tuple(each for each in findings if each.verdict > WARN)


def ruling_of(state: State, product: Product, at_ns: TimeNs) -> Ruling:
    """The rules of the day of a product with rules, made anew where something that they depend on
    is another. Cost: O(1); O(packs + rules) where it is."""
    own = state.rules.products[product.product_id]
    ruling = own.ruling
    if ruling is None or not ruling.is_of(product.facts, product.mode, at_ns):
        facts = _product_facts(state, product)
        ruling = own.ruling = state.rules.ruling(facts, day_in_shanghai(at_ns))
    return ruling


def party_facts(
    state: State, product_id: ProductId, party_id: PartyId, reserved: int = 0
) -> PartyFacts:
    """A party and its holding. Cost: O(1).

    Args:
        reserved: units of it that the deal itself has reserved.
    """
    party = state.parties[party_id]
    holding = state.register.holdings.get((product_id, HolderId(party_id)))
    has = NOTHING
    if holding is not None:
        leaving = holding.reserved + holding.locked - reserved
        if leaving < 0:  # noqa: PLR1730  every order asks: a call costs five times as much
            leaving = 0
        has = HoldingFacts(holding.total, leaving, holding.principal)
    return PartyFacts(party_id, party.kind, party.profile, has, party.orders_open)


def _with_clearances(
    state: State,
    order: Order,
    ruling: Ruling,
    findings: tuple[Finding, ...],
    *,
    price: int,
    open_quantity: int,
) -> tuple[tuple[Finding, ...], tuple[ClearanceId, ...]]:
    """The findings as they are since a person has decided what rules leave to him, and by which
    clearances the order passes."""
    about = state.rules.clearances.about(order.product_id, order.party_id)
    if not about:
        return findings, ()
    party, found, passes_by = state.parties[order.party_id], list(findings), set[ClearanceId]()
    for index, finding in enumerate(findings):
        clearance = finding.verdict is HOLD and clearance_of_order(
            about,
            finding.rule_id,
            order,
            price=price,
            open_quantity=open_quantity,
            ruling=ruling,
            party=party,
        )
        if clearance:
            found[index] = cleared(finding, clearance)
            passes_by.add(clearance.clearance_id)
    return tuple(found), tuple(sorted(passes_by))


def _explain_failure(rules: tuple[Rule, ...], deal: Deal) -> tuple[Finding, ...]:
    findings = explain(rules, deal)
    return findings if strictest(findings) >= Verdict.HOLD else ()


def _deal_of_party(
    state: State, ruling: Ruling, stage: Stage, party_id: PartyId, side: Side, *, at_ns: TimeNs
) -> Deal:
    """What rules of a party see of it on this side, whatever is offered."""
    party = state.parties[party_id]
    facts = PartyFacts(party_id, party.kind, party.profile, NOTHING)
    return Deal(
        stage=stage,
        at_ns=at_ns,
        day=ruling.day,
        product=ruling.product,
        seller=facts if side is SELL else None,
        buyer=None if side is SELL else facts,
        offer=None,
    )


def _deal_of_order(state: State, ruling: Ruling, order: Order, at_ns: TimeNs) -> Deal:
    offer = OfferFacts(Quantity(order.open_quantity), order.price, order.expires_at_ns)
    facts, slots = _facts_of(state, order, _reserved(order)), _slots_of_offer(state, order, at_ns)
    deal = _asked(state, ruling, order, offer, facts, slots, at_ns)
    own, asks_owner = deal.own, ruling.besides(deal.stage).owner
    if own is not None and asks_owner and meets_own(state, order, order.price):
        deal = replace(deal, own=OwnFacts(own.is_two_way, meets_owner=True))
    return _in_full(state.products[order.product_id], order, deal)


def _asked(
    state: State,
    ruling: Ruling,
    order: Order,
    offer: OfferFacts,
    facts: PartyFacts,
    slots: SlotFacts | None,
    at_ns: TimeNs,
) -> Deal:
    """An offer of the order's party, with as much as the rules look at that may fail."""
    sells = order.side is SELL
    stage = LIST if sells else BID
    besides = ruling.besides(stage)
    pair: PairFacts | None = None
    if sells and besides.pair:
        product, held = state.products[order.product_id], facts.holding.units
        pair = of_listing(product, order, held=held, open_quantity=offer.quantity)
    return Deal(
        stage=stage,
        at_ns=at_ns,
        day=ruling.day,
        product=ruling.product,
        seller=facts if sells else None,
        buyer=None if sells else facts,
        offer=offer,
        slots=slots,
        pair=pair,
        own=of_own(state, besides, order, offer.price),
    )


def _in_full(product: Product, order: Order, deal: Deal) -> Deal:
    """The same offer, with all that any rule looks at."""
    if deal.seller is None or deal.pair is not None or deal.offer is None:
        return deal
    held, quantity = deal.seller.holding.units, deal.offer.quantity
    return replace(deal, pair=of_listing(product, order, held=held, open_quantity=quantity))


def _facts_of(state: State, order: Order, claimed: int) -> PartyFacts:
    facts = party_facts(state, order.product_id, order.party_id, claimed)
    if order.order_id in state.orders:  # one of those that stand
        return replace(facts, orders_open=facts.orders_open - 1)
    return facts


def _reserved(order: Order) -> int:
    """Units: what an order already has reserved is offered once."""
    return order.reserved if order.side is SELL else 0


def _slots_of_offer(state: State, order: Order, at_ns: TimeNs) -> SlotFacts | None:
    slots = state.slots.get(order.product_id)
    if slots is None or not slots.caps.turnaround_days:
        return None  # of one offer alone nothing else is known
    holder_id, day = HolderId(order.party_id), slots.calendar.day_of(at_ns)
    if order.side is SELL:
        return SlotFacts(day=day, seller_free_on=slots.may_sell_on(holder_id))
    return SlotFacts(day=day, buyer_free_on=slots.may_buy_on(holder_id))


def _transfer_facts(
    state: State, product: Product, transfer: Transfer, party_id: PartyId
) -> TransferFacts:
    links = state.evidence.of_subject(EvidenceSubject.TRANSFER, transfer.transfer_id)
    accounts = state.money.owned.get(party_id, {}).values()
    return TransferFacts(
        documents=tuple(ChecklistItem(link.kind, link.of) for link in links),
        signed=transfer.signed,
        cooling_off_hours=product.terms.transfer_terms.cooling_off_hours,
        has_own_account=any(each.status is BankAccountState.VERIFIED for each in accounts),
    )


def _product_facts(state: State, product: Product) -> ProductFacts:
    calendar = state.calendars[product.terms.transfer_terms.calendar_id]
    return product_facts(product, calendar)
