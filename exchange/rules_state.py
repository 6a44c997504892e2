"""What the state knows of rules: the packs that were loaded, and which of them each product has.

A product that has none is not here: it has SANDBOX's rules, which the engine enforces by itself, so
that its orders pay one look-up.
"""

from collections.abc import Iterator

import msgspec

from exchange.price_types import PriceFacts
from exchange.rules.facts import ProductFacts
from exchange.rules.packs import SANDBOX
from exchange.rules.parse import parse_pack
from exchange.rules.resolve import Ruling, rules_of
from exchange.rules.types import Override, Pack, Rule
from exchange.rules_events import OrderJudged
from exchange.types import Sequence
from registry.calendar import start_in_shanghai
from registry.types import DayNumber, ProductId, TimeNs

PackKey = tuple[str, str]
"""Id and version: a version is loaded once."""


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

    __slots__ = ("known", "overrides", "packs", "product_id", "ruling", "version")

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
        self.known: PriceFacts | None = None
        """What was disclosed of the product when it was made: facts are never changed but replaced.
        """


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
    followed_on: DayNumber = DayNumber(0)


class RulesState:
    """The packs of the venue, oldest first, and the rules of its products."""

    __slots__ = (
        "changes_on",
        "followed_on",
        "judged",
        "packs",
        "products",
        "touched_packs",
        "touched_products",
    )

    def __init__(self) -> None:
        self.followed_on = DayNumber(0)
        """The last day whose packs the products' caps have followed."""
        self.changes_on: DayNumber | None = None
        """The first day after it on which rules may be others."""
        self.packs: dict[PackKey, LoadedPack] = {}
        self.products: dict[ProductId, ProductRules] = {}
        self.touched_packs: dict[PackKey, LoadedPack] = {}
        self.touched_products: dict[ProductId, ProductRules] = {}
        self.judged: OrderJudged | None = None
        """Why an order is refused just now; the command takes it among its events."""

    def packs_on(self, day: DayNumber) -> dict[str, Pack]:
        """The packs that apply on a day, by id, SANDBOX among them. Cost: O(packs loaded)."""
        applying = [loaded for loaded in self.packs.values() if loaded.applies_from <= day]
        # Of two that apply from one day the later loaded one counts.
        applying.sort(key=lambda loaded: (loaded.applies_from, loaded.sequence))
        return {SANDBOX.pack_id: SANDBOX} | {
            loaded.pack.pack_id: loaded.pack for loaded in applying
        }

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

    @property
    def next_due_ns(self) -> TimeNs | None:
        """When caps have to follow packs that apply, or rules that begin or end, then. Cost:
        O(1)."""
        return None if self.changes_on is None else start_in_shanghai(self.changes_on)

    def followed(self, day: DayNumber) -> None:
        """The caps are about to be those of this day. Cost: O(rules of all packs)."""
        self.followed_on = day
        days = (each for loaded in self.packs.values() for each in _turning_days(loaded))
        self.changes_on = min((each for each in days if each > day), default=None)

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

    def image(self) -> RulesImage:
        """For a snapshot."""
        return RulesImage(
            packs=list(self.packs.values()),
            products=[
                ProductRulesImage(product_id, each.packs, each.overrides, each.version)
                for product_id, each in sorted(self.products.items())
            ],
            followed_on=self.followed_on,
        )

    def restore(self, image: RulesImage) -> None:
        """Take what a snapshot has kept."""
        for loaded in image.packs:
            self.packs[loaded.pack.pack_id, loaded.pack.version] = loaded
        for each in image.products:
            self.products[each.product_id] = ProductRules(
                each.product_id, each.packs, each.overrides, version=each.version
            )
        self.followed(image.followed_on)

    def touch_all(self) -> None:
        """Mark everything, so that its rows can be taken."""
        self.touched_packs.update(self.packs)
        self.touched_products.update(self.products)

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


def _turning_days(loaded: LoadedPack) -> Iterator[DayNumber]:
    """The days on which the pack may make rules others than they were the day before."""
    yield loaded.applies_from
    if loaded.pack.effective_from is None:
        return
    yield loaded.pack.effective_from
    for rule in loaded.pack.rules:
        if rule.effective_from is not None:
            yield rule.effective_from
        if rule.effective_to is not None:
            yield DayNumber(rule.effective_to + 1)
