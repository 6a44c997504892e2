"""Another pack of rules, asked beside an execution: what it would have let in.

    What                                               Stage    Judged by what is true
    an order that was taken, or its replacement        L or B   just before its command
    each side of a deal, as the part of its order      L, B     when the command that made it is
    that was dealt                                              done; all that leaves the seller
                                                                besides is leaving him
    the two of a deal: the pair, slots, turnaround     M        before its transfer is opened, after
                                                                those of the command before it
    a transfer that goes to its trust company, is      U, C, S  when the engine asks, in the midst
    confirmed and settles: each party, and the two              of its command

The execution itself goes on as it was: an order that the pack would have refused stands all the
same, and its deals move units and take slots. What is not judged is named (`Alternative.unasked`).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final, TypeAlias

from exchange.alternative_slots import Followed, opened_by
from exchange.client_events import ProfileChanged
from exchange.commands import Acknowledge, AnyCommand, CreateProduct, PlaceOrder, ReplaceOrder
from exchange.events import (
    AnyEvent,
    CommandRefused,
    OrderFilled,
    TransferFailed,
    TransferOpened,
    TransferSettled,
)
from exchange.judging import failed_by, findings_of_slots, findings_on_the_way, ruling_by
from exchange.match_rule import SLOT_RULE_IDS
from exchange.order_words import order_of
from exchange.pair_judging import Meeting, failed_between, findings_of_transfer
from exchange.rules.check import Aspect
from exchange.rules.checks import CHECKS
from exchange.rules.facts import OfferFacts
from exchange.rules.resolve import OF_TRANSFERS, Ruling, as_if_since_ever, rules_of, with_extended
from exchange.rules.types import Finding, Pack, Rule, Stage, Verdict
from exchange.slot_keeping import move_of
from exchange.slots import NO_TRANSFER
from exchange.state import Order, Product, State
from exchange.types import PartyId, Sequence
from matching import BUY, SELL, OrderId, Price, Quantity, Side
from registry.calendar import day_in_shanghai
from registry.transfer import Transfer
from registry.types import HolderId, ProductId, TimeNs, TransferId

ASKED_AT: Final = frozenset({Stage.LIST, Stage.BID})
ASKED_ON_THE_WAY: Final = frozenset({Stage.SUBMIT, Stage.CONFIRM, Stage.SETTLE})


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgedOrder:
    """An order, or its replacement, and what it would have been refused for."""

    sequence: Sequence
    at_ns: TimeNs
    terms: CreateProduct
    """Of the product."""
    order_id: OrderId
    party_id: PartyId
    side: Side
    price: Price
    quantity: Quantity
    """Open, as the command asks for it."""
    findings: tuple[Finding, ...]
    """Of the rules that it fails; none: it would have been taken."""


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgedDeal:
    """A deal, and what would have kept its parties from it."""

    sequence: Sequence
    at_ns: TimeNs
    terms: CreateProduct
    """Of the product."""
    transfer_id: TransferId
    trade_number: int
    seller_id: PartyId
    buyer_id: PartyId
    price: Price
    quantity: Quantity
    of_seller: tuple[Finding, ...]
    """Of the rules that his side fails."""
    of_buyer: tuple[Finding, ...]
    of_pair: tuple[Finding, ...]
    """Of the rules that keep these two apart, and that neither fails by himself: of two parties, of
    holder slots and of turnaround."""

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Of both sides, the seller's first; none: there would have been the deal."""
        return self.of_seller + self.of_buyer + self.of_pair


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgedTransfer:
    """A transfer that went on, and what would have held it; it is asked again where an overlay was
    lifted."""

    sequence: Sequence
    at_ns: TimeNs
    terms: CreateProduct
    """Of the product."""
    stage: Stage
    """SUBMIT, CONFIRM or SETTLE."""
    transfer_id: TransferId
    trade_number: int
    seller_id: PartyId
    buyer_id: PartyId
    price: Price
    quantity: Quantity
    of_seller: tuple[Finding, ...]
    """Of the rules that his side fails."""
    of_buyer: tuple[Finding, ...]
    of_pair: tuple[Finding, ...]
    """Of the rules that keep these two apart."""

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Of both sides, the seller's first; none: it would have gone on."""
        return self.of_seller + self.of_buyer + self.of_pair


Judged: TypeAlias = JudgedOrder | JudgedDeal | JudgedTransfer


class Alternative:
    """A pack, with those that it extends, as if every product had had it since ever, and no other
    and no parameters of its own."""

    __slots__ = ("_known", "_packs", "_state", "_symbol", "_went_on", "followed", "pack", "rules")

    def __init__(self, pack: Pack, others: Mapping[str, Pack], *, symbol: str | None) -> None:
        """Cost: O(rules).

        Args:
            others: by id, those that it extends among them.
            symbol: of the one product that is looked at; None: at all.
        """
        packs = {**others, pack.pack_id: pack}
        self.pack = pack
        self._packs = {pack_id: as_if_since_ever(each) for pack_id, each in packs.items()}
        self._symbol = symbol
        self._known: dict[ProductId, Ruling] = {}
        self._state: State | None = None
        self._went_on: list[JudgedTransfer] = []
        """In the command under way."""
        self.followed: dict[ProductId, Followed] = {}
        """What is counted of each product that is looked at."""
        self.rules: tuple[Rule, ...] = tuple(
            rule
            for pack_id in with_extended((pack.pack_id,), packs)
            for rule in packs[pack_id].rules
        )
        """Of the pack and those that it extends."""

    def look_on(self, state: State) -> None:
        """Be told of the transfers that go on in this state, which executes a journal again."""
        self._state = state
        state.rules.transfer_witness = self

    def transfer_asked(self, transfer: Transfer, stage: Stage, *, at_ns: TimeNs) -> None:
        """Judge a transfer that is about to go on. Cost: some 5 µs; O(rules) for what fails."""
        state = self._state
        assert state is not None, transfer.transfer_id
        product = state.products[transfer.product_id]
        if not self._looks_at(product):
            return
        ruling, leg = self._ruling(state, product, at_ns), state.leg_of(transfer)
        of_sides = {
            side: findings_on_the_way(state, transfer, stage, side, ruling=ruling, at_ns=at_ns)
            for side in (SELL, BUY)
        }
        of_pair = findings_of_transfer(state, stage, transfer, ruling=ruling, at_ns=at_ns)
        self._went_on.append(
            JudgedTransfer(
                sequence=Sequence(state.register.sequence),
                at_ns=at_ns,
                terms=product.terms,
                stage=stage,
                transfer_id=transfer.transfer_id,
                trade_number=leg.trade_number,
                seller_id=PartyId(transfer.seller_id),
                buyer_id=PartyId(transfer.buyer_id),
                price=leg.price,
                quantity=Quantity(transfer.units),
                of_seller=_failed(of_sides[SELL]),
                of_buyer=_failed(of_sides[BUY]),
                of_pair=_failed(of_pair),
            )
        )

    def unasked(self) -> list[str]:
        """Ids of the rules that are not judged here: those that neither an order, nor its part in
        a deal, nor the two of a deal, nor a transfer that goes on are asked. Cost: O(rules)."""
        return sorted({rule.rule_id for rule in self.rules if not _is_asked(rule)})

    def order(
        self, state: State, command: AnyCommand, *, sequence: Sequence, at_ns: TimeNs
    ) -> JudgedOrder | None:
        """What comes of the order that the next command places or replaces, if it is taken.

        Returns:
            None: the command is no such one, or is sure to be refused, or of another product.

        Cost: some 5 µs; O(rules) for a party's first of the day and for what fails.
        """
        match command:
            case Acknowledge(offer=offer):
                return self.order(state, offer, sequence=sequence, at_ns=at_ns)
            case PlaceOrder():
                product = state.products.get(command.product_id)
                order: Order | None = order_of(command, sequence, at_ns, product=product)
            case ReplaceOrder():
                order = state.orders.get(command.order_id)
                product = None if order is None else state.products[order.product_id]
            case _:
                return None
        if order is None or order.party_id not in state.parties:
            return None
        if product is None or not self._looks_at(product):
            return None
        price, quantity = command.price, command.quantity
        return JudgedOrder(
            sequence=sequence,
            at_ns=at_ns,
            terms=product.terms,
            order_id=order.order_id,
            party_id=order.party_id,
            side=order.side,
            price=price,
            quantity=quantity,
            findings=failed_by(
                state,
                self._ruling(state, product, at_ns),
                order,
                OfferFacts(quantity, price, order.expires_at_ns),
                claimed=order.reserved if order.side is SELL else 0,
                at_ns=at_ns,
            ),
        )

    def outcome(
        self, state: State, order: JudgedOrder | None, events: tuple[AnyEvent, ...]
    ) -> Iterator[Judged]:
        """The order, if it was taken, the deals that the command has made, and the transfers that
        went on by it. Cost: some 10 µs a deal.

        Args:
            state: after the command, whose rows are not taken yet.
            order: what was said of its order before.
            events: of the command; of a replacement that says nothing new there are none.
        """
        if order is not None and not (events and isinstance(events[0], CommandRefused)):
            yield order
        opened = opened_by(events)
        self._follow_title(state, opened)
        for event in events:
            match event:
                case OrderFilled():
                    if self._looks_at(state.products[event.product_id]):
                        yield self._deal(state, event, opened)
                case TransferOpened():
                    transfer = state.register.transfers.get(event.transfer_id)
                    followed = self._follow(state, event.product_id, opened)
                    if transfer is not None and followed is not None:
                        followed.open(state, transfer)
                case TransferSettled() | TransferFailed():
                    followed = self.followed.get(event.product_id)
                    if followed is not None:
                        followed.end(event, at_ns=state.at_ns)
                case ProfileChanged():
                    self._weigh(HolderId(event.party_id))
        went_on, self._went_on = self._went_on, []
        yield from went_on

    def _deal(self, state: State, fill: OrderFilled, opened: frozenset[TransferId]) -> JudgedDeal:
        product, at_ns = state.products[fill.product_id], state.at_ns
        ruling = self._ruling(state, product, at_ns)
        orders = (state.touched.orders[each] for each in (fill.maker_order_id, fill.taker_order_id))
        findings = {
            order.side: failed_by(
                state,
                ruling,
                order,
                OfferFacts(fill.quantity, fill.price, order.expires_at_ns),
                claimed=fill.quantity if order.side is SELL else 0,
                at_ns=at_ns,
            )
            for order in orders
        }
        alone = {each.rule_id for side in findings.values() for each in side}
        of_pair = self._of_pair(state, fill, ruling, opened)
        return JudgedDeal(
            sequence=state.sequence,
            at_ns=at_ns,
            terms=product.terms,
            transfer_id=fill.transfer_id,
            trade_number=fill.trade_number,
            seller_id=fill.seller_id,
            buyer_id=fill.buyer_id,
            price=fill.price,
            quantity=fill.quantity,
            of_seller=findings[SELL],
            of_buyer=findings[BUY],
            of_pair=tuple(each for each in of_pair if each.rule_id not in alone),
        )

    def _of_pair(
        self, state: State, fill: OrderFilled, ruling: Ruling, opened: frozenset[TransferId]
    ) -> tuple[Finding, ...]:
        """What keeps the two apart, before their transfer takes its slot."""
        followed = self._follow(state, fill.product_id, opened)
        assert followed is not None, fill.product_id
        meeting = Meeting(fill.seller_id, fill.buyer_id, fill.quantity, fill.price)
        failed = failed_between(state, ruling, meeting, followed.on_the_way, at_ns=state.at_ns)
        slots, transfer = followed.slots, state.register.transfers.get(fill.transfer_id)
        if slots is None or transfer is None:
            return failed
        move = move_of(state, slots, transfer)
        if slots.try_open(NO_TRANSFER, move) is None:
            slots.close(NO_TRANSFER)
            return failed
        of_slots = findings_of_slots(
            state, ruling, slots, move, price=fill.price, at_ns=state.at_ns
        )
        return failed + _failed(of_slots)

    def _follow(
        self, state: State, product_id: ProductId, opened: frozenset[TransferId]
    ) -> Followed | None:
        """What is counted of a product that is looked at, by the rules of the day."""
        product = state.products[product_id]
        if not self._looks_at(product):
            return None
        followed = self.followed.get(product_id)
        if followed is None:
            followed = self.followed[product_id] = Followed(state, product_id, opened)
        followed.follow_rules(state, self._ruling(state, product, state.at_ns), opened)
        return followed

    def _follow_title(self, state: State, opened: frozenset[TransferId]) -> None:
        """Who has got or lost units by the command that was just applied."""
        for entry in reversed(state.register.entries):
            if entry.sequence != state.sequence:
                return
            followed = self._follow(state, entry.product_id, opened)
            if followed is not None:
                followed.recount(state, entry.holder_id)

    def _weigh(self, holder_id: HolderId) -> None:
        for followed in self.followed.values():
            if followed.slots is not None:
                followed.slots.weigh(holder_id)

    def _looks_at(self, product: Product) -> bool:
        return self._symbol is None or product.terms.symbol == self._symbol

    def _ruling(self, state: State, product: Product, at_ns: TimeNs) -> Ruling:
        known = self._known.get(product.product_id)
        if known is None or not known.is_of(product.facts, product.mode, at_ns):
            day = day_in_shanghai(at_ns)
            rules = rules_of((self.pack.pack_id,), self._packs, (), day)
            known = ruling_by(state, product, rules, at_ns=at_ns)
            self._known[product.product_id] = known
        return known


def _failed(findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
    return tuple(each for each in findings if each.verdict > Verdict.WARN)


def _is_asked(rule: Rule) -> bool:
    aspects, at_match = CHECKS[rule.rule_id].looks_at, Stage.MATCH in rule.stages
    if rule.rule_id in SLOT_RULE_IDS:
        return at_match
    if at_match and not aspects.isdisjoint({Aspect.PAIR, Aspect.HOLDING}):
        return True
    if rule.stages & ASKED_ON_THE_WAY and not aspects.isdisjoint({*OF_TRANSFERS, Aspect.PAIR}):
        return True
    return Aspect.BOTH not in aspects and bool(rule.stages & ASKED_AT)
