"""What becomes of what parties say to each other, in the ledger of the naive exchange."""

from __future__ import annotations

from typing import TYPE_CHECKING

from exchange import events as told
from exchange import negotiation_events as said
from exchange.commands import PlaceOrder
from exchange.modes.negotiation import Acceptance, Move, NegotiationState, OfferState
from exchange.modes.types import MarketMode
from exchange.negotiation_commands import (
    AcceptOffer,
    AuctionUnits,
    DeclineOffer,
    ListUnits,
    MakeOffer,
    NegotiationCommand,
    OfferDeal,
    RequestQuotes,
    WithdrawOffer,
)
from exchange.types import CloseReason, NegotiationId, OfferId, PartyId
from matching import Filled, OrderId, ParticipantId, Price, Quantity, Side
from registry.types import TimeNs, TransferId
from tests.model import auctioneer, lister
from tests.model.ledger import ModelOrder
from tests.model.register import cut

if TYPE_CHECKING:
    from tests.model.exchange import ModelExchange

from tests.model.negotiation import (
    CLOSED_FOR,
    DAY_NS,
    OPEN,
    ModelNegotiation,
    ModelOffer,
    find,
    lapse_of,
    word_of,
)


class Dealer:
    """Carries out what is said, in the model's ledger."""

    def __init__(self, exchange: ModelExchange) -> None:
        self.exchange = exchange
        self.at_ns = exchange.at_ns
        self.number = exchange.sequence

    def carry_out(self, command: NegotiationCommand) -> None:
        match command:
            case OfferDeal():
                opened = self.open(
                    command, "NEGOTIATED", side=command.side, price=command.price,
                    named=(command.counterparty_id,),
                )  # fmt: skip
                self.stand_behind(opened, word_of(self.exchange, command, None))
                self.say(opened, command.actor, command.price, command.quantity, command.lapses_ns)
            case ListUnits():
                opened = self.open(
                    command, "LISTED_PRICE", side=Side.SELL, price=command.price,
                    parts=command.parts, acceptance=command.acceptance,
                )  # fmt: skip
                self.stand_behind(opened, word_of(self.exchange, command, None))
            case RequestQuotes():
                self.open(command, "RFQ", side=command.side, price=None, named=command.named)
            case AuctionUnits():
                opened = self.open(command, "ENGLISH_AUCTION", side=Side.SELL, price=command.price)
                auctioneer.begin(self, opened, command)
                self.stand_behind(opened, word_of(self.exchange, command, None))
            case MakeOffer():
                self.answer(self.found(command.negotiation_id), command)
            case AcceptOffer():
                self.accept(self.found(command.negotiation_id), command)
            case DeclineOffer():
                negotiation = self.found(command.negotiation_id)
                if negotiation.mode == "NEGOTIATED":
                    self.end(negotiation, "DECLINE", "DECLINED", "DECLINED")
                else:
                    offer = negotiation.offer(command.offer_id)
                    assert offer is not None
                    self.drop(negotiation, offer, "DECLINED")
            case WithdrawOffer():
                self.withdraw(self.found(command.negotiation_id), command.actor)

    def withdraw(self, negotiation: ModelNegotiation, actor: PartyId) -> None:
        """He takes back what he has said; once there is a deal, nobody has to wait for it."""
        if not negotiation.has_the_word(actor):
            offer = negotiation.offer_of(actor)
            assert offer is not None
            self.drop(negotiation, offer, "WITHDRAWN")
        elif negotiation.state == "BACKED":
            self.end(negotiation, "RELEASE", "DEALT", "ACCEPTED")
        else:
            self.end(negotiation, "WITHDRAW", "WITHDRAWN", "WITHDRAWN")

    def found(self, number: int) -> ModelNegotiation:
        negotiation = find(self.exchange, number)
        assert negotiation is not None
        return negotiation

    def open(
        self,
        command: OfferDeal | ListUnits | RequestQuotes | AuctionUnits,
        mode: str,
        *,
        side: Side,
        price: Price | None,
        named: tuple[PartyId, ...] = (),
        parts: bool = False,
        acceptance: Acceptance | None = None,
    ) -> ModelNegotiation:
        opened = ModelNegotiation(
            number=self.number,
            product=self.exchange.products[command.product_id],
            mode=mode,
            opener=command.actor,
            side=side,
            price=price,
            quantity=command.quantity,
            parts=parts,
            acceptance="" if acceptance is None else acceptance.name,
            named=named,
            lapses_ns=command.lapses_ns,
            opened_at_ns=self.at_ns,
            changed_at_ns=self.at_ns,
        )
        self.exchange.negotiations.append(opened)
        self.exchange.events.append(
            said.NegotiationOpened(
                negotiation_id=NegotiationId(self.number),
                product_id=command.product_id,
                mode=MarketMode[mode],
                opener_id=command.actor,
                side=side,
                price=price,
                quantity=command.quantity,
                parts=parts,
                acceptance=acceptance,
                named=named,
                lapses_ns=command.lapses_ns,
            )
        )
        return opened

    def answer(self, negotiation: ModelNegotiation, command: MakeOffer) -> None:
        if negotiation.auctioned is not None:
            auctioneer.bid(self, negotiation, command)
            return
        lapses_ns = lapse_of(self.exchange, negotiation, command)
        word = word_of(self.exchange, command, negotiation)
        if lapses_ns is None:
            self.deal(negotiation, negotiation.number, word, None)
            return
        move = {"NEGOTIATED": "COUNTER", "LISTED_PRICE": "ASK", "RFQ": "QUOTE"}[negotiation.mode]
        if move == "COUNTER":
            self.finish(negotiation, negotiation.standing[-1], "COUNTERED")
            negotiation.price, negotiation.quantity = command.price, command.quantity
            negotiation.lapses_ns = lapses_ns
        if move != "ASK":
            self.stand_behind(negotiation, word)
        self.say(negotiation, command.actor, command.price, command.quantity, lapses_ns)
        self.moved(negotiation, move)

    def accept(self, negotiation: ModelNegotiation, command: AcceptOffer) -> None:
        offer = negotiation.offer(command.offer_id)
        assert offer is not None
        is_listed = negotiation.mode == "LISTED_PRICE"
        if is_listed and negotiation.has_the_word(command.actor):
            self.pick(negotiation, offer)
            negotiation.state = "OFFERED"
            self.moved(negotiation, "PICK")
            return
        behind = self.listed_by(negotiation) if is_listed else offer.number
        self.deal(negotiation, behind, word_of(self.exchange, command, negotiation), offer)

    def say(
        self,
        negotiation: ModelNegotiation,
        party_id: PartyId,
        price: Price,
        quantity: Quantity,
        lapses_ns: TimeNs,
    ) -> None:
        """An offer stands from now on."""
        negotiation.offers.append(
            ModelOffer(
                number=self.number,
                party_id=party_id,
                price=price,
                quantity=quantity,
                lapses_ns=lapses_ns,
                made_at_ns=self.at_ns,
                changed_at_ns=self.at_ns,
            )
        )
        self.exchange.events.append(
            said.OfferMade(
                negotiation_id=NegotiationId(negotiation.number),
                offer_id=OfferId(self.number),
                party_id=party_id,
                made_to=negotiation.other(party_id),
                price=price,
                quantity=quantity,
                lapses_ns=lapses_ns,
            )
        )

    def listed_by(self, negotiation: ModelNegotiation) -> int:
        """The order that has what is listed set aside, or had it."""
        return negotiation.listed_by or negotiation.number

    def order(self, word: PlaceOrder, number: int = 0) -> ModelOrder:
        """The word is good: what it takes is set aside."""
        exchange = self.exchange
        order = ModelOrder(
            order_id=OrderId(number or self.number),
            product=exchange.products[word.product_id],
            placed=word,
            placed_at_ns=self.at_ns,
            price=word.price,
            changed_at_ns=self.at_ns,
            is_aside=True,
        )
        exchange.events.append(
            told.OrderAccepted(
                order_id=order.order_id,
                party_id=word.actor,
                product_id=word.product_id,
                side=word.side,
                price=word.price,
                quantity=word.quantity,
                time_in_force=word.time_in_force,
                reserved=exchange.reserve_for(order, word.price, open_quantity=word.quantity),
                expires_at_ns=word.expires_at_ns,
            )
        )
        if word.side is Side.SELL:
            order.draws, _ = cut(exchange.free_lots(order), word.quantity)
        exchange.orders[order.order_id] = order
        return order

    def stand_behind(
        self, negotiation: ModelNegotiation, word: PlaceOrder, number: int = 0
    ) -> None:
        self.order(word, number).negotiation = negotiation

    def deal(
        self,
        negotiation: ModelNegotiation,
        behind: int,
        word: PlaceOrder,
        accepted: ModelOffer | None,
    ) -> None:
        """Both have said yes to so much."""
        exchange = self.exchange
        maker, taker = exchange.orders[OrderId(behind)], self.order(word)
        transfer_id = TransferId(self.number * 1_000)
        exchange.fill(
            Filled(
                maker.order_id,
                taker.order_id,
                maker.price,
                word.quantity,
                Quantity(maker.open_quantity - word.quantity),
                Quantity(0),
                word.side,
                ParticipantId(maker.party_id),
                ParticipantId(taker.party_id),
            ),
            transfer_id,
        )
        negotiation.dealt += word.quantity
        negotiation.transfer_id = transfer_id
        if accepted is not None:
            self.finish(negotiation, accepted, "ACCEPTED")
        if negotiation.mode == "LISTED_PRICE":
            lister.free_larger(self, negotiation, negotiation.left or word.quantity)
        if negotiation.left > 0:
            negotiation.state = "OPEN"
            self.moved(negotiation, "DEAL_PART")
        elif negotiation.mode in {"LISTED_PRICE", "ENGLISH_AUCTION"} and negotiation.standing:
            negotiation.state = "BACKED"
            self.moved(negotiation, "AWARD" if negotiation.auctioned is None else "MOVE_UP")
        else:
            self.end(negotiation, "DEAL", "DEALT", "ACCEPTED")

    def pick(self, negotiation: ModelNegotiation, offer: ModelOffer) -> None:
        offer.state, offer.changed_at_ns = "PICKED", self.at_ns
        offer.lapses_ns = TimeNs(min(offer.lapses_ns, self.at_ns + DAY_NS))
        self.exchange.events.append(
            said.OfferPicked(
                negotiation_id=NegotiationId(negotiation.number),
                offer_id=OfferId(offer.number),
                party_id=offer.party_id,
                lapses_ns=offer.lapses_ns,
            )
        )

    def drop(self, negotiation: ModelNegotiation, offer: ModelOffer, state: str) -> None:
        """One of several is out; who was to get the units leaves them to the next."""
        was_picked = offer.state == "PICKED"
        self.finish(negotiation, offer, state)
        if negotiation.state == "BACKED" and not negotiation.standing:
            self.end(negotiation, "RELEASE", "DEALT", "ACCEPTED")
        elif not was_picked:
            self.moved(negotiation, "DROP")
        elif lister.pick_next(self, negotiation):
            self.moved(negotiation, "PASS_ON")
        else:
            negotiation.state = "OPEN"
            self.moved(negotiation, "FALL_BACK")

    def end(self, negotiation: ModelNegotiation, move: str, state: str, word: str) -> None:
        """Nothing can be said any more. `word`: what becomes of the word that stood."""
        for offer in negotiation.standing:
            self.finish(negotiation, offer, word if negotiation.mode == "NEGOTIATED" else "FREED")
        if negotiation.mode in {"LISTED_PRICE", "ENGLISH_AUCTION"}:
            self.let_go(self.listed_by(negotiation), word)
        negotiation.state = state
        self.moved(negotiation, move)
        self.exchange.retire(negotiation.keys)

    def finish(self, negotiation: ModelNegotiation, offer: ModelOffer, state: str) -> None:
        if negotiation.mode != "LISTED_PRICE":
            self.let_go(offer.number, state)
        offer.state, offer.changed_at_ns = state, self.at_ns
        self.exchange.retire(offer.keys)
        self.exchange.events.append(
            said.OfferEnded(
                negotiation_id=NegotiationId(negotiation.number),
                offer_id=OfferId(offer.number),
                party_id=offer.party_id,
                made_to=negotiation.other(offer.party_id),
                state=OfferState[state],
            )
        )

    def let_go(self, number: int, state: str) -> None:
        """What was set aside for it, if anything is left of that, is free."""
        order = self.exchange.orders.get(OrderId(number))
        if order is not None and order.open_quantity > 0:
            reason = CLOSED_FOR.get(state, CloseReason.NOT_DEALT)
            self.exchange.close(order, Quantity(order.open_quantity), reason)

    def moved(self, negotiation: ModelNegotiation, move: str) -> None:
        negotiation.version += 1
        negotiation.changed_at_ns = self.at_ns
        self.exchange.events.append(
            said.NegotiationAdvanced(
                negotiation_id=NegotiationId(negotiation.number),
                move=Move[move],
                state=NegotiationState[negotiation.state],
                price=negotiation.price,
                quantity=negotiation.quantity,
                open_quantity=negotiation.left,
                lapses_ns=negotiation.lapses_ns,
                version=negotiation.version,
                transfer_id=negotiation.transfer_id,
            )
        )

    def ring(self, negotiation: ModelNegotiation) -> None:
        """The product is closed, or a time is over: of all of it, or of one offer."""
        due_ns = negotiation.due_ns
        if negotiation.product.closed_at_ns is not None:
            self.end(negotiation, "CLOSE", "WITHDRAWN_BY_VENUE", "WITHDRAWN_BY_VENUE")
        elif negotiation.auctioned is not None:
            auctioneer.ring(self, negotiation)
        elif negotiation.lapses_ns == due_ns and negotiation.state == "BACKED":
            self.end(negotiation, "RELEASE", "DEALT", "ACCEPTED")
        elif negotiation.lapses_ns == due_ns:
            self.end(negotiation, "LAPSE", "LAPSED", "LAPSED")
        else:
            over = [offer for offer in negotiation.standing if offer.lapses_ns == due_ns]
            self.drop(negotiation, over[0], "LAPSED")

    def follow(self) -> None:
        """What the command has done to orders and transfers is seen in what was said."""
        self.follow_withdrawn()
        decided, self.exchange.decided = self.exchange.decided, []
        for transfer in decided:
            auctioneer.follow(self, transfer)
            lister.follow(self, transfer)

    def follow_withdrawn(self) -> None:
        """Whose units the venue has taken from under it is withdrawn too."""
        withdrawn, self.exchange.unbacked = self.exchange.unbacked, []
        for order in withdrawn:
            negotiation = order.negotiation
            assert negotiation is not None
            offer = negotiation.offer(order.order_id)
            if negotiation.state not in OPEN:
                continue
            if negotiation.auctioned is not None and offer is not None:
                auctioneer.take_away(self, negotiation, offer)
            elif negotiation.mode == "RFQ":
                assert offer is not None
                self.drop(negotiation, offer, "WITHDRAWN_BY_VENUE")
            else:
                self.end(negotiation, "CLOSE", "WITHDRAWN_BY_VENUE", "WITHDRAWN_BY_VENUE")
