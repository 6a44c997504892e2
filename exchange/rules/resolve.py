"""A product's rules of one day, and what of their verdicts does not change from order to order.

Most rules look at who, at the product and at the day: their verdict is resolved once for each party
and stage, and holds until the day ends or the party's profile changes. What looks at the price
alone is resolved once for each price, of an offer and again where two would meet; what looks at
what stands besides is asked where something does, and what can fail by the quantity or the holding
for every order.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final, NamedTuple

import msgspec

from exchange.limits import ORDERS_OPEN_PER_PARTY_MAX
from exchange.modes.types import MarketMode
from exchange.price_types import PriceFacts
from exchange.profile import Profile
from exchange.rules.check import Aspect, Check
from exchange.rules.checks import CHECKS
from exchange.rules.checks.order import OpenOrders
from exchange.rules.evaluate import Asked, ready, verdict_of, verdict_of_all
from exchange.rules.facts import Deal, OfferFacts, ProductFacts
from exchange.rules.parse import params_of
from exchange.rules.types import SANDBOX_ID, Override, Pack, Rule, Stage, Verdict
from exchange.types import PartyId
from matching import Price, Quantity
from registry.calendar import start_in_shanghai
from registry.types import DayNumber, TimeNs

PASS: Final = Verdict.PASS
WARN: Final = Verdict.WARN
BLOCK: Final = Verdict.BLOCK
"""Looking a member up on its Enum costs ten times the comparison."""
FIRST_DAY: Final = DayNumber(0)
"""1970-01-01: no journal is older."""
STAGES: Final = range(max(Stage) + 1)
BOTH_WAYS: Final = "VEN-06"
"""Looks at whether the party of an offer stands on the other side, and passes where it does not."""
OWNER: Final = "PTY-01"
"""Likewise at whether an offer would meet one of its beneficial owner."""
OF_TRANSFERS: Final = (Aspect.PARTY, Aspect.PAPERS, Aspect.HOLDING, Aspect.AFFILIATION)
"""At what the rules look of which a transfer's parties are asked, each for himself."""
OF_OWN: Final = frozenset({BOTH_WAYS, OWNER})
PRICES_RESOLVED_MAX: Final = 10_000
"""Of a product and stage; then they are forgotten."""


class Besides(msgspec.Struct, frozen=True, gc=False):
    """What rules look at besides an offer and who makes it."""

    both_ways: bool
    owner: bool
    pair: bool
    """Of the rules that may fail. Whoever reads an explanation is told by the others too."""


class _OfOffers(NamedTuple):
    """The rules of a stage that look at what one party offers, and may fail."""

    each: tuple[Asked, ...]
    """Asked of each offer."""
    price: tuple[Asked, ...]
    """Asked of each price once."""
    own: tuple[Asked, ...]
    """Asked where something stands besides."""
    many: tuple[Asked, ...]
    """Asked of a party of whose orders so many stand."""
    many_from: int


class _Resolved(NamedTuple):
    profile: Profile
    verdict: Verdict


class Ruling:
    """The rules of one product on one day."""

    __slots__ = (
        "_at_stage",
        "_besides",
        "_from_ns",
        "_held",
        "_of_deal",
        "_of_meeting",
        "_of_offers",
        "_of_pair",
        "_of_party",
        "_of_transfer",
        "_prices",
        "_resolved",
        "_until_ns",
        "day",
        "product",
        "rules",
    )

    def __init__(self, rules: Sequence[Rule], product: ProductFacts, day: DayNumber) -> None:
        self.rules = tuple(rules)
        self.product = product
        self.day = day
        self._from_ns = start_in_shanghai(day)
        self._until_ns = start_in_shanghai(DayNumber(day + 1))
        by_stage: list[list[Rule]] = [[] for _ in STAGES]
        for rule in self.rules:
            for stage in set(rule.stages):
                by_stage[stage].append(rule)
        # By the stage's number: to hash a member of an Enum costs more than most rules.
        self._at_stage = [tuple(asked) for asked in by_stage]
        self._of_party = [self._looking(stage, Aspect.PARTY) for stage in STAGES]
        self._of_offers: list[_OfOffers | None] = [None for _ in STAGES]
        self._of_pair = [self._looking(stage, Aspect.PAIR) for stage in STAGES]
        self._of_meeting = self._looking(Stage.MATCH, Aspect.PAIR, Aspect.HOLDING)
        self._of_deal = self._looking(Stage.MATCH, Aspect.PRICE, Aspect.DISCLOSURE)
        self._of_transfer = [self._looking(stage, *OF_TRANSFERS) for stage in STAGES]
        self._besides: list[Besides | None] = [None for _ in STAGES]
        self._resolved: list[dict[PartyId, _Resolved]] = [{} for _ in STAGES]
        self._prices: list[dict[int, Verdict]] = [{} for _ in STAGES]
        """What the rules of a price say of those that were offered."""
        self._held: dict[Price, tuple[Rule, ...]] = {}
        """What those of stage M hold of the prices at which two would have met."""

    def is_of(self, known: PriceFacts, mode: MarketMode, at_ns: TimeNs) -> bool:
        """Whether it was made of what is disclosed of the product and of its mode, for the day of
        this moment. What is disclosed is never changed but replaced. Cost: O(1)."""
        product = self.product
        is_same = known is product.known and mode is product.mode
        return is_same and self._from_ns <= at_ns < self._until_ns

    def at_stage(self, stage: int) -> tuple[Rule, ...]:
        """The rules that are asked then. Cost: O(1)."""
        return self._at_stage[stage]

    def standing(self, stage: Stage) -> tuple[Rule, ...]:
        """The rules that an order was asked at this stage and is asked as long as it stands. Of
        them, those that look at who, at the product and at the day: what depends on the order
        itself has not changed. Cost: O(rules)."""
        return tuple(rule for rule in self._of_party[stage] if Stage.CONTINUOUS in rule.stages)

    def of_transfer(self, stage: Stage) -> tuple[Rule, ...]:
        """The rules of this stage that look at who, at the product and at the day, at the papers
        of a transfer, at what its party has afterwards, or at whose it is. Cost: O(1)."""
        return self._of_transfer[stage]

    def of_change(self) -> tuple[Rule, ...]:
        """The rules that look at what is disclosed anew. Cost: O(rules of stage X)."""
        return self._looking(Stage.CONTINUOUS, Aspect.CHANGE)

    def besides(self, stage: Stage) -> Besides:
        """What the rules look at then besides an offer: else it need not be gathered. Cost:
        O(1)."""
        return self._besides[stage] or self._look_besides(stage)

    def of_pair(self, stage: Stage) -> tuple[Rule, ...]:
        """The rules of this stage that look at what one sells to another. Cost: O(1)."""
        return self._of_pair[stage]

    def of_meeting(self) -> tuple[Rule, ...]:
        """Those of stage M, and the rules of it that look at what either has afterwards. Cost:
        O(1)."""
        return self._of_meeting

    def deal_at(self, price: Price) -> Deal:
        """A deal at this price, whoever makes it. Cost: O(1)."""
        return Deal(
            stage=Stage.MATCH,
            at_ns=self._from_ns,
            day=self.day,
            product=self.product,
            seller=None,
            buyer=None,
            offer=OfferFacts(Quantity(1), price, None),
        )

    def of_deal(self) -> tuple[Rule, ...]:
        """The rules of stage M that look at the price and at how old what is disclosed is. Cost:
        O(1)."""
        return self._of_deal

    def held_at(self, price: Price) -> tuple[Rule, ...]:
        """Those of them that leave a deal at this price to a person, whoever makes it. Cost: one
        look-up; O(rules) for the first of the day at this price."""
        held = self._held.get(price)
        if held is None:
            if len(self._held) >= PRICES_RESOLVED_MAX:
                self._held.clear()
            deal = self.deal_at(price)
            held = tuple(rule for rule in self._of_deal if verdict_of(rule, deal) > WARN)
            self._held[price] = held
        return held

    def judge(self, deal: Deal) -> Verdict:
        """The strictest verdict on a deal of one party. Cost: O(rules of the offer); O(rules) for
        the party's first of the day."""
        party = deal.seller or deal.buyer
        assert party is not None, deal
        resolved = self._resolved[deal.stage]
        known = resolved.get(party.party_id)
        # A profile is never changed but replaced: another one is another object.
        if known is None or known.profile is not party.profile:
            asked = ready(self._of_party[deal.stage], self.product.product_type)
            verdict = verdict_of_all(asked, deal)
            known = resolved[party.party_id] = _Resolved(party.profile, verdict)
        if known.verdict is BLOCK:
            return BLOCK
        assert deal.offer is not None, deal
        # Made when first asked: an explanation makes a ruling and asks nothing of it.
        rules = self._of_offers[deal.stage] or self._ready_offers(deal.stage)
        of_offer = verdict_of_all(rules.each, deal)
        of_price = self._prices[deal.stage].get(deal.offer.price)
        if of_price is None:
            of_price = self._judge_price(deal, deal.offer.price, rules.price)
        own = deal.own
        of_own = PASS
        if own is not None and (own.is_two_way or own.meets_owner):
            of_own = verdict_of_all(rules.own, deal)
        if party.orders_open >= rules.many_from:
            of_own = max(of_own, verdict_of_all(rules.many, deal))
        if known.verdict is PASS and of_price is PASS and of_own is PASS:  # as almost all
            return of_offer
        return max(known.verdict, of_offer, of_price, of_own)

    def _judge_price(self, deal: Deal, price: Price, rules: tuple[Asked, ...]) -> Verdict:
        prices = self._prices[deal.stage]
        if len(prices) >= PRICES_RESOLVED_MAX:
            prices.clear()
        verdict = prices[price] = verdict_of_all(rules, deal)
        return verdict

    def _ready_offers(self, stage: Stage) -> "_OfOffers":
        # What SANDBOX says of an offer the engine has refused by itself before rules are asked.
        rules = [
            rule
            for rule in self._asked(stage, lambda check: check.is_of_offer)
            if (rule.is_own or rule.pack != SANDBOX_ID)
            and CHECKS[rule.rule_id].may_fail(rule.params, stage)
        ]
        of_price = [rule for rule in rules if Aspect.PRICE in CHECKS[rule.rule_id].looks_at]
        of_own = [rule for rule in rules if rule.rule_id in OF_OWN]
        of_many = [rule for rule in rules if isinstance(rule.params, OpenOrders)]
        bounds = [
            each.orders_open_max
            for each in (rule.params for rule in of_many)
            if isinstance(each, OpenOrders)
        ]
        apart = [*of_price, *of_own, *of_many]
        others = [rule for rule in rules if rule not in apart]
        product_type = self.product.product_type
        found = self._of_offers[stage] = _OfOffers(
            each=ready(others, product_type),
            price=ready(of_price, product_type),
            own=ready(of_own, product_type),
            many=ready(of_many, product_type),
            many_from=min(bounds, default=ORDERS_OPEN_PER_PARTY_MAX),
        )
        return found

    def _look_besides(self, stage: Stage) -> Besides:
        rules = self.at_stage(stage)
        ids = {rule.rule_id for rule in rules}
        found = self._besides[stage] = Besides(
            both_ways=BOTH_WAYS in ids,
            owner=OWNER in ids,
            pair=any(
                Aspect.PAIR in CHECKS[rule.rule_id].looks_at
                and CHECKS[rule.rule_id].may_fail(rule.params, stage)
                for rule in rules
                if rule.rule_id not in OF_OWN
            ),
        )
        return found

    def _looking(self, stage: int, *aspects: Aspect) -> tuple[Rule, ...]:
        """The rules of this stage that look at any of these."""
        return self._asked(stage, lambda check: not check.looks_at.isdisjoint(aspects))

    def _asked(self, stage: int, is_asked: Callable[[Check], bool]) -> tuple[Rule, ...]:
        return tuple(rule for rule in self.at_stage(stage) if is_asked(CHECKS[rule.rule_id]))


def rules_of(
    pack_ids: Iterable[str],
    packs: Mapping[str, Pack],
    overrides: Sequence[Override],
    day: DayNumber,
) -> tuple[Rule, ...]:
    """The rules in force: those of what a pack extends before its own, each pack once, and last
    those for which the product has parameters of its own. Cost: O(rules + overrides²)."""
    rules = [
        rule for pack_id in with_extended(pack_ids, packs) for rule in packs[pack_id].in_force(day)
    ]
    return (*rules, *_overridden(rules, overrides))


def with_extended(pack_ids: Iterable[str], packs: Mapping[str, Pack]) -> list[str]:
    """These packs and those that they extend, each once, and after those that it extends. Cost:
    O(those)."""
    ordered: list[str] = []
    seen: set[str] = set()

    def visit(pack_id: str) -> None:
        if pack_id not in seen:
            seen.add(pack_id)
            for extended in packs[pack_id].extends:
                visit(extended)
            ordered.append(pack_id)

    for pack_id in pack_ids:
        visit(pack_id)
    return ordered


def as_if_since_ever(pack: Pack) -> Pack:
    """The pack as if it had always been in force, a draft too. A rule that names days of its own
    keeps them. Cost: O(rules)."""
    return msgspec.structs.replace(
        pack,
        effective_from=FIRST_DAY,
        rules=tuple(
            msgspec.structs.replace(rule, effective_from=None)
            if rule.effective_from == pack.effective_from
            else rule
            for rule in pack.rules
        ),
    )


def _overridden(rules: Sequence[Rule], overrides: Sequence[Override]) -> Iterable[Rule]:
    """Each rule that has a parameter of the product's, with all that it has."""
    for rule in rules:
        own = {each.parameter: each.value for each in overrides if each.rule_id == rule.rule_id}
        if own:
            params = params_of(rule.rule_id, {**msgspec.structs.asdict(rule.params), **own})
            assert isinstance(params, msgspec.Struct), (rule.rule_id, params)
            yield msgspec.structs.replace(rule, params=params, is_own=True)
