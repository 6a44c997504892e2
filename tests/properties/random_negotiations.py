"""Random deals between named parties: of products of their own, one for each mode."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Final

from msgspec import structs

from exchange.commands import AdvanceTime, AnyCommand, CreateProduct, OpenVenue, RejectTransfer
from exchange.market_commands import SetMarketMode
from exchange.modes.negotiation import Acceptance
from exchange.modes.types import MarketMode
from exchange.negotiation_commands import (
    AcceptOffer,
    AuctionUnits,
    DeclineOffer,
    ListUnits,
    MakeOffer,
    OfferDeal,
    RequestQuotes,
    WithdrawOffer,
)
from exchange.types import OPERATOR_ID, NegotiationId, OfferId, PartyId, RejectionReason
from matching import Price, Quantity, Side
from registry.types import HolderId, LotId, ProductId, TimeNs
from tests.exchange.register_files import holders_file
from tests.model.negotiation import ModelNegotiation, open_ones
from tests.properties.exchange_pair import ExchangePair
from tests.properties.random_desk import RandomDesk

UNKNOWN: Final = 999_999
MODES: Final = (
    MarketMode.NEGOTIATED,
    MarketMode.LISTED_PRICE,
    MarketMode.RFQ,
    MarketMode.ENGLISH_AUCTION,
)
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
        """Put a product for each mode behind the commands of a founding; where two act the venue is
        one whose modes are announced, and come when time passes."""
        opening = commands[0]
        assert isinstance(opening, OpenVenue)
        wanted = terms.transfer_terms.calendar_id
        (calendar,) = [each for each in opening.calendars if each.calendar_id == wanted]
        first = calendar.day_of(calendar.start_after(self.pair.at_ns, 1))
        for mode in MODES:
            named = structs.replace(terms, symbol=mode.name.replace("_", "-"), key=self.key())
            desk.add(commands, named, by_two=by_two)
            product_id = self.products[mode] = ProductId(len(commands))
            holdings = [(holder, units) for holder in self.holders for units in (400, 90, 30)]
            file = holders_file(self.key(), product_id, holdings, par_value=terms.par_value)
            desk.add(commands, file, by_two=by_two)
            set_mode = SetMarketMode(
                actor=OPERATOR_ID,
                key=self.key(),
                product_id=product_id,
                mode=mode,
                terms=None,
                effective_on=first if by_two else None,
            )
            desk.add(commands, set_mode, by_two=by_two)

    def command(self, draw: Random) -> AnyCommand:
        """Something new, or a word in what is open; of the latest mostly the next that fits."""
        open_now = open_ones(self.pair.model)
        if not open_now or draw.random() < 0.25:
            return self.open(draw)
        auctions = [each for each in open_now if each.auctioned is not None]
        ends_ns = [each.bids_end_ns for each in auctions if len(each.standing) > 1]
        if ends_ns and draw.random() < 0.15:
            return self.wait_until(min(ends_ns))
        listings = [each for each in open_now if each.acceptance == "SELLER_CONFIRMS"]
        if listings and draw.random() < 0.25:
            return self.in_line(draw, draw.choice(listings))
        likely = auctions if auctions and draw.random() < 0.3 else open_now
        return self.about(draw, draw.choice(likely))

    def wait_until(self, moment_ns: int) -> AdvanceTime:
        """The clock is told at this moment, if it is still to come."""
        self.pair.wait(max(0, moment_ns - self.pair.at_ns))
        return AdvanceTime(actor=OPERATOR_ID, key="", downtime_from_ns=None)

    def in_line(self, draw: Random, listing: ModelNegotiation) -> AnyCommand:
        """What makes a line behind a deal, and what becomes of it: some ask, one of them gets the
        units, and his transfer is rejected."""
        number, waiting = NegotiationId(listing.number), listing.standing
        picked = [each for each in waiting if each.state == "PICKED"]
        if listing.state == "BACKED" and draw.random() < 0.7:
            assert listing.transfer_id is not None
            transfer = self.pair.model.transfers[listing.transfer_id]
            return RejectTransfer(
                actor=listing.product.terms.trust_company_id,
                key=self.key(),
                transfer_id=transfer.transfer_id,
                version=transfer.version,
                officer="shen",
                reason=draw.choice(list(RejectionReason)),
            )
        if len(waiting) < 2 or listing.state == "BACKED":
            assert listing.price is not None
            return MakeOffer(
                actor=draw.choice(self.holders),
                key=self.key(),
                negotiation_id=number,
                offer_id=OfferId(listing.number),
                price=listing.price,
                quantity=Quantity(listing.to_ask_for),
                lapses_ns=None,
                lots=(),
            )
        actor, offer = listing.opener, draw.choice(waiting)
        if picked:
            actor, offer = picked[0].party_id, picked[0]
        return AcceptOffer(
            actor=actor,
            key=self.key(),
            negotiation_id=number,
            offer_id=OfferId(offer.number),
            lots=(),
        )

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
        if mode is MarketMode.ENGLISH_AUCTION:
            return self.auction(draw, actor, product_id)
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

    def auction(self, draw: Random, actor: PartyId, product_id: ProductId) -> AuctionUnits:
        """An auction with times and steps that mostly can be, and a reserve price now and then."""
        price, increment = self.price(draw), draw.choice((10, 10, 20, 50))
        starts_ns = self.pair.at_ns + draw.choice((0, 0, 0, 30)) * SECOND_NS
        ends_ns = starts_ns + draw.choice((180, 200, 600, 3_600)) * SECOND_NS
        lapses_ns = ends_ns + draw.choice((3_600, 4_000, 20 * 86_400, 20 * 86_400)) * SECOND_NS
        if draw.random() < 0.08:
            wrong = draw.randrange(4)
            increment = draw.choice((0, 15, -10, 10**9 + 10)) if wrong == 0 else increment
            starts_ns = draw.choice((0, -1)) if wrong == 1 else starts_ns
            ends_ns -= (ends_ns - starts_ns - 179 * SECOND_NS) if wrong == 2 else 0
            lapses_ns = ends_ns + 3_600 * SECOND_NS - 1 if wrong == 3 else lapses_ns
        reserve = price + 10 * draw.choice((0, 2, 5, 5, -1)) if draw.random() < 0.5 else None
        return AuctionUnits(
            actor=actor,
            key=self.key(),
            product_id=product_id,
            price=price,
            increment=increment,
            reserve_price=None if reserve is None else Price(reserve),
            quantity=self.quantity(draw),
            starts_ns=TimeNs(starts_ns),
            ends_ns=TimeNs(ends_ns),
            lapses_ns=TimeNs(lapses_ns),
            lots=self.lots(draw, actor, product_id),
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
        if negotiation.state == "REOPENED" and draw.random() < 0.6:
            highest = negotiation.highest
            assert highest is not None
            actor, offers = negotiation.opener, [highest.number]
        offer_id = OfferId(draw.choice(offers) if offers and draw.random() < 0.95 else UNKNOWN)
        weights = (16, 1, 1, 1) if negotiation.takes_bids else (5, 6, 1, 1)
        kind = draw.choices(("offer", "accept", "decline", "withdraw"), weights)[0]
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
            if negotiation.parts and negotiation.left > 0 and draw.random() < 0.6:
                quantity = Quantity(draw.randint(1, negotiation.left))
        if negotiation.auctioned is not None and draw.random() < 0.9:
            highest, said = negotiation.highest, negotiation.auctioned
            least = said.price if highest is None else highest.price
            price = Price(max(said.price, least + said.increment * draw.randint(-1, 2)))
        names_none = 0.97 if negotiation.auctioned is not None else 0.7
        lapses_ns = None if draw.random() < names_none else self.lapse(draw)
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
