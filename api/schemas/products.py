"""Products and their books on the wire."""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Annotated

from pydantic import Field

from api.schemas.base import Answer, Body, Name, SymbolText, name_of
from api.schemas.decimals import (
    PRICE_SCALE,
    Decimal,
    DecimalText,
    IdText,
    Moment,
    format_decimal,
    format_moment,
    format_price,
)
from api.schemas.halts import StandingHalt, halts_of_product
from api.schemas.market_modes import AnnouncedMode, announced_mode
from api.schemas.prices import Pricing, pricing_of
from api.schemas.transfer_terms import TransferTermsBody, TransferTermsShown, terms_shown
from exchange.book_view import BookLevel
from exchange.class_view import Viewpoint, viewpoint_of
from exchange.codec import terms_digest
from exchange.halt_state import Halts
from exchange.modes.types import MarketMode
from exchange.product_view import ProductView
from exchange.types import PartyId, PartyKind
from matching import Side
from registry.product import ProductState
from registry.types import DayNumber

CTRC_CODE_PATTERN = r"^[A-Z0-9][A-Z0-9-]{3,39}$"
DatePattern = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"
TIME_ZONE = "Asia/Shanghai"


class CreateProductBody(Body):
    """A product of a trust company, to be admitted for transfer."""

    symbol: SymbolText
    trust_company_id: IdText
    name_zh: Name
    name_en: Name
    product_type: Name
    risk_level: Annotated[int, Field(ge=1, le=5, description="R1 to R5.")]
    benchmark_bps: Annotated[
        int | None,
        Field(ge=0, le=10_000, description="Performance benchmark a year in bps; no promise."),
    ] = None
    ctrc_code: Annotated[
        str | None,
        Field(
            pattern=CTRC_CODE_PATTERN,
            max_length=40,
            description="Of the trust registration; null: it has none.",
            examples=["DEMO-ZXD-2026-000123"],
        ),
    ] = None
    maturity_date: Annotated[
        str | None, Field(pattern=DatePattern, description="In Asia/Shanghai; null: open-ended.")
    ] = None
    units_issued: DecimalText
    par_value: DecimalText
    tick: DecimalText
    lot: DecimalText
    quantity_scale: Annotated[int, Field(ge=0, le=4, description="Decimals of a quantity.")]
    transfer_terms: Annotated[
        TransferTermsBody, Field(description="How its transfers go; by default as in a sandbox.")
    ] = TransferTermsBody()


class Product(Answer):
    """A product that may be transferred."""

    product_id: str
    state: Annotated[str, name_of(ProductState)]
    terms_digest: Annotated[
        str, Field(description="SHA-256 of the terms, which the trust company signs off.")
    ]
    symbol: str
    trust_company_id: str
    trust_company_name: Annotated[str | None, Field(description="Kept outside the journal.")]
    name_zh: str
    name_en: str
    product_type: str
    risk_level: int
    benchmark_bps: Annotated[
        int | None, Field(description="A performance benchmark is no promise of return.")
    ]
    ctrc_code: Annotated[str | None, Field(description="Of the trust registration.")]
    maturity_date: str | None
    time_zone: Annotated[str, Field(description="Of the product's dates.")]
    units_issued: Decimal
    par_value: Decimal
    tick: Decimal
    lot: Decimal
    price_scale: int
    quantity_scale: int
    market_mode: Annotated[str, name_of(MarketMode)]
    coming_mode: Annotated[AnnouncedMode | None, Field(description="What was announced.")]
    transfer_terms: TransferTermsShown
    pricing: Pricing
    halts: Annotated[
        list[StandingHalt], Field(description="While one stands, no order is taken or matched.")
    ]


class SignOffBody(Body):
    """A trust company's agreement to a product's terms."""

    terms_digest: Annotated[
        str,
        Field(pattern=r"^[0-9a-f]{64}$", max_length=64, description="Of the terms that were read."),
    ]


class OpenProductBody(Body):
    """The beginning of a product's trade."""

    units_outstanding: Annotated[
        DecimalText, Field(description="What the register has: another number is refused.")
    ]


class ProductStanding(Answer):
    """Where a product stands."""

    symbol: str
    state: Annotated[str, name_of(ProductState)]
    version: Annotated[int, Field(description="How often that has changed, from 1.")]
    since: Moment


class BookViewAsked(StrEnum):
    """Whose view of the book is asked for."""

    WHOLE = "whole"  # everybody's orders
    NATURAL = "natural"  # what a natural person who buys may meet
    INSTITUTION = "institution"  # what anybody else who buys may meet
    NATURAL_SELLER = "natural_seller"  # what a natural person's part may meet
    INSTITUTION_SELLER = "institution_seller"  # what a part of anybody else's may meet
    MINE = "mine"  # what the party may meet that asks and buys
    MINE_SELLER = "mine_seller"  # what a part of its units may meet

    def viewpoint(self, kind: PartyKind | None) -> Viewpoint | None:
        """Whose view that is; None: the whole book.

        Args:
            kind: of the party that asks, of its own view.
        """
        if self is BookViewAsked.WHOLE:
            return None
        if self not in {BookViewAsked.MINE, BookViewAsked.MINE_SELLER}:
            return Viewpoint(self.value)
        return viewpoint_of(kind, Side.BUY if self is BookViewAsked.MINE else Side.SELL)


class Book(Answer):
    """The open orders of a product by price: one atomic state, the same that the feed counts."""

    symbol: str
    view: Annotated[
        str,
        Field(
            description="Whose: `whole`, `natural`, `institution`, `natural_seller` or "
            "`institution_seller`."
        ),
    ]
    classes_apart: Annotated[
        bool,
        Field(
            description="Whether the product's rules keep classes of orders apart. If not, every "
            "class sees the whole book, but for orders of its own side that stand crossed."
        ),
    ]
    epoch: Annotated[str, Field(description="Counters compare within one epoch only.")]
    seq: Annotated[int, Field(description="Of the product's book.")]
    eseq: Annotated[int, Field(description="The last command that this state contains.")]
    time: Moment
    crc: Annotated[int, Field(description="CRC-32 of the top 10 levels, as on the feed.")]
    crossed: Annotated[
        bool,
        Field(
            description="Orders that do not trade with each other, or not at every size, stand "
            "crossed; in no view of a class."
        ),
    ]
    bids: Annotated[
        list[tuple[str, str, int]], Field(description="[price, quantity, order count], best first")
    ]
    asks: Annotated[
        list[tuple[str, str, int]], Field(description="[price, quantity, order count], best first")
    ]


def product_of(
    product: ProductView,
    day: DayNumber,
    halts: Halts,
    *,
    names: Mapping[PartyId, str],
    shows_quotes: bool,
) -> Product:
    """A product as the wire shows it on a day, with what of the halts that stand concerns it.

    Args:
        names: its trust company's among them, if that is known.
        shows_quotes: its last deal too.
    """
    terms = product.terms
    scale, benchmark = terms.quantity_scale, product.facts.benchmark
    return Product(
        product_id=str(product.product_id),
        state=product.state.name,
        terms_digest=terms_digest(terms).hex(),
        symbol=terms.symbol,
        trust_company_id=str(terms.trust_company_id),
        trust_company_name=names.get(terms.trust_company_id),
        name_zh=terms.name_zh,
        name_en=terms.name_en,
        product_type=terms.product_type,
        risk_level=product.facts.risk_level,
        benchmark_bps=None if benchmark is None else benchmark.rate_bps,
        ctrc_code=terms.ctrc_code,
        maturity_date=terms.maturity_date,
        time_zone=TIME_ZONE,
        units_issued=format_decimal(terms.units_issued, scale=scale),
        par_value=format_price(terms.par_value),
        tick=format_price(terms.tick),
        lot=format_decimal(terms.lot, scale=scale),
        price_scale=PRICE_SCALE,
        quantity_scale=scale,
        market_mode=product.mode.name,
        coming_mode=None if product.coming_mode is None else announced_mode(product.coming_mode),
        transfer_terms=terms_shown(terms.transfer_terms),
        pricing=pricing_of(product, day, shows_quotes=shows_quotes),
        halts=halts_of_product(halts, product.product_id),
    )


def levels_of(levels: Sequence[BookLevel], quantity_scale: int) -> list[tuple[str, str, int]]:
    """Price levels as the wire shows them."""
    return [
        (
            format_price(level.price),
            format_decimal(level.quantity, scale=quantity_scale),
            level.order_count,
        )
        for level in levels
    ]


def book_of(
    product: ProductView,
    *,
    viewpoint: Viewpoint | None,
    bids: list[tuple[str, str, int]],
    asks: list[tuple[str, str, int]],
    epoch: str,
    eseq: int,
    at_ns: int,
    crc: int,
) -> Book:
    """The book as the wire shows it."""
    return Book(
        symbol=product.terms.symbol,
        view=BookViewAsked.WHOLE.value if viewpoint is None else viewpoint.value,
        classes_apart=product.classed is not None,
        epoch=epoch,
        seq=product.book_seq,
        eseq=eseq,
        time=format_moment(at_ns),
        crc=crc,
        crossed=viewpoint is None and product.book.is_crossed(),
        bids=bids,
        asks=asks,
    )
