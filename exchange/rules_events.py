"""Events about rules."""

from typing import TypeAlias

from exchange.clearance_types import ClearanceId, ClearanceTerms
from exchange.event import Event
from exchange.rules.types import Finding, Override, Queue, Stage
from exchange.types import PartyId
from matching import OrderId, Price, Quantity, Side
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


class WarningsAcknowledged(Event, frozen=True, kw_only=True, tag=7211):
    """The order was taken although rules warn of it: its party has read what they say, and names
    them. CONFIDENTIAL in part, like OrderJudged."""

    order_id: OrderId
    party_id: PartyId
    product_id: ProductId
    findings: tuple[Finding, ...]
    """Of the rules that warn."""


class ClearanceAsked(Event, frozen=True, kw_only=True, tag=7221):
    """A person is asked what a rule leaves to him: about an order that it has held, or about a
    transfer."""

    clearance_id: ClearanceId
    party_id: PartyId
    product_id: ProductId
    side: Side
    rule_id: str
    queue: Queue
    transfer_id: TransferId | None
    """None: it is about an order."""
    quantity: Quantity
    price: Price
    times: int
    """More than once: he has not answered, and is asked about this instead."""


class ClearanceDecided(Event, frozen=True, kw_only=True, tag=7222):
    """A person has decided it."""

    clearance_id: ClearanceId
    party_id: PartyId
    product_id: ProductId
    rule_id: str
    terms: ClearanceTerms | None
    """What he lets pass; None: nothing."""
    note: str


class ClearanceUsed(Event, frozen=True, kw_only=True, tag=7223):
    """The order has passed by it; no other one does."""

    clearance_id: ClearanceId
    party_id: PartyId
    rule_id: str
    order_id: OrderId


class ClearanceEnded(Event, frozen=True, kw_only=True, tag=7224):
    """Nothing can come of it any more."""

    clearance_id: ClearanceId
    party_id: PartyId
    product_id: ProductId
    rule_id: str


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
    | WarningsAcknowledged
    | ClearanceAsked
    | ClearanceDecided
    | ClearanceUsed
    | ClearanceEnded
    | OrdersDisqualified
    | TransferJudged
    | ProductJudged
)
