"""Market modes and the venue's licence on the wire."""

from typing import Annotated, Final, Literal

from pydantic import Field

from api.schemas.base import Answer, Body, name_of
from api.schemas.decimals import (
    Day,
    Decimal,
    Moment,
    format_day,
    format_decimal,
    format_moment,
    format_price,
    format_signed,
)
from api.schemas.evidence import DayText
from api.schemas.halts import StandingHalt, halts_of_venue
from exchange.halt_state import Halts
from exchange.modes.matrix import MATRIX, may_run
from exchange.modes.notice_state import NOTICE_WORKING_DAYS, ComingMode
from exchange.modes.types import (
    UNCROSSES_A_DAY_MAX,
    CallAuctionTerms,
    MarketMode,
    ModeTerms,
    Permission,
)
from exchange.product_view import ProductView
from exchange.types import VenueProfile
from registry.calendar import MINUTES

ModeName = Literal[
    "CONTINUOUS", "CALL_AUCTION", "LISTED_PRICE", "ENGLISH_AUCTION", "NEGOTIATED", "RFQ"
]
Minute = Annotated[int, Field(ge=0, lt=MINUTES)]
WHEN: Final = "From when on the uncross may come, in 1440ths of the day of the product's calendar."
HOW_LONG: Final = "How much later it may come, in 1440ths of the day; the moment is not told."


class CallAuctionBody(Body):
    """When a product's call auctions are, on the trading days of its calendar."""

    uncross_minutes: Annotated[
        list[Minute], Field(min_length=1, max_length=UNCROSSES_A_DAY_MAX, description=WHEN)
    ]
    window_minutes: Annotated[Minute, Field(description=HOW_LONG)] = 0


class MarketModeBody(Body):
    """How deals in a product are to be made."""

    market_mode: ModeName
    call_auction: Annotated[
        CallAuctionBody | None, Field(description="For the mode CALL_AUCTION, and no other.")
    ] = None
    effective_on: Annotated[
        DayText | None,
        Field(description="From when on, where the venue's licence asks for notice; else null."),
    ] = None

    def terms(self) -> ModeTerms | None:
        """What the mode needs to know; whether it is what this mode needs, the exchange says."""
        if self.call_auction is None:
            return None
        return CallAuctionTerms(
            uncross_minutes=tuple(self.call_auction.uncross_minutes),
            window_minutes=self.call_auction.window_minutes,
        )


class CallOffModeBody(Body):
    """What was announced, as you have read it."""

    market_mode: ModeName
    effective_on: DayText


class CallAuctionShown(Answer):
    """When a product's call auctions are, on the trading days of its calendar."""

    uncross_minutes: Annotated[list[int], Field(description=WHEN)]
    window_minutes: Annotated[int, Field(description=HOW_LONG)]


class AnnouncedMode(Answer):
    """How deals in a product are to be made from a day on, unless something of the present mode is
    open when the day begins: then the product keeps that."""

    market_mode: Annotated[str, name_of(MarketMode)]
    call_auction: CallAuctionShown | None
    effective_on: Annotated[Day, Field(description="By the product's calendar.")]


class ProductMarketMode(Answer):
    """How deals in a product are made."""

    symbol: str
    market_mode: Annotated[str, name_of(MarketMode)]
    version: Annotated[int, Field(description="How often it was set.")]
    call_auction: CallAuctionShown | None
    coming_mode: Annotated[AnnouncedMode | None, Field(description="What was announced.")]


class Indication(Answer):
    """At which price what has gathered would trade."""

    price: Decimal
    volume: Decimal
    surplus: Annotated[
        Decimal, Field(description="Left of the larger side: of buyers above 0, of sellers below.")
    ]


class AuctionResult(Answer):
    """What an auction did."""

    price: Annotated[Decimal | None, Field(description="Null: nothing traded.")]
    volume: Decimal
    at: Moment


class CallAuction(Answer):
    """The call auctions of a product."""

    symbol: str
    opens_at: Annotated[Moment, Field(description="From when on the next one may come.")]
    latest_at: Annotated[Moment, Field(description="And until when; the moment is not told.")]
    extended: Annotated[
        bool,
        Field(description="It was put off: its price was beyond its band. The next time it halts."),
    ]
    indicative: Annotated[
        Indication | None, Field(description="Told at most once a second; null: nothing would.")
    ]
    last: AuctionResult | None


class LicensedMode(Answer):
    """What the venue's licence says of a market mode."""

    market_mode: Annotated[str, name_of(MarketMode)]
    permission: Annotated[str, name_of(Permission)]
    allowed: Annotated[
        bool, Field(description="CONDITIONAL is allowed where the venue names an approval.")
    ]


class Venue(Answer):
    """By what licence the venue runs, and whether it is halted."""

    profile: Annotated[str, name_of(VenueProfile)]
    approval_ref: Annotated[
        str | None, Field(description="What its authority calls the venue's approval.")
    ]
    market_modes: list[LicensedMode]
    notice_working_days: Annotated[
        int, Field(description="Before a market mode changes; 0: it changes at once.")
    ]
    halts: Annotated[
        list[StandingHalt],
        Field(description="While one stands, no order of any product is taken or matched."),
    ]


def market_mode_of(product: ProductView) -> ProductMarketMode:
    """A product's market mode as the wire shows it."""
    return market_mode_shown(
        product.terms.symbol,
        product.mode,
        terms=product.mode_terms,
        version=product.mode_version,
        coming=product.coming_mode,
    )


def market_mode_shown(
    symbol: str,
    mode: MarketMode,
    *,
    terms: ModeTerms | None,
    version: int,
    coming: ComingMode | None,
) -> ProductMarketMode:
    """A market mode with what the product says of it, as the wire shows it."""
    return ProductMarketMode(
        symbol=symbol,
        market_mode=mode.name,
        version=version,
        call_auction=_terms_shown(terms),
        coming_mode=None if coming is None else announced_mode(coming),
    )


def announced_mode(coming: ComingMode) -> AnnouncedMode:
    """A market mode that was announced, as the wire shows it."""
    return AnnouncedMode(
        market_mode=coming.mode.name,
        call_auction=_terms_shown(coming.terms),
        effective_on=format_day(coming.effective_on),
    )


def _terms_shown(terms: ModeTerms | None) -> CallAuctionShown | None:
    if not isinstance(terms, CallAuctionTerms):
        return None
    return CallAuctionShown(
        uncross_minutes=list(terms.uncross_minutes), window_minutes=terms.window_minutes
    )


def call_auction_of(product: ProductView) -> CallAuction | None:
    """A product's call auctions as the wire shows them; None where it has none."""
    auction, scale = product.auction, product.terms.quantity_scale
    if auction.opens_ns is None or auction.latest_ns is None:
        return None
    indicative = last = None
    if auction.price is not None:
        indicative = Indication(
            price=format_price(auction.price),
            volume=format_decimal(auction.volume, scale=scale),
            surplus=format_signed(auction.surplus, scale=scale),
        )
    if auction.last_at_ns is not None:
        last = AuctionResult(
            price=None if auction.last_price is None else format_price(auction.last_price),
            volume=format_decimal(auction.last_volume, scale=scale),
            at=format_moment(auction.last_at_ns),
        )
    return CallAuction(
        symbol=product.terms.symbol,
        opens_at=format_moment(auction.opens_ns),
        latest_at=format_moment(auction.latest_ns),
        extended=auction.extended,
        indicative=indicative,
        last=last,
    )


def venue_of(profile: VenueProfile, approval_ref: str | None, halts: Halts) -> Venue:
    """The venue's licence, and the halts of the whole venue, as the wire shows them."""
    is_approved = approval_ref is not None
    return Venue(
        profile=profile.name,
        approval_ref=approval_ref,
        market_modes=[
            LicensedMode(
                market_mode=mode.name,
                permission=MATRIX[profile][mode].name,
                allowed=may_run(profile, mode, is_approved=is_approved),
            )
            for mode in MarketMode
        ],
        notice_working_days=NOTICE_WORKING_DAYS[profile],
        halts=halts_of_venue(halts),
    )
