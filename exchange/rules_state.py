"""What the state knows of rules: the packs that were loaded, and which of them each product has.

A product that has none is not here: it has SANDBOX's rules, which the engine enforces by itself, so
that its orders pay one look-up.
"""

from collections import deque
from typing import Final, NamedTuple, Protocol

import msgspec

from exchange.clearance_state import Clearances
from exchange.clearance_types import Clearance, ClearanceId
from exchange.limits import CLEARANCES_PER_PARTY_MAX
from exchange.rules.facts import ProductFacts
from exchange.rules.packs import SANDBOX
from exchange.rules.parse import parse_pack
from exchange.rules.resolve import Ruling, rules_of, with_extended
from exchange.rules.types import Finding, Override, Pack, Rule, Stage
from exchange.rules_events import OrderJudged, ProductJudged
from exchange.types import PartyId, Sequence
from matching import OrderId, Price, Quantity, Side
from registry.calendar import start_in_shanghai
from registry.transfer import Transfer
from registry.types import DayNumber, ProductId, TimeNs, TransferId

PackKey = tuple[str, str]
"""Id and version: a version is loaded once."""
ToJudge = tuple[ProductId, PartyId | None]
"""Whose orders in which product are to be judged again; None: everybody's."""
Raised = tuple[TransferId, int]
"""A transfer of a product that is riskier since, and for how many working days its buyer may
rescind."""
AT_ONCE: Final = TimeNs(0)
"""Before any other timer."""


class Judgement(NamedTuple):
    """What rules say of an offer that at least one of them does not simply let pass."""

    product_id: ProductId
    party_id: PartyId
    order_id: OrderId
    side: Side
    price: Price
    quantity: Quantity
    """All of the order's, what has traded included."""
    findings: tuple[Finding, ...]
    passes_by: tuple[ClearanceId, ...] = ()
    """What a person has let pass, and the order makes use of if it is taken."""


class Disqualified(NamedTuple):
    """An order that the rules let stand no longer, and the command that has withdrawn it."""

    order_id: OrderId
    sequence: int


class HeldBack(NamedTuple):
    """A transfer that the rules have kept from going on, and the command that found so."""

    transfer_id: TransferId
    sequence: int


class Suspended(NamedTuple):
    """A product that its rules no longer admit, and the command that has suspended it."""

    product_id: ProductId
    sequence: int
    version: int
    """Of the product's standing: while it is that, this is why the product is suspended."""


class LoadedPack(msgspec.Struct, frozen=True, array_like=True):
    """A pack as the operator has loaded it."""

    sequence: Sequence
    loaded_at_ns: TimeNs
    applies_from: DayNumber
    """From this day it takes the place of the pack of its id that was loaded before."""
    text: str
    """The file."""

    @property
    def pack(self) -> Pack:
        """What the file says. Cost: O(1), but for a file that was not read for long."""
        pack = parse_pack(self.text)
        assert isinstance(pack, Pack), pack
        return pack


class ProductRules:
    """The packs of one product, and the parameters that it has of its own."""

    __slots__ = ("overrides", "packs", "product_id", "ruling", "version")

    def __init__(
        self,
        product_id: ProductId,
        packs: tuple[str, ...],
        overrides: tuple[Override, ...],
        *,
        version: int = 1,
    ) -> None:
        self.product_id = product_id
        self.packs = packs
        self.overrides = overrides
        self.version = version
        self.ruling: Ruling | None = None
        """Of the last day on which it was asked; None: it has to be made."""


class TransferWitness(Protocol):
    """Who looks on while open transfers go on (exchange/alternative.py): called before anything
    comes of it, and changes nothing."""

    def transfer_asked(self, transfer: Transfer, stage: Stage, *, at_ns: TimeNs) -> None:
        """An open transfer, of a product with rules or without, is about to go on."""


class Witness(TransferWitness, Protocol):
    """Who looks on while rules are asked (exchange/rulings.py): called before anything comes of it,
    and changes nothing."""

    def order_asked(
        self,
        order_id: OrderId,
        product_id: ProductId,
        side: Side,
        findings: tuple[Finding, ...],
        *,
        at_ns: TimeNs,
    ) -> None:
        """An order, or its replacement, of a product with rules: what each said of it."""

    def transfer_begins(self, transfer: Transfer, price: Price, *, at_ns: TimeNs) -> None:
        """The two have met; their transfer is not among the open ones yet."""


class ProductRulesImage(msgspec.Struct, frozen=True, array_like=True):
    """The rules of a product as a snapshot keeps them."""

    product_id: ProductId
    packs: tuple[str, ...]
    overrides: tuple[Override, ...]
    version: int


class RulesImage(msgspec.Struct, frozen=True, array_like=True):
    """Rules as a snapshot keeps them."""

    packs: list[LoadedPack]
    products: list[ProductRulesImage]
    judged_on: DayNumber | None = None
    waiting: list[ToJudge] = []
    clearances: list[Clearance] = []
    raised: list[Raised] = []


class RulesState:
    """The packs of the venue, oldest first, and the rules of its products."""

    __slots__ = (
        "acknowledged",
        "clearances",
        "disqualified",
        "held",
        "judged",
        "judged_on",
        "packs",
        "products",
        "raised",
        "suspended",
        "touched_packs",
        "touched_products",
        "transfer_witness",
        "waiting",
        "witness",
    )

    def __init__(self) -> None:
        self.packs: dict[PackKey, LoadedPack] = {}
        self.products: dict[ProductId, ProductRules] = {}
        self.touched_packs: dict[PackKey, LoadedPack] = {}
        self.touched_products: dict[ProductId, ProductRules] = {}
        self.clearances = Clearances()
        self.acknowledged: tuple[str, ...] = ()
        """The rules whose warnings the party has read that makes an offer just now."""
        self.judged: Judgement | OrderJudged | ProductJudged | None = None
        """What rules say of an offer that does not simply pass; or of two who may not deal, or of a
        product, that are refused just now. The command takes it among its events."""
        self.judged_on: DayNumber | None = None
        """The day of which all orders that stand were judged, or are about to be; None: no product
        has had rules."""
        self.waiting: deque[ToJudge] = deque()
        """Whose orders are to be judged again before anything else happens (rejudging.py)."""
        self.raised: deque[Raised] = deque()
        """What is to wait until its buyer may not rescind, before anything else happens
        (risk_raised.py)."""
        self.witness: Witness | None = None
        """Of a state that executes a journal again, to be told what its rules say; a venue's has
        none."""
        self.transfer_witness: TransferWitness | None = None
        """Likewise, of open transfers alone: no order costs more for it."""
        self.disqualified: list[Disqualified] = []
        """Whose rows are to be written."""
        self.held: list[HeldBack] = []
        """Likewise."""
        self.suspended: list[Suspended] = []
        """Likewise."""

    def packs_on(self, day: DayNumber) -> dict[str, Pack]:
        """The packs that apply on a day, by id, SANDBOX among them. Cost: O(packs loaded)."""
        applying = [loaded for loaded in self.packs.values() if loaded.applies_from <= day]
        # Of two that apply from one day the later loaded one counts.
        applying.sort(key=lambda loaded: (loaded.applies_from, loaded.sequence))
        return {SANDBOX.pack_id: SANDBOX} | {
            loaded.pack.pack_id: loaded.pack for loaded in applying
        }

    def packs_of(self, product_id: ProductId, day: DayNumber) -> tuple[Pack, ...]:
        """The packs of a product on a day, those that one extends before it; none: it has none.
        Cost: O(packs loaded)."""
        own = self.products.get(product_id)
        if own is None:
            return ()
        packs = self.packs_on(day)
        return tuple(packs[pack_id] for pack_id in with_extended(own.packs, packs))

    def rules_on(self, product_id: ProductId, day: DayNumber) -> tuple[Rule, ...]:
        """The rules of a product on a day; of one without packs, SANDBOX's. Cost: O(packs loaded +
        rules)."""
        own = self.products.get(product_id)
        if own is None or not own.packs:
            return SANDBOX.in_force(day)
        return rules_of(own.packs, self.packs_on(day), own.overrides, day)

    def ruling(self, product: ProductFacts, day: DayNumber) -> Ruling:
        """These rules, ready to be asked. Cost: as that."""
        return Ruling(self.rules_on(product.product_id, day), product, day)

    def load(self, loaded: LoadedPack) -> None:
        """A pack more; every product's rules are made anew when they are next asked."""
        key = loaded.pack.pack_id, loaded.pack.version
        assert key not in self.packs, key
        self.packs[key] = self.touched_packs[key] = loaded
        for product in self.products.values():
            product.ruling = None

    def set_product(self, rules: ProductRules) -> None:
        """The product has these rules from now on."""
        self.products[rules.product_id] = self.touched_products[rules.product_id] = rules

    def next_due_ns(self) -> TimeNs | None:
        """When orders that stand are to be judged again, or transfers to wait. Cost: O(1)."""
        if self.waiting or self.raised:
            return AT_ONCE
        if self.judged_on is None:
            return None
        return start_in_shanghai(DayNumber(self.judged_on + 1))

    def image(self) -> RulesImage:
        """For a snapshot."""
        return RulesImage(
            packs=list(self.packs.values()),
            products=[
                ProductRulesImage(product_id, each.packs, each.overrides, each.version)
                for product_id, each in sorted(self.products.items())
            ],
            judged_on=self.judged_on,
            waiting=list(self.waiting),
            clearances=self.clearances.image(),
            raised=list(self.raised),
        )

    def restore(self, image: RulesImage) -> None:
        """Take what a snapshot has kept."""
        for loaded in image.packs:
            self.packs[loaded.pack.pack_id, loaded.pack.version] = loaded
        for each in image.products:
            self.products[each.product_id] = ProductRules(
                each.product_id, each.packs, each.overrides, version=each.version
            )
        self.judged_on = image.judged_on
        self.waiting.extend(image.waiting)
        self.raised.extend(image.raised)
        self.clearances.restore(image.clearances)

    def touch_all(self) -> None:
        """Mark everything, so that its rows can be taken."""
        self.touched_packs.update(self.packs)
        self.touched_products.update(self.products)
        self.clearances.touched.update(self.clearances.by_id)

    def check(self) -> None:
        """Assert that packs and products fit together. Cost: O(packs + products)."""
        sequences = [loaded.sequence for loaded in self.packs.values()]
        assert sequences == sorted(sequences)  # L1
        for key, loaded in self.packs.items():
            assert key == (loaded.pack.pack_id, loaded.pack.version), key  # L1
        known = {SANDBOX.pack_id, *(pack_id for pack_id, _ in self.packs)}
        for product_id, rules in self.products.items():
            assert rules.product_id == product_id, product_id  # L2
            assert known.issuperset(rules.packs), product_id  # L2
        assert self.judged is None  # L2
        assert not self.acknowledged  # L2
        self.clearances.check(CLEARANCES_PER_PARTY_MAX)
        assert {product_id for product_id, _ in self.clearances.of} <= self.products.keys()  # L6
        assert (self.judged_on is None) == (not self.products)  # L3
        assert {product_id for product_id, _ in self.waiting} <= self.products.keys()  # L3
