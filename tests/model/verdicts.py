"""What the rulebook blocks of an order, typed from its words (domain A1, D1): no packs, no caches.

Days are counted from 1970; units are worth one yuan at par.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import floor

YUAN = 100
PAR = 10_000
"""Of a unit, in 1/10000 yuan."""
BENCHMARK_BPS = 350


@dataclass(frozen=True, kw_only=True)
class Person:
    """Who orders, and what he has."""

    number: int
    owner: int
    """Who is behind him: himself, if nobody else."""
    is_natural: bool
    certified_as: str | None
    certified_until: int
    level: int | None
    assessed_until: int
    professional: bool
    reviewed_until: int | None
    listed: bool
    units: int
    offered_or_sold: int
    """What his other orders offer, and what he has sold and still has title of."""


@dataclass(frozen=True, kw_only=True)
class Sale:
    """What is sold and not settled."""

    seller: Person
    buyer: Person
    units: int


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What is ordered."""

    risk: int
    kind: str
    matures_on: int
    last_days: int
    """So many working days before it matures it is listed no more."""
    lock_up_ends_on: int | None
    for_institutions: bool
    paid_before_on: int | None = None
    """The record day of the distribution before the next."""
    record_on: int | None = None
    """Of the next distribution."""
    paid_on: int | None = None


QUALIFIES = {
    True: {"NET_ASSETS", "FINANCIAL_ASSETS", "INCOME", "DEEMED"},
    False: {"LEGAL_PERSON", "DEEMED"},
}
MINIMUM = {"FIXED_INCOME": 300_000 * YUAN, "MIXED": 400_000 * YUAN}
OTHERWISE = 1_000_000 * YUAN
RESCINDED_WITHIN = 2
"""Working days after the product has become riskier."""
SETTLED_BEFORE_THE_END = 3
"""So many working days before it matures nothing settles any more, whoever is party to it."""


def blocked_by_law(who: Person, plan: Plan, *, buys: bool, quantity: int, today: int) -> set[str]:
    """Which rules of the collective fund trusts of 2007 stand against the order."""
    minimum = MINIMUM.get(plan.kind, OTHERWISE)
    if not buys:
        keeps = who.units - who.offered_or_sold - quantity
        return {"QI-05"} if 0 < keeps * YUAN < minimum else set()
    against = set()
    if who.certified_as not in QUALIFIES[who.is_natural]:
        against.add("QI-01")
    if who.certified_as is not None and today > who.certified_until:
        against.add("QI-02")
    if (who.units + quantity) * YUAN < minimum:
        against.add("QI-04")
    if not who.professional and plan.risk > (who.level or 0):
        against.add("SUI-01")
    if who.is_natural and who.level is not None and today > who.assessed_until:
        against.add("SUI-02")
    return against


def blocked_by_venue(who: Person, plan: Plan, *, buys: bool, today: int) -> set[str]:
    """Which rules of a licensed venue stand against it."""
    against = set()
    if who.listed or who.reviewed_until is None or today > who.reviewed_until:
        against.add("PTY-04")
    if is_blacked_out(plan, today):
        against.add("INC-01")
    if buys:
        return against | ({"QI-06"} if plan.for_institutions and who.is_natural else set())
    if plan.lock_up_ends_on is not None and today < plan.lock_up_ends_on:
        against.add("PRD-03")
    if today >= working_days_before(plan.matures_on, plan.last_days):
        against.add("PRD-04")
    return against


def blocked_between(
    seller: Person, buyer: Person, plan: Plan, quantity: int, sales: list[Sale]
) -> dict[str, set[str]]:
    """Which rules stand between two who would trade so much, beside these sales: a natural person
    takes all that a natural person has, and will have, or nothing; and nothing of an institution's.
    Who sells all that he has to a natural person gets nothing before it is gone. When this and all
    before it has settled, the buyer has the minimum, and the seller the minimum or nothing."""
    coming = sum(sale.units for sale in sales if sale.buyer.number == seller.number)
    keeps = seller.units + coming - quantity - sold(seller, buyer, sales)
    against = _blocked_split(seller, buyer, keeps=keeps)
    minimum = MINIMUM.get(plan.kind, OTHERWISE)
    if (_after(buyer, sales) + quantity) * YUAN < minimum:
        against.add("QI-04")
    gone = sum(sale.units for sale in sales if sale.seller.number == seller.number)
    if 0 < (seller.units - gone - quantity) * YUAN < minimum:
        against.add("QI-05")
    if any(sale.seller.number == buyer.number and sale.buyer.is_natural for sale in sales):
        against.add("CN-SPLIT-01")
    return {"law": against, "venue": {"PTY-01"} if seller.owner == buyer.owner else set()}


def blocked_after_all(sale: Sale, sales: list[Sale]) -> set[str]:
    """Which stand between two who have traded, among these sales: what has not come to the seller
    does not count."""
    keeps = sale.seller.units - sold(sale.seller, sale.buyer, sales)
    return _blocked_split(sale.seller, sale.buyer, keeps=keeps)


def sold(seller: Person, buyer: Person, sales: list[Sale]) -> int:
    """How much of what the one has is on its way to the other."""
    return sum(
        sale.units
        for sale in sales
        if (sale.seller.number, sale.buyer.number) == (seller.number, buyer.number)
    )


def _after(who: Person, sales: list[Sale]) -> int:
    """What somebody has once all these have settled."""
    coming = sum(sale.units for sale in sales if sale.buyer.number == who.number)
    gone = sum(sale.units for sale in sales if sale.seller.number == who.number)
    return who.units + coming - gone


def left_below(sale: Sale, plan: Plan) -> set[str]:
    """Whether a sale that settles now leaves its buyer with less than the minimum."""
    minimum = MINIMUM.get(plan.kind, OTHERWISE)
    return {"QI-04"} if (sale.buyer.units + sale.units) * YUAN < minimum else set()


def _blocked_split(seller: Person, buyer: Person, *, keeps: int) -> set[str]:
    if not buyer.is_natural:
        return set()
    of_institution = set() if seller.is_natural else {"CN-SPLIT-02"}
    return of_institution | ({"CN-SPLIT-01"} if keeps > 0 else set())


def worth(plan: Plan, today: int) -> int:
    """Par of a unit, in 1/10000 yuan, and what it has earned since the last distribution; since the
    record day of the next one, where that is past."""
    is_past = plan.record_on is not None and plan.record_on < today
    since = plan.record_on if is_past else plan.paid_before_on
    days = 0 if since is None else max(today - since, 0)
    earned = Fraction(PAR * BENCHMARK_BPS * days, 10_000 * 365)
    return PAR + floor(earned + Fraction(1, 2))


def far_from(reference: int, price: int) -> str | None:
    """What comes of an order whose price is away from the reference, outside of auctions: within
    a fifth nothing, within half its party is warned, beyond it a person decides."""
    away = abs(price - reference)
    if 2 * away > reference:
        return "HOLD"
    return "WARN" if 5 * away > reference else None


def old(disclosed_on: int | None, today: int, *, days: int = 100) -> str | None:
    """The same of a listing of what matures, by when it was valued last."""
    if disclosed_on is None or today - disclosed_on <= days:
        return None
    return "HOLD" if today - disclosed_on > 2 * days else "WARN"


def is_blacked_out(plan: Plan, today: int) -> bool:
    """Whether the day is too near the next record day, or the payment has not been made since: one
    working day before it where income comes every month, and else five."""
    if plan.record_on is None or plan.paid_on is None:
        return False
    monthly = plan.paid_before_on is not None and plan.record_on - plan.paid_before_on <= 35
    begins = working_days_before(plan.record_on, 1 if monthly else 5)
    return begins <= today <= plan.paid_on


def working_days_before(day: int, count: int) -> int:
    """The so-manieth day before it that is no Saturday or Sunday."""
    while count:
        day -= 1
        if (day + 3) % 7 < 5:  # 1970-01-01 was a Thursday
            count -= 1
    return day


def may_rescind_until(raised_on: int) -> int:
    """The last day on which a buyer may rescind because the product has become riskier (SUI-03);
    so long the transfer waits."""
    day, count = raised_on, RESCINDED_WITHIN
    while count:
        day += 1
        if (day + 3) % 7 < 5:
            count -= 1
    return day


def blocked_on_the_way(
    who: Person, plan: Plan, *, buys: bool, today: int, settles: bool
) -> dict[str, set[str]]:
    """Which rules of the law and of the venue stand against a party whose transfer goes to the
    trust company, has its word, or settles: who may hold at all is asked each time, how near the
    end is only when title moves. What was ordered is not asked again."""
    by_law = blocked_by_law(who, plan, buys=buys, quantity=0, today=today)
    by_venue = blocked_by_venue(who, plan, buys=buys, today=today)
    ends = settles and today >= working_days_before(plan.matures_on, SETTLED_BEFORE_THE_END)
    return {
        "law": by_law & {"QI-01", "QI-02", "SUI-01"},
        "venue": by_venue & {"PTY-04"} | ({"PRD-04"} if ends else set()),
    }
