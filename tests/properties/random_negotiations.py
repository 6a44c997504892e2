"""Random deals between named parties: of three products of their own, one for each mode."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Final

from msgspec import structs

from exchange.commands import AnyCommand, CreateProduct
from exchange.market_commands import SetMarketMode
from exchange.modes.negotiation import Acceptance
from exchange.modes.types import MarketMode
from exchange.negotiation_commands import (
    AcceptOffer,
    DeclineOffer,
    ListUnits,
    MakeOffer,
    OfferDeal,
    RequestQuotes,
    WithdrawOffer,
)
from exchange.types import OPERATOR_ID, NegotiationId, OfferId, PartyId
from matching import Price, Quantity, Side
from registry.types import HolderId, LotId, ProductId, TimeNs
from tests.exchange.register_files import holders_file
from tests.model.negotiation import ModelNegotiation, open_ones
from tests.properties.exchange_pair import ExchangePair
from tests.properties.random_desk import RandomDesk

UNKNOWN: Final = 999_999
MODES: Final = (MarketMode.NEGOTIATED, MarketMode.LISTED_PRICE, MarketMode.RFQ)
SECOND_NS: Final = 10**9
DAY_NS: Final = 24 * 3_600 * SECOND_NS


class RandomNegotiations:
    """Draws what parties say to each other, knowing what was said."""

    def __init__(
        self,
        pair: ExchangePair,
        key: Callable[[], str],
        *,
        anybody: tuple[PartyId, ...],
        holders: tuple[PartyId, ...],
    ) -> None:
        self.pair = pair
        self.key = key
        self.anybody = anybody
        self.holders = holders
        self.products: dict[MarketMode, ProductId] = {}

    def found(
        self, commands: list[AnyCommand], terms: CreateProduct, desk: RandomDesk, *, by_two: bool
    ) -> None:
        """Put a product for each mode behind the commands of a founding."""
        for mode in MODES:
            named = structs.replace(terms, symbol=mode.name.replace("_", "-"), key=self.key())
            desk.add(commands, named, by_two=by_two)
            product_id = self.products[mode] = ProductId(len(commands))
            holdings = [(holder, units) for holder in self.holders for units in (400, 90, 30)]
            file = holders_file(self.key(), product_id, holdings, par_value=terms.par_value)
            desk.add(commands, file, by_two=by_two)
            set_mode = SetMarketMode(
                actor=OPERATOR_ID, key=self.key(), product_id=product_id, mode=mode, terms=None
            )
            desk.add(commands, set_mode, by_two=by_two)

    def command(self, draw: Random) -> AnyCommand:
        """Something new, or a word in what is open; of the latest mostly the next that fits."""
        open_now = open_ones(self.pair.model)
        if not open_now or draw.random() < 0.25:
            return self.open(draw)
        return self.about(draw, draw.choice(open_now))

    def party(self, draw: Random) -> PartyId:
        return draw.choice(self.anybody if draw.random() < 0.04 else self.holders)

    def lapse(self, draw: Random) -> TimeNs:
        waits_ns = draw.choice((5, 60, 3_600, 86_400, 10 * 86_400)) * SECOND_NS
        if draw.random() < 0.05:
            waits_ns = draw.choice((0, -1, 30 * DAY_NS, 30 * DAY_NS + 1))
        return TimeNs(self.pair.at_ns + waits_ns)

    def price(self, draw: Random) -> Price:
        if draw.random() < 0.04:
            return Price(draw.choice((0, -10, 10_003, 10**9 + 10)))
        return Price(10_000 + 10 * draw.randint(-30, 30))

    def quantity(self, draw: Random) -> Quantity:
        if draw.random() < 0.04:
            return Quantity(draw.choice((0, -1, 10**15 + 1, 10**13)))
        return Quantity(draw.choice((1, 5, 20, 20, 60, 300)))

    def lots(self, draw: Random, party_id: PartyId, product_id: ProductId) -> tuple[LotId, ...]:
        """Mostly none named; else some of his, or one that is not."""
        model = self.pair.model
        if draw.random() < 0.9:
            return ()
        lots = model.register.lots_of(product_id, HolderId(party_id), as_of=model.sequence)
        if not lots or draw.random() < 0.2:
            return (LotId(UNKNOWN),)
        return tuple(draw.sample(list(lots), draw.randint(1, min(3, len(lots)))))

    def open(self, draw: Random) -> AnyCommand:
        """An offer, a listing or a request, now and then for a product of another mode."""
        mode, actor = draw.choice(MODES), self.party(draw)
        product_id = self.products[mode]
        if draw.random() < 0.08:
            product_id = draw.choice([*self.pair.model.products, ProductId(UNKNOWN)])
        side = draw.choice(list(Side))
        if mode is MarketMode.NEGOTIATED:
            return OfferDeal(
                actor=actor,
                key=self.key(),
                product_id=product_id,
                side=side,
                price=self.price(draw),
                quantity=self.quantity(draw),
                counterparty_id=self.party(draw),
                lapses_ns=self.lapse(draw),
                lots=self.lots(draw, actor, product_id) if side is Side.SELL else (),
            )
        if mode is MarketMode.LISTED_PRICE:
            return ListUnits(
                actor=actor,
                key=self.key(),
                product_id=product_id,
                price=self.price(draw),
                quantity=self.quantity(draw),
                parts=draw.random() < 0.5,
                acceptance=draw.choices(list(Acceptance), (1, 3))[0],
                lapses_ns=self.lapse(draw),
                lots=self.lots(draw, actor, product_id),
            )
        names = draw.sample(self.holders, draw.choice((0, 0, 2, 3)))
        if draw.random() < 0.1:
            names += draw.choice(([actor], names[:1], [PartyId(UNKNOWN)], list(self.holders)))
        return RequestQuotes(
            actor=actor,
            key=self.key(),
            product_id=product_id,
            side=side,
            quantity=self.quantity(draw),
            named=tuple(names),
            lapses_ns=self.lapse(draw),
        )

    def about(self, draw: Random, negotiation: ModelNegotiation) -> AnyCommand:
        """A word in this one: mostly of somebody whose turn it is."""
        standing = negotiation.standing
        others = [each for each in negotiation.named or self.holders if each != negotiation.opener]
        insiders = [negotiation.opener, *others[:3], *[each.party_id for each in standing]]
        actor = draw.choice(insiders) if draw.random() < 0.95 else self.party(draw)
        number = NegotiationId(negotiation.number if draw.random() < 0.97 else UNKNOWN)
        offers = [each.number for each in standing]
        picked = [each for each in standing if each.state == "PICKED"]
        if picked and draw.random() < 0.5:
            actor, offers = picked[0].party_id, [picked[0].number]
        offer_id = OfferId(draw.choice(offers) if offers and draw.random() < 0.95 else UNKNOWN)
        kind = draw.choices(("offer", "accept", "decline", "withdraw"), (5, 6, 1, 1))[0]
        if kind == "offer" or not offers:
            return self.answer(draw, negotiation, number, actor)
        if kind == "accept":
            return AcceptOffer(
                actor=actor,
                key=self.key(),
                negotiation_id=number,
                offer_id=offer_id,
                lots=self.lots(draw, actor, negotiation.product.product_id),
            )
        if kind == "decline":
            return DeclineOffer(
                actor=actor, key=self.key(), negotiation_id=number, offer_id=offer_id
            )
        return WithdrawOffer(actor=actor, key=self.key(), negotiation_id=number)

    def answer(
        self, draw: Random, negotiation: ModelNegotiation, number: NegotiationId, actor: PartyId
    ) -> MakeOffer:
        """Terms: mostly such as the mode asks for."""
        answered = OfferId(negotiation.answered() if draw.random() < 0.95 else UNKNOWN)
        price, quantity = self.price(draw), self.quantity(draw)
        if negotiation.mode == "LISTED_PRICE" and draw.random() < 0.9:
            assert negotiation.price is not None
            price = negotiation.price
        if negotiation.mode != "NEGOTIATED" and draw.random() < 0.85:
            quantity = Quantity(negotiation.left)
            if negotiation.parts and draw.random() < 0.6:
                quantity = Quantity(draw.randint(1, negotiation.left))
        lapses_ns = None if draw.random() < 0.7 else self.lapse(draw)
        return MakeOffer(
            actor=actor,
            key=self.key(),
            negotiation_id=number,
            offer_id=answered,
            price=price,
            quantity=quantity,
            lapses_ns=lapses_ns,
            lots=self.lots(draw, actor, negotiation.product.product_id),
        )
