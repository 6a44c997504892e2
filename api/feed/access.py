"""Which stream a request means, and whether this party may have it."""

from collections.abc import Mapping
from typing import Final

from api.auth.principal import Principal
from api.feed.limits import BOOK_DEPTH_DEFAULT, BOOK_DEPTHS, BOOK_INTERVALS_MS
from api.feed.messages import ErrorCode, Failure, OnSlow, StreamRequest
from api.feed.negotiations import NegotiationsStream
from api.feed.publisher import Publisher
from api.feed.stream import ProductStream, Stream
from api.quote_access import Concerned, QuoteAccess
from exchange.candles import Interval
from exchange.class_view import Viewpoint
from exchange.product_view import ProductView
from exchange.rules.types import Verdict
from exchange.types import TRADING_KINDS, PartyKind, VenueProfile

FEED_PAGE: Final = "/docs/reference/feed.md"
QUOTES_PUBLIC_PROFILES: Final = frozenset({VenueProfile.SANDBOX})
"""Profiles under which quotes are for everybody, not for parties of the venue alone."""
QUOTE_CHANNELS: Final = ("book", "trades", "ticker", "auction", "candles")
INTERVALS: Final = tuple(interval.value for interval in Interval)
VIEWS: Final = tuple(viewpoint.value for viewpoint in Viewpoint)
"""Whose a view of a book may be."""
PRIVATE_CHANNELS: Final[Mapping[str, frozenset[PartyKind]]] = {
    "transfers": TRADING_KINDS | {PartyKind.TRUST_COMPANY},
    "negotiations": TRADING_KINDS,
    "orders": TRADING_KINDS,
    "holdings": TRADING_KINDS,
    "cash": frozenset(PartyKind) - {PartyKind.REGULATOR},
    "confirmations": frozenset({PartyKind.TRUST_COMPANY}),
}
"""Of which a party has one stream, of all products: who has it, as of what REST answers him."""
CHANNELS: Final = (*QUOTE_CHANNELS, "status", *PRIVATE_CHANNELS)


def open_stream(
    request: StreamRequest, *, publisher: Publisher, principal: Principal | None
) -> Stream | Failure:
    """The stream that the request means, or why this party cannot have it."""
    if request.channel not in CHANNELS:
        return failure(
            ErrorCode.UNSUPPORTED, f"channel: this venue's feed has {', '.join(CHANNELS)}"
        )
    is_conflatable = request.channel in {"book", "ticker", "auction", "candles", "status"}
    if request.on_slow is OnSlow.CONFLATE and not is_conflatable:
        return failure(ErrorCode.BAD_REQUEST, f"on_slow: {request.channel} is never conflated")
    of_books = request.depth is not None or request.interval_ms or request.view is not None
    if request.channel != "book" and of_books:
        return failure(ErrorCode.BAD_REQUEST, "depth, interval_ms, view: of the channel book only")
    if request.channel != "candles" and request.interval is not None:
        return failure(ErrorCode.BAD_REQUEST, "interval: of the channel candles only")
    if request.channel in PRIVATE_CHANNELS:
        return _open_private(request, publisher=publisher, principal=principal)
    if request.channel == "status":
        return _open_status(request, publisher=publisher)
    if publisher.view.profile not in QUOTES_PUBLIC_PROFILES and principal is None:
        return failure(ErrorCode.AUTH_REQUIRED, "quotes are for parties of the venue")
    return _open_quotes(request, publisher=publisher, principal=principal)


def ended_for(
    stream: Stream, concerned: Concerned, *, quotes: QuoteAccess, principal: Principal | None
) -> Failure | None:
    """Why a stream that is open ends, now that its party may see something else; None: it does
    not."""
    party_id = None if principal is None else principal.party_id
    if isinstance(stream, NegotiationsStream):
        is_concerned = concerned.products or stream.party_id in concerned.parties
        detail = "negotiations: subscribe anew, and see what you may"
        return failure(ErrorCode.ACCESS_CHANGED, detail) if is_concerned else None
    if not isinstance(stream, ProductStream):
        return None
    if not concerned.concerns(party_id, stream.product.product_id):
        return None
    return _withheld(stream.product, quotes=quotes, principal=principal)


def failure(
    code: ErrorCode, detail: str, *, limit: int | None = None, used: int | None = None
) -> Failure:
    """The answer to an entry of a request that cannot be fulfilled."""
    if limit is None or used is None:
        return Failure(code=code, detail=detail, doc=doc_of(code))
    return Failure(code=code, detail=detail, limit=limit, used=used, doc=doc_of(code))


def doc_of(code: ErrorCode) -> str:
    """Where the error is explained."""
    return f"{FEED_PAGE}#{code.value}"


def _open_private(
    request: StreamRequest, *, publisher: Publisher, principal: Principal | None
) -> Stream | Failure:
    channel = request.channel
    if request.symbol is not None:
        return failure(ErrorCode.BAD_REQUEST, f"symbol: {channel} comes for all of a party's")
    if principal is None:
        return failure(ErrorCode.AUTH_REQUIRED, f"{channel}: your own alone: send auth first")
    if principal.kind not in PRIVATE_CHANNELS[channel]:
        return failure(ErrorCode.FORBIDDEN, f"{channel}: not for a party of this kind")
    return publisher.private.open(channel, principal.party_id, principal.kind)


def _open_status(request: StreamRequest, *, publisher: Publisher) -> Stream | Failure:
    product = publisher.view.product(request.symbol or "")
    if product is None:
        return failure(ErrorCode.UNKNOWN_SYMBOL, "symbol: no product has it")
    return publisher.status(product)


def _withheld(
    product: ProductView, *, quotes: QuoteAccess, principal: Principal | None
) -> Failure | None:
    findings = quotes.withheld(product, principal)
    if not findings:
        return None
    rules = ", ".join(each.rule_id for each in findings if each.verdict is Verdict.BLOCK)
    detail = f"{rules}: /v1/products/{product.terms.symbol}/activity says why, and what is for all"
    code = ErrorCode.AUTH_REQUIRED if principal is None else ErrorCode.QUOTES_WITHHELD
    return failure(code, detail)


def _open_quotes(
    request: StreamRequest, *, publisher: Publisher, principal: Principal | None
) -> Stream | Failure:
    product = publisher.view.product(request.symbol or "")
    if product is None:
        return failure(ErrorCode.UNKNOWN_SYMBOL, "symbol: no product has it")
    withheld = _withheld(product, quotes=publisher.quotes, principal=principal)
    if withheld is not None:
        return withheld
    match request.channel:
        case "trades":
            return publisher.trades(product)
        case "ticker":
            return publisher.ticker(product)
        case "auction":
            return publisher.auction(product)
        case "candles":
            if request.interval not in INTERVALS:
                return failure(ErrorCode.BAD_REQUEST, f"interval: one of {', '.join(INTERVALS)}")
            return publisher.candles(product, interval=Interval(request.interval))
    return _open_book(request, product, publisher=publisher)


def _open_book(
    request: StreamRequest, product: ProductView, *, publisher: Publisher
) -> Stream | Failure:
    if request.interval_ms not in BOOK_INTERVALS_MS:
        choices = ", ".join(map(str, BOOK_INTERVALS_MS))
        return failure(ErrorCode.BAD_REQUEST, f"interval_ms: one of {choices}")
    depth = BOOK_DEPTH_DEFAULT if request.depth is None else request.depth
    viewpoint = None
    if request.view is not None:
        if request.view not in VIEWS:
            return failure(ErrorCode.BAD_REQUEST, f"view: one of {', '.join(VIEWS)}")
        viewpoint = Viewpoint(request.view)
    if depth == "all":
        if viewpoint is not None:
            return failure(ErrorCode.BAD_REQUEST, 'depth: a view has no depth "all"')
        return publisher.book(product, depth=None, interval_ms=request.interval_ms)
    if isinstance(depth, str) or depth not in BOOK_DEPTHS:
        choices = ", ".join(map(str, BOOK_DEPTHS))
        return failure(ErrorCode.BAD_REQUEST, f'depth: one of {choices}, "all"')
    interval_ms = request.interval_ms
    return publisher.book(product, depth=depth, interval_ms=interval_ms, viewpoint=viewpoint)
