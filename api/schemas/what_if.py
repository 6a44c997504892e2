"""What `trustex whatif --json` tells, one object a line: orders, deals and transfers that would
have failed, in the journal's order, and last the total."""

from typing import Literal

from api.schemas.base import Answer
from api.schemas.decimals import Moment
from api.schemas.rules import Finding


class FailedOrder(Answer):
    """An order that was taken, or its replacement, and would have been refused."""

    kind: Literal["ORDER"] = "ORDER"
    sequence: int
    at: Moment
    symbol: str
    order_id: str
    party_id: str
    side: str
    price: str
    quantity: str
    """Open, as it was asked for."""
    findings: list[Finding]
    """Of the rules that it fails."""


class FailedDeal(Answer):
    """A deal that the rules would have kept a party from."""

    kind: Literal["DEAL"] = "DEAL"
    sequence: int
    at: Moment
    symbol: str
    transfer_id: str
    trade_number: int
    seller_id: str
    buyer_id: str
    price: str
    quantity: str
    seller: list[Finding]
    """Of the rules that his side fails."""
    buyer: list[Finding]
    pair: list[Finding]
    """Of the rules that keep the two apart: of two parties, of holder slots, of turnaround."""


class FailedTransfer(Answer):
    """A transfer that went on, and that the rules would have held; again where an overlay was
    lifted."""

    kind: Literal["TRANSFER"] = "TRANSFER"
    stage: Literal["U", "C", "S"]
    """It goes to the trust company, is confirmed, or settles."""
    sequence: int
    at: Moment
    symbol: str
    transfer_id: str
    trade_number: int
    seller_id: str
    buyer_id: str
    price: str
    quantity: str
    seller: list[Finding]
    """Of the rules that his side fails."""
    buyer: list[Finding]
    pair: list[Finding]
    """Of the rules of two parties."""


class FailedByRule(Answer):
    """How many failed one rule."""

    rule_id: str
    reason_code: str
    orders: int
    deals: int
    """On either side, or between the two."""
    transfers: int
    """Each time that one was asked."""


class WhatIfTotal(Answer):
    """What was judged, and how much of it failed."""

    kind: Literal["TOTAL"] = "TOTAL"
    pack_id: str
    version: str
    orders: int
    orders_failed: int
    deals: int
    deals_failed: int
    transfers: int
    """At the stages U, C and S, each time that one was asked."""
    transfers_failed: int
    by_rule: list[FailedByRule]
    not_judged: list[str]
    """Rules of the pack that are asked of none of them: at other stages."""
