"""What the rulebook blocks of an order, typed from its words (domain A1, D1): no packs, no caches.

Days are counted from 1970; units are worth one yuan at par.
"""

from __future__ import annotations

from dataclasses import dataclass

YUAN = 100


@dataclass(frozen=True, kw_only=True)
class Person:
    """Who orders, and what he has."""

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
