"""Whether a person has let pass what a rule leaves to a person: by which clearance an order or a
transfer passes, and on what such a clearance rests.

A clearance is for one order, within its terms, and for the transfers that this order makes, of no
more units than were cleared; or for the one transfer that was held. It counts as long as the
party's profile, what is disclosed of the product and the rule are what they were when it was
decided, until its last day. Pure questions: what becomes of it is in exchange/clearances.py.
"""

from collections.abc import Container, Iterable
from hashlib import sha256
from typing import Final

import msgspec

from exchange.clearance_types import Clearance, ClearanceId, ClearanceState
from exchange.limits import CLEARED_TRANSFERS_MAX
from exchange.profile import Profile
from exchange.rules.resolve import Ruling
from exchange.rules.types import Finding, Queue, Verdict
from exchange.state import Order, Party
from matching import OrderId, Side
from registry.transfer import Transfer
from registry.types import DayNumber

BASIS_BYTES: Final = 16
HOLD: Final = Verdict.HOLD
OF_AN_ORDER: Final = (ClearanceState.CLEARED, ClearanceState.USED)


def basis_of(ruling: Ruling, profile: Profile, rule_id: str) -> bytes:
    """What a clearance of this rule rests on, as bytes that differ where it does. Cost: O(rules),
    some 20 µs."""
    rules = [
        (rule.pack, rule.pack_version, rule.version, rule.severity, rule.params)
        for rule in ruling.rules
        if rule.rule_id == rule_id
    ]
    material = msgspec.msgpack.encode((profile, ruling.product.known, rules))
    return sha256(material).digest()[:BASIS_BYTES]


def queue_of(ruling: Ruling, rule_id: str) -> Queue:
    """In whose queue a person decides what this rule holds. Cost: O(rules)."""
    queues = [rule.queue for rule in ruling.rules if rule.rule_id == rule_id]
    return min(queue for queue in queues if queue is not None)


def stands(clearance: Clearance, ruling: Ruling, profile: Profile) -> bool:
    """Whether what was cleared may be made use of on the ruling's day: its days are not over, and
    what it rests on is what it was. Cost: as `basis_of`."""
    terms = clearance.terms
    if terms is None or ruling.day > terms.until:
        return False
    return clearance.basis == basis_of(ruling, profile, clearance.rule_id)


def clearance_of_order(
    among: Iterable[Clearance],
    rule_id: str,
    order: Order,
    *,
    price: int,
    open_quantity: int,
    ruling: Ruling,
    party: Party,
) -> Clearance | None:
    """By which of a party's clearances an order passes the rule at this price and quantity; None:
    by none. Cost: O(those of the party)."""
    quantity = order.filled_quantity + open_quantity
    for each in among:
        terms = each.terms
        if (
            terms is not None
            and (each.rule_id, each.side, each.transfer_id) == (rule_id, order.side, None)
            and each.state in OF_AN_ORDER
            and each.order_id in (None, order.order_id)
            and quantity <= terms.quantity
            and terms.price_least <= price <= terms.price_most
            and stands(each, ruling, party.profile)
        ):
            return each
    return None


def clearance_of_deal(
    among: Iterable[Clearance],
    rule_id: str,
    order: Order,
    *,
    price: int,
    using: Container[ClearanceId],
    ruling: Ruling,
    party: Party,
) -> Clearance | None:
    """By which of a party's clearances a deal of its order passes the rule at this price; None: by
    none. It is one that the order has used, or by which it has passed just now. Cost: O(those of
    the party).

    Args:
        using: those by which the offer has passed that the command under way makes.
    """
    for each in among:
        terms = each.terms
        if (
            terms is not None
            and (each.rule_id, each.side) == (rule_id, order.side)
            and (each.order_id == order.order_id or each.clearance_id in using)
            and terms.price_least <= price <= terms.price_most
            and stands(each, ruling, party.profile)
        ):
            return each
    return None


def clearance_of_transfer(
    among: Iterable[Clearance],
    rule_id: str,
    transfer: Transfer,
    side: Side,
    *,
    order_id: OrderId | None,
    using: Container[ClearanceId],
    ruling: Ruling,
    party: Party,
) -> Clearance | None:
    """By which of a party's clearances its transfer passes the rule; None: by none. Cost: O(those
    of the party).

    Args:
        order_id: the party's, which has made the transfer; None: none has.
        using: those by which the order has passed that makes the transfer just now.
    """
    for each in among:
        if (
            (each.rule_id, each.side) == (rule_id, side)
            and _is_for(each, transfer, order_id, is_used_now=each.clearance_id in using)
            and stands(each, ruling, party.profile)
        ):
            return each
    return None


def cleared(finding: Finding, clearance: Clearance) -> Finding:
    """The finding as it is since a person has decided: it passes, and says by which clearance."""
    by = ("clearance_id", str(clearance.clearance_id))
    passed: Finding = msgspec.structs.replace(
        finding, verdict=Verdict.PASS, inputs=(*finding.inputs, by), cures=()
    )
    return passed


def rules_that_hold(findings: Iterable[Finding]) -> list[str]:
    """The rules that leave it to a person, each once. Cost: O(findings)."""
    return list(dict.fromkeys(each.rule_id for each in findings if each.verdict is HOLD))


def is_over(
    clearance: Clearance, ruling: Ruling, profile: Profile, *, asked_until: DayNumber
) -> bool:
    """Whether nothing can come of it any more. Cost: as `stands`.

    Args:
        asked_until: the last day on which what was asked may wait.
    """
    if clearance.state is not ClearanceState.ASKED:
        return not stands(clearance, ruling, profile)
    is_asked = any(rule.rule_id == clearance.rule_id for rule in ruling.rules)
    return not is_asked or ruling.day > asked_until


def _is_for(
    clearance: Clearance, transfer: Transfer, order_id: OrderId | None, *, is_used_now: bool
) -> bool:
    """Whether it is for the transfer itself, or for the order that makes it, with room for it."""
    if clearance.transfer_id is not None:
        return clearance.transfer_id == transfer.transfer_id
    passed, terms = clearance.transfers, clearance.terms
    if transfer.transfer_id in passed:
        return True
    has_used = order_id is not None and clearance.order_id == order_id
    if terms is None or not (has_used or is_used_now):
        return False
    is_few = len(passed) < CLEARED_TRANSFERS_MAX
    return is_few and sum(passed.values()) + transfer.units <= terms.quantity
