"""Events about rules."""

from typing import TypeAlias

from exchange.event import Event
from exchange.rules.types import Finding, Override, Stage
from exchange.types import PartyId
from matching import OrderId, Side
from registry.types import DayNumber, ProductId, TransferId


class RulePackLoaded(Event, frozen=True, kw_only=True, tag=7001):
    """The pack is there; from its day its rules are those of the products that have it."""

    pack_id: str
    version: str
    applies_from: DayNumber
    sha256: bytes
    """Of the file's UTF-8."""


class ProductRulesSet(Event, frozen=True, kw_only=True, tag=7101):
    """The product has these packs, and these parameters of its own."""

    product_id: ProductId
    packs: tuple[str, ...]
    overrides: tuple[Override, ...]
    version: int
    """How often its rules were set."""


class OrderJudged(Event, frozen=True, kw_only=True, tag=7201):
    """What each rule said of the order that this command is refused for. CONFIDENTIAL in part: it
    is shown as the party may read it."""

    product_id: ProductId
    findings: tuple[Finding, ...]


class ProductJudged(Event, frozen=True, kw_only=True, tag=7401):
    """What each rule of admission said of a product that does not pass: this command is refused for
    it, or has suspended the product (ProductAdvanced)."""

    product_id: ProductId
    findings: tuple[Finding, ...]


class OrdersDisqualified(Event, frozen=True, kw_only=True, tag=7202):
    """The rules let these orders stand no longer: this command has withdrawn them (OrderClosed).
    CONFIDENTIAL in part: what each rule said is shown to their party as it may read it."""

    party_id: PartyId
    product_id: ProductId
    side: Side
    order_ids: tuple[OrderId, ...]
    findings: tuple[Finding, ...]


class TransferJudged(Event, frozen=True, kw_only=True, tag=7203):
    """The rules do not let this transfer go on: this command has it HELD
    (TransferAdvanced). One for each of its parties of whom they say so. CONFIDENTIAL: what each
    rule said is shown to that party, and to the trust company, as it may read it."""

    transfer_id: TransferId
    product_id: ProductId
    party_id: PartyId
    stage: Stage
    findings: tuple[Finding, ...]


RulesEvent: TypeAlias = (
    RulePackLoaded
    | ProductRulesSet
    | OrderJudged
    | OrdersDisqualified
    | TransferJudged
    | ProductJudged
)
