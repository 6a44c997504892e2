"""Institutions that deal by name: they offer each other units, list them, ask for quotes, and
auction."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from api.cli.demo.allowed import feasible_at, nearest_in, ranges_in
from api.cli.demo.chance import Chance, chance
from api.cli.demo.client import ApiClient, Refused, Request, VenueGone
from api.cli.demo.credentials import Credentials
from api.cli.demo.dataset import DataSet
from api.cli.demo.products import (
    BY_NAME,
    ENGLISH_AUCTION,
    LISTED_PRICE,
    NEGOTIATED,
    RFQ,
    Product,
)
from api.cli.demo.watch import Watch
from api.cli.demo.wire import NegotiationStep
from api.schemas.decimals import NS_PER_S, format_decimal, format_moment, format_price

TALK_EVERY_S: Final = 3.0
THINK_S: Final = (0.2, 1.5)
LAPSES_IN_S: Final = 600
LOTS: Final = (1, 8)
RULED_LOTS: Final = (10, 18)
"""Where rules want whoever buys to hold a million yuan afterwards."""
BUYERS: Final = 2
"""Who ask for what is listed."""
BUYERS_ASKED_MAX: Final = 8
ACCEPTED_SHARE: Final = 0.5
"""Of offers, as they are; of the others most are countered."""
COUNTERED_SHARE: Final = 0.35
BUYER_OUT_SHARE: Final = 0.2
"""Of buyers whom a seller has picked: the next is then asked."""
QUOTES_MAX: Final = 3
BIDDERS: Final = 3
BIDDING_S: Final = 300
BEHIND_S: Final = 3_600
"""How long after an auction those stand behind who did not get it."""

log = logging.getLogger("trustex.demo")


@dataclass(frozen=True, slots=True, kw_only=True)
class Dealer:
    """An institution that deals by name, with its key."""

    code: str
    party_id: str
    key: str


class DealRoom:
    """All dealers, who talk to each other about the products in which deals are made by name."""

    def __init__(
        self,
        dealers: Sequence[Dealer],
        *,
        holders: Mapping[str, Sequence[Dealer]],
        products: Sequence[Product],
        client: ApiClient,
        watch: Watch,
        seed: int,
        start: int,
    ) -> None:
        """Args:
        holders: who had units when the market was opened, by symbol.
        """
        self._dealers = dealers
        self._holders = holders
        self._products = [each for each in products if len(holders[each.symbol]) > QUOTES_MAX]
        self._client = client
        self._watch = watch
        self._chance: Chance = chance(seed, f"dealing {start}")
        self._start = start
        self._sent = 0

    async def run(self) -> None:
        """Talk until cancelled."""
        while True:
            await asyncio.sleep(self._chance.expovariate(1 / TALK_EVERY_S))
            if self._products and self._watch.now_ns:
                await self.talk(self._chance.choice(self._products))

    async def talk(self, product: Product) -> None:
        """One deal in the making, from its opening to its end or until somebody is refused."""
        talks: dict[str, Callable[[Product], Awaitable[None]]] = {
            NEGOTIATED: self._negotiate,
            LISTED_PRICE: self._list,
            RFQ: self._ask_for_quotes,
            ENGLISH_AUCTION: self._auction,
        }
        try:
            await talks[product.market_mode](product)
        except Refused as refused:
            # Somebody has not what he would sell or pay with.
            log.info("%s: %s", product.symbol, refused)
            self._watch.counts.refused += 1
        except VenueGone as gone:
            log.warning("%s: %s", product.symbol, gone)

    async def _negotiate(self, product: Product) -> None:
        """One offers, the other accepts, counters or declines."""
        seller, (buyer,) = self._parties(product, others=1)
        terms = self._terms(product)
        body = terms | {"symbol": product.symbol, "side": "SELL", "lapses_at": self._lapse()}
        opened = await self._send(
            seller, "/v1/negotiations", body | {"counterparty_id": buyer.party_id}
        )
        answer, number = self._chance.random(), opened.negotiation_id
        if answer < ACCEPTED_SHARE:
            await self._accept(buyer, number, offer_id=number)
        elif answer < ACCEPTED_SHARE + COUNTERED_SHARE:
            lower = terms | {"price": format_price(product.price_lowest), "answers": number}
            counter = await self._send(buyer, f"/v1/negotiations/{number}/offers", lower)
            await self._accept(seller, number, offer_id=_offer(counter))
        else:
            await self._send(buyer, f"/v1/negotiations/{number}/offers/{number}/decline", None)

    async def _list(self, product: Product) -> None:
        """One lists, two ask, he picks the first; if that one is out, the other is asked. Where
        there are rules, each asks first what he may do."""
        seller, buyers = self._parties(
            product, others=BUYERS_ASKED_MAX if product.is_ruled else BUYERS
        )
        price = self._price(product)
        quantity = await self._quantity_to_list(product, seller, price)
        if quantity is None:
            return
        terms = _terms_of(product, price=price, quantity=quantity)
        body = terms | {"symbol": product.symbol, "acceptance": "SELLER_CONFIRMS"}
        listed = await self._send(seller, "/v1/listings", body | {"lapses_at": self._lapse()})
        number = listed.negotiation_id
        path = f"/v1/negotiations/{number}"
        if product.is_ruled:
            buyers = [each for each in buyers if await self._may_take(product, number, price, each)]
        if len(buyers) < BUYERS:
            await self._send(seller, path, None, method="DELETE")
            return
        first, second, *_ = buyers
        asked = await self._send(first, f"{path}/offers", terms | {"answers": number})
        backup = await self._send(second, f"{path}/offers", terms | {"answers": number})
        await self._accept(seller, number, offer_id=_offer(asked))
        if self._chance.random() < BUYER_OUT_SHARE:
            await self._send(first, path, None, method="DELETE")
            await self._accept(second, number, offer_id=_offer(backup))
        else:
            await self._accept(first, number, offer_id=_offer(asked))

    async def _ask_for_quotes(self, product: Product) -> None:
        """One asks some holders, they quote, and the lowest price is taken."""
        sellers = self._chance.sample(list(self._holders[product.symbol]), QUOTES_MAX)
        buyer = self._chance.choice([each for each in self._dealers if each not in sellers])
        terms = self._terms(product)
        body = {"symbol": product.symbol, "side": "BUY", "quantity": terms["quantity"]}
        named = [each.party_id for each in sellers]
        asked = await self._send(
            buyer, "/v1/quote-requests", body | {"named": named, "lapses_at": self._lapse()}
        )
        number = asked.negotiation_id
        quotes: list[tuple[int, str]] = []
        for seller in sellers:
            price = self._price(product)
            quote = terms | {"price": format_price(price), "answers": number}
            made = await self._send(seller, f"/v1/negotiations/{number}/offers", quote)
            quotes.append((price, _offer(made)))
        await self._accept(buyer, number, offer_id=min(quotes)[1])

    async def _auction(self, product: Product) -> None:
        """One auctions, others outbid each other, one of them twice; the clock does the rest."""
        seller, bidders = self._parties(product, others=BIDDERS)
        terms = self._terms(product)
        price, step, now_ns = product.price_lowest, product.type.tick, self._watch.now_ns
        ends_ns = now_ns + BIDDING_S * NS_PER_S
        body = {
            "symbol": product.symbol,
            "quantity": terms["quantity"],
            "price": format_price(price),
            "increment": format_price(step),
            "starts_at": format_moment(now_ns),
            "ends_at": format_moment(ends_ns),
            "lapses_at": format_moment(ends_ns + BEHIND_S * NS_PER_S),
        }
        opened = await self._send(seller, "/v1/english-auctions", body)
        number = opened.negotiation_id
        for bidder in (*bidders, bidders[0]):
            bid = terms | {"price": format_price(price), "answers": number}
            await self._send(bidder, f"/v1/negotiations/{number}/offers", bid)
            price += step * self._chance.randint(1, 3)

    def _parties(self, product: Product, *, others: int) -> tuple[Dealer, list[Dealer]]:
        """A holder and so many others."""
        seller = self._chance.choice(list(self._holders[product.symbol]))
        rest = [each for each in self._dealers if each != seller]
        return seller, self._chance.sample(rest, others)

    async def _quantity_to_list(self, product: Product, seller: Dealer, price: int) -> int | None:
        """How much of a product he lists: a block of his own where it has rules, as near to it as
        they let him; None: they let him list nothing."""
        if not product.is_ruled:
            return product.lot * self._chance.randint(*LOTS)
        least, most = RULED_LOTS
        block = self._chance.randint(product.lot * least, product.lot * most)
        wanted = block // product.venue_lot * product.venue_lot
        told = await feasible_at(self._client, product, price=price, key=seller.key)
        return nearest_in(ranges_in(product, told.sell.quantities), wanted)

    async def _may_take(self, product: Product, number: str, price: int, buyer: Dealer) -> bool:
        """Whether the rules let him take what is listed."""
        told = await feasible_at(self._client, product, price=price, key=buyer.key)
        listings = told.buy.listings
        return any(each.quantities for each in listings if each.negotiation_id == number)

    def _terms(self, product: Product) -> dict[str, object]:
        quantity = product.lot * self._chance.randint(*LOTS)
        return _terms_of(product, quantity=quantity, price=self._price(product))

    def _price(self, product: Product) -> int:
        """Somewhere in the product's usual range, on the tick."""
        lowest, highest = sorted(product.type.discount_bps)
        return product.price_at(self._chance.uniform(lowest, highest))

    def _lapse(self) -> str:
        return format_moment(self._watch.now_ns + LAPSES_IN_S * NS_PER_S)

    async def _accept(self, dealer: Dealer, number: str, *, offer_id: str) -> None:
        await self._send(dealer, f"/v1/negotiations/{number}/offers/{offer_id}/accept", {})

    async def _send(
        self, dealer: Dealer, path: str, body: Mapping[str, object] | None, *, method: str = "POST"
    ) -> NegotiationStep:
        """Say it after a while, as people do."""
        await asyncio.sleep(self._chance.uniform(*THINK_S))
        self._sent += 1
        request = Request(
            method=method,
            path=path,
            key=dealer.key,
            body=body,
            idempotency_key=f"deal-{self._start}-{self._sent}",
        )
        return await self._client.send(request, NegotiationStep)


def _terms_of(product: Product, *, price: int, quantity: int) -> dict[str, object]:
    scale = product.type.quantity_scale
    return {"price": format_price(price), "quantity": format_decimal(quantity, scale=scale)}


def _offer(step: NegotiationStep) -> str:
    assert step.offer_id is not None, step
    return step.offer_id


def deal_room(
    data_set: DataSet, credentials: Credentials, *, client: ApiClient, watch: Watch
) -> DealRoom:
    """The institutions of the demo market, and what they had of products that are dealt by name."""
    dealers = {
        trader.code: Dealer(
            code=trader.code,
            party_id=credentials.parties[trader.code],
            key=credentials.keys[trader.code],
        )
        for trader in data_set.traders
        if trader.is_institution
    }
    products = [each for each in data_set.products if each.market_mode in BY_NAME]
    holders = {
        product.symbol: [
            dealers[holding.holder.code]
            for holding in data_set.holdings
            if holding.product is product and holding.holder.is_institution
        ]
        for product in products
    }
    return DealRoom(
        tuple(dealers.values()),
        holders=holders,
        products=products,
        client=client,
        watch=watch,
        seed=credentials.seed,
        start=credentials.starts,
    )
