"""How an incoming order of the naive book looks for its fills: a plan, before anything is done."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TypeAlias

from matching.types import BookRules, SelfTradePrevention, Side, Veto
from tests.model.book_order import ModelOrder, largest_fill, may_trade


@dataclass(frozen=True, slots=True, kw_only=True)
class Fill:
    """They trade."""

    candidate: ModelOrder
    quantity: int


@dataclass(frozen=True, slots=True, kw_only=True)
class CancelCandidate:
    """The incoming order's owner has this one too."""

    candidate: ModelOrder


@dataclass(frozen=True, slots=True, kw_only=True)
class PassedByVeto:
    """They would have traded."""

    candidate: ModelOrder
    quantity: int


Step: TypeAlias = Fill | CancelCandidate | PassedByVeto


@dataclass(slots=True, kw_only=True)
class Plan:
    """What the incoming order would do, in order, and how its search ended."""

    left: int
    price: int
    steps: list[Step] = field(default_factory=list)
    refused_for_owner: bool = False
    both_cancelled: bool = False
    search_ended: bool = False

    @property
    def fills(self) -> list[Fill]:
        return [step for step in self.steps if isinstance(step, Fill)]


def search(
    incoming: ModelOrder,
    resting: Iterable[ModelOrder],
    *,
    rules: BookRules,
    veto: Veto | None,
    self_trade: SelfTradePrevention,
    to_limit: bool = False,
) -> Plan:
    """The plan of `incoming` against `resting`, which stands in the order of time.

    An order that is `to_limit` has, from its first fill on, the price of that fill.
    """
    plan = Plan(left=incoming.quantity, price=incoming.price)
    examined = 0
    for candidate in candidates(incoming, resting):
        is_over = plan.left == 0 or plan.both_cancelled or plan.refused_for_owner
        if is_over or not accepts(incoming, plan.price, candidate):
            break
        is_compatible = may_trade(rules.matrix, incoming, candidate)
        if not is_compatible or candidate.smallest_fill > plan.left:
            continue
        if examined == rules.candidates_examined_max:
            plan.search_ended = True
            break
        quantity = largest_fill(candidate, incoming, left=plan.left)
        is_own = candidate.owner_id == incoming.owner_id
        if quantity == 0 or (is_own and self_trade is SelfTradePrevention.SKIP):
            examined += 1
        elif is_own and self_trade is SelfTradePrevention.REJECT_INCOMING:
            plan.refused_for_owner = True
        elif is_own and self_trade is not SelfTradePrevention.ALLOW:
            plan.steps.append(CancelCandidate(candidate=candidate))
            plan.both_cancelled = self_trade is SelfTradePrevention.CANCEL_BOTH
        elif veto is not None and veto(candidate.view(), incoming.view(), quantity):
            plan.steps.append(PassedByVeto(candidate=candidate, quantity=quantity))
            examined += 1
        else:
            plan.steps.append(Fill(candidate=candidate, quantity=quantity))
            plan.left -= quantity
            plan.price = candidate.price if to_limit else plan.price
    return plan


def accepts(incoming: ModelOrder, price: int, candidate: ModelOrder) -> bool:
    """Whether the incoming order, at `price`, accepts the candidate's."""
    if incoming.side is Side.BUY:
        return candidate.price <= price
    return candidate.price >= price


def candidates(incoming: ModelOrder, resting: Iterable[ModelOrder]) -> list[ModelOrder]:
    """Who would be asked, in the order in which they are: price, then time."""
    found = [order for order in resting if incoming.crosses(order)]
    # A stable sort: among equal prices the list's order, which is time, stays.
    return sorted(found, key=lambda order: order.price, reverse=incoming.side is Side.SELL)
