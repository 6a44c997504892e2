"""What a venue must get right though it is rare: the cases of the demo's market that are not in its
holdings (dataset.py) and its ways (ways.py). Data, and the requests that make it true.

Case                                    Where
two contracts of one holder             the first holder of product 2
a holder who died, with three heirs     product 3
a lot that is pledged, one frozen       the first institutions of products 4 and 9
a record date in three working days     product 9
a net asset value of four months ago    product 7
a plan in default that was extended     product 16, which is in trouble
a price that is clean, and its income   product 15
a person behind an institution          person-011 owns institution-05
a certification that ends tomorrow      person-013
a person who was never assessed         person-012
a person of C2 beside a plan of R4      person-014, product 16
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from hashlib import sha256
from typing import Final

from api.cli.demo.dataset import DataSet, OpeningHolding
from api.cli.demo.products import BASIS_POINTS, CLEAN, Product
from api.schemas.decimals import format_decimal, format_price

HEIRS: Final = 3
BEQUEATHED: Final = 3
"""The number of the product whose first natural holder has died."""
SATURDAY: Final = 5
IN_DEFAULT: Final = 16
"""The number of the product that could not pay, of R4 as its type is."""
STALE: Final = 7
"""The number of the product whose net asset value is too old to go by."""
STALE_NAV_DAYS: Final = 120
DISTRIBUTION_DAYS: Final = 10
"""So many days, and a day for each product before it, ago the income of a product without a net
asset value was paid; that of another, so long ago as its benchmark takes to earn its value."""
YEAR_DAYS: Final = 365


@dataclass(frozen=True, slots=True, kw_only=True)
class Lien:
    """A pledge or freeze of a tenth of what the first institution of a product holds."""

    product: int
    kind: str
    days: int | None
    """Until when a freeze stands, from the opening."""


LIENS: Final = (
    Lien(product=4, kind="PLEDGE", days=None),
    Lien(product=9, kind="FREEZE", days=180),
)
DEFAULT_ZH: Final = "本计划到期未能全额兑付，经受益人大会同意延期十二个月，后续进展另行公告。"
DEFAULT_EN: Final = (
    "The plan could not pay in full when it ended; the beneficiaries have agreed to twelve months "
    "more. What follows will be disclosed."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """What the operator's pair does."""

    name: str
    """Of the request, the same each time."""
    path: str
    body: dict[str, object]


def lien_asks(data: DataSet, parties: Mapping[str, str], opened_on: date) -> Iterator[Ask]:
    """Units are pledged and frozen.

    Args:
        parties: the venue's number of each party, by its code.
    """
    for lien in LIENS:
        product = data.products[lien.product - 1]
        holding = first_holding(data, product, is_institution=True)
        lots = max(1, holding.quantity // product.lot // 10)
        body: dict[str, object] = {
            "symbol": product.symbol,
            "holder_id": parties[holding.holder.code],
            "kind": lien.kind,
            "units": format_decimal(lots * product.lot, scale=product.type.quantity_scale),
            "authority_sha256": sha256(f"demo {lien.kind}".encode()).hexdigest(),
        }
        if lien.days is not None:
            body["until"] = (opened_on + timedelta(days=lien.days)).isoformat()
        yield Ask(name=f"lien-{product.symbol}", path="/v1/encumbrances", body=body)


def disclosure_asks(data: DataSet, opened_on: date) -> Iterator[Ask]:
    """What is said of products: of those that have one the net asset value, and what is rare."""
    record_on = working_day_after(opened_on, 3)
    said: dict[int, dict[str, object]] = {
        9: {
            "next_income": {
                "record_on": record_on.isoformat(),
                "payment_on": working_day_after(record_on, 10).isoformat(),
            }
        },
        CLEAN: {
            "last_distribution_on": (opened_on - timedelta(days=20)).isoformat(),
            "benchmark": {"rate_bps": data.products[CLEAN - 1].benchmark_bps},
        },
        IN_DEFAULT: {"distressed": True, "text_zh": DEFAULT_ZH, "text_en": DEFAULT_EN},
    }
    for number, product in enumerate(data.products, start=1):
        usual = {**_nav(product, number, opened_on), **_distribution(product, number, opened_on)}
        body = {**usual, **said.get(number, {})}
        if not body:
            continue
        symbol = product.symbol
        path = f"/v1/products/{symbol}/disclosures"
        yield Ask(name=f"disclosure-{symbol}", path=path, body=body)


def _nav(product: Product, number: int, opened_on: date) -> dict[str, object]:
    """The part of a disclosure that has the product's net asset value, if its type has one."""
    age_days = STALE_NAV_DAYS if number == STALE else product.type.nav_age_days
    if age_days is None:
        return {}
    on = opened_on - timedelta(days=age_days)
    return {"nav": {"value": format_price(product.reference), "on": on.isoformat()}}


def _distribution(product: Product, number: int, opened_on: date) -> dict[str, object]:
    """The part of a disclosure by which income accrues, so that a price has a yield: of what has a
    benchmark and an end."""
    if product.benchmark_bps is None or product.maturity_date is None:
        return {}
    income = product.reference - product.type.par_value  # none where there is no value but par
    days = income * YEAR_DAYS * BASIS_POINTS // (product.type.par_value * product.benchmark_bps)
    on = opened_on - timedelta(days=days or DISTRIBUTION_DAYS + number)
    return {"last_distribution_on": on.isoformat()}


def quote_asks(data: DataSet) -> Iterator[Ask]:
    """What prices mean where it is not said at a product's creation: what is disclosed of the
    product comes first."""
    for product in data.products:
        if product.is_clean:
            path = f"/v1/products/{product.symbol}/quote-basis"
            yield Ask(name=f"quote-{product.symbol}", path=path, body={"quote_basis": "CLEAN"})


def inheritance(data: DataSet) -> tuple[OpeningHolding, list[OpeningHolding]]:
    """Who has died, and what of his each of his heirs gets: natural persons who held nothing."""
    product = data.products[BEQUEATHED - 1]
    dead = first_holding(data, product, is_institution=False)
    holders = {each.holder.code for each in data.holdings if each.product is product}
    heirs = [each for each in data.traders if each.code not in holders and not each.is_institution]
    shares = shared_out(dead.quantity, lot=product.lot)
    return dead, [
        OpeningHolding(holder=heir, product=product, quantity=quantity)
        for heir, quantity in zip(heirs, shares, strict=False)
    ]


def shared_out(quantity: int, *, lot: int) -> list[int]:
    """So much in equal shares of whole lots, the last one with what is left."""
    share = quantity // lot // HEIRS * lot
    return [share] * (HEIRS - 1) + [quantity - (HEIRS - 1) * share]


def first_holding(data: DataSet, product: Product, *, is_institution: bool) -> OpeningHolding:
    """The first of the product's holders of this kind, with what he holds."""
    return next(
        each
        for each in data.holdings
        if each.product is product and each.holder.is_institution is is_institution
    )


def working_day_after(day: date, count: int) -> date:
    """The so-manieth day after it that is no Saturday or Sunday."""
    while count:
        day += timedelta(days=1)
        count -= day.weekday() < SATURDAY
    return day
