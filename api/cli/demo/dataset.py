"""Who is in the demo market and what they start with. The same seed gives the same market.

Among the holdings are the cases that a register must get right: a product with 199 holders, one
with exactly 49 natural persons below ¥3,000,000, a holder with exactly ¥3,000,000, one with two
contracts, institutions beside natural persons, a plan that matures in 25 working days, a trust
company that is slow and one that is fast. What else is rare is in edge_cases.py.
"""

from dataclasses import dataclass
from datetime import date
from typing import Final

from api.cli.demo.chance import chance
from api.cli.demo.names import firm_names, person_names
from api.cli.demo.products import (
    MILLION,
    TRUST_COMPANIES,
    Product,
    TrustCompany,
    make_products,
)
from api.cli.demo.ways import RIGHT_HOLDERS, Way

PERSON_COUNT: Final = 300
INSTITUTION_COUNT: Final = 40
HOLDERS_PER_PRODUCT: Final = (20, 60)
INSTITUTIONS_PER_PRODUCT: Final = (6, 12)
PERSON_HOLDING_YUAN_MAX: Final = 5 * MILLION
PERSON_CASH_YUAN: Final = (500_000, 6 * MILLION)
INSTITUTION_CASH_YUAN: Final = (60 * MILLION, 400 * MILLION)
CROWDED_PRODUCT: Final = 4  # index of the product with 199 holders
CROWDED_HOLDERS: Final = 199
FULL_PRODUCT: Final = 10  # index of the product with 49 natural persons below 3,000,000
FULL_NATURAL_HOLDERS: Final = 49
TWICE_SIGNED_PRODUCT: Final = 1  # index of the product whose first holder has two contracts
THRESHOLD_YUAN: Final = 3 * MILLION


@dataclass(frozen=True, slots=True, kw_only=True)
class Trader:
    """A holder and buyer."""

    code: str
    name: str
    is_institution: bool
    deposit_yuan: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OpeningHolding:
    """What a holder brings along. `quantity` is in the product's smallest unit."""

    holder: Trader
    product: Product
    quantity: int
    contracts: int = 1
    """In how many it is held."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DataSet:
    """Everything that the operator sets up."""

    trust_companies: tuple[TrustCompany, ...]
    products: tuple[Product, ...]
    traders: tuple[Trader, ...]
    holdings: tuple[OpeningHolding, ...]

    def right_holders(self, product: Product) -> tuple[Trader, ...]:
        """Who is asked before a transfer of the product goes to its buyer: the first institutions
        that hold it, if somebody is asked at all."""
        if product.way is not Way.PREEMPTION:
            return ()
        holders = (each.holder for each in self.holdings if each.product is product)
        institutions = [holder for holder in holders if holder.is_institution]
        return tuple(institutions[:RIGHT_HOLDERS])


def make_data_set(seed: int, opened_on: date) -> DataSet:
    """The demo market of a seed, opened on a day."""
    products = make_products(chance(seed, "products"), opened_on)
    persons, institutions = _make_traders(seed)
    holdings: list[OpeningHolding] = []
    for index, product in enumerate(products):
        holdings += _make_holdings(
            seed, product, index=index, persons=persons, institutions=institutions
        )
    return DataSet(
        trust_companies=TRUST_COMPANIES,
        products=products,
        traders=(*persons, *institutions),
        holdings=tuple(holdings),
    )


def _make_traders(seed: int) -> tuple[list[Trader], list[Trader]]:
    drawn = chance(seed, "traders")
    persons = [
        Trader(
            code=f"person-{number:03d}",
            name=name,
            is_institution=False,
            deposit_yuan=drawn.randrange(*PERSON_CASH_YUAN, 10_000),
        )
        for number, name in enumerate(person_names(drawn, PERSON_COUNT), start=1)
    ]
    institutions = [
        Trader(
            code=f"institution-{number:02d}",
            name=name,
            is_institution=True,
            deposit_yuan=drawn.randrange(*INSTITUTION_CASH_YUAN, MILLION),
        )
        for number, name in enumerate(firm_names(drawn, INSTITUTION_COUNT), start=1)
    ]
    return persons, institutions


def _make_holdings(
    seed: int,
    product: Product,
    *,
    index: int,
    persons: list[Trader],
    institutions: list[Trader],
) -> list[OpeningHolding]:
    """Natural persons with what they subscribed, institutions with the rest of the issue."""
    drawn = chance(seed, f"holdings {product.symbol}")
    person_count = drawn.randint(*HOLDERS_PER_PRODUCT)
    institution_count = drawn.randint(*INSTITUTIONS_PER_PRODUCT)
    if index == CROWDED_PRODUCT:
        person_count = CROWDED_HOLDERS - institution_count
    elif index == FULL_PRODUCT:
        person_count = FULL_NATURAL_HOLDERS
    if product.type.for_institutions_only:
        person_count = 0
    kind = product.type
    lots_issued = product.units_issued // product.lot
    lots_min = kind.subscription_yuan_min // kind.step_yuan
    lots_max = PERSON_HOLDING_YUAN_MAX // kind.step_yuan
    if index == FULL_PRODUCT:
        lots_max = THRESHOLD_YUAN // kind.step_yuan - 1
    # The persons take half of the issue at most, the institutions share the rest.
    lots_max = max(lots_min, min(lots_max, lots_issued // 2 // max(1, person_count)))
    shares = [
        (person, drawn.randint(lots_min, lots_max))
        for person in drawn.sample(persons, person_count)
    ]
    if index == FULL_PRODUCT + 1:
        # Exactly at the threshold above which a natural person was not counted.
        shares[0] = (shares[0][0], THRESHOLD_YUAN // kind.step_yuan)
    rest = lots_issued - sum(lots for _, lots in shares)
    chosen = drawn.sample(institutions, institution_count)
    for number, institution in enumerate(chosen):
        left = institution_count - number
        lots = rest if left == 1 else rest // left * drawn.randint(50, 150) // 100
        shares.append((institution, lots))
        rest -= lots
    return [
        OpeningHolding(
            holder=holder,
            product=product,
            quantity=lots * product.lot,
            contracts=2 if index == TWICE_SIGNED_PRODUCT and number == 0 else 1,
        )
        for number, (holder, lots) in enumerate(shares)
        if lots > 0
    ]
