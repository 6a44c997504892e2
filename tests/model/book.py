"""The rulebook of the order book as a plain list: slow, obvious, the specification.

It shares with the real book only the words: types and events. Every question is answered by looking
at the whole list, so there is no index, no lane and no bound that could be wrong. How an incoming
order searches is in tests/model/book_search.py, what a call auction comes to in
tests/model/auction.py.
"""

from __future__ import annotations

from collections.abc import Sequence

from matching.events import (
    BookEvent,
    Cancelled,
    CancelReason,
    Expired,
    Filled,
    PhaseEntered,
    Reduced,
    RefusalReason,
    Refused,
    Replaced,
    Rested,
    Retried,
    Uncrossed,
    Vetoed,
)
from matching.types import (
    OrderId,
    OrderKind,
    OwnerId,
    ParticipantId,
    Phase,
    Price,
    Quantity,
    SelfTradePrevention,
    Side,
    SizeTerms,
    TimeInForce,
)
from tests.model.auction import Pair
from tests.model.book_order import ModelOrder
from tests.model.book_search import CancelCandidate, Fill, PassedByVeto, Plan, search
from tests.model.book_views import ModelViews

NUMBER_MAX = 2**62
NEVER_RESTS = (TimeInForce.IMMEDIATE_OR_CANCEL, TimeInForce.FILL_OR_KILL)
NO_EXPIRY = (*NEVER_RESTS, TimeInForce.DAY)
NOTHING_COMES_IN = (Phase.CLOSED, Phase.HALTED)
MAY_FOLLOW = {
    Phase.CLOSED: (Phase.AUCTION, Phase.CONTINUOUS),
    Phase.AUCTION: (Phase.CONTINUOUS, Phase.HALTED, Phase.CLOSED),
    Phase.CONTINUOUS: (Phase.AUCTION, Phase.HALTED, Phase.CLOSED),
    Phase.HALTED: (Phase.AUCTION, Phase.CONTINUOUS, Phase.CLOSED),
}
NO_PRICE = Price(0)  # of an order that waits for an auction without one


class ModelBook(ModelViews):
    """What commands do to the list of all resting orders."""

    def place(
        self,
        order_id: OrderId,
        participant_id: ParticipantId,
        side: Side,
        price: Price,
        quantity: Quantity,
        time_in_force: TimeInForce = TimeInForce.GOOD_TILL_CANCELLED,
        *,
        post_only: bool = False,
        expires_at_ns: int | None = None,
        owner_id: OwnerId | None = None,
        counterparty_class: int = 0,
        size_terms: SizeTerms | None = None,
    ) -> list[BookEvent]:
        order = ModelOrder(
            order_id=order_id,
            participant_id=participant_id,
            owner_id=OwnerId(participant_id) if owner_id is None else owner_id,
            side=side,
            price=price,
            quantity=quantity,
            counterparty_class=counterparty_class,
            time_in_force=time_in_force,
            post_only=post_only,
            expires_at_ns=expires_at_ns,
            size_terms=size_terms,
        )
        return self.enter(order, self.why_not_place(order))

    def place_market(
        self,
        order_id: OrderId,
        participant_id: ParticipantId,
        side: Side,
        quantity: Quantity,
        *,
        protection_price: Price | None = None,
        to_limit: bool = False,
        owner_id: OwnerId | None = None,
        counterparty_class: int = 0,
    ) -> list[BookEvent]:
        worst = NUMBER_MAX if side is Side.BUY else 1
        gathers = self.phase is Phase.AUCTION and protection_price is None
        in_force = TimeInForce.GOOD_TILL_CANCELLED
        if not to_limit and not gathers:
            in_force = TimeInForce.IMMEDIATE_OR_CANCEL
        order = ModelOrder(
            order_id=order_id,
            participant_id=participant_id,
            owner_id=OwnerId(participant_id) if owner_id is None else owner_id,
            side=side,
            kind=OrderKind.MARKET_TO_LIMIT if to_limit else OrderKind.MARKET,
            price=Price(worst) if protection_price is None else protection_price,
            quantity=quantity,
            counterparty_class=counterparty_class,
            time_in_force=in_force,
        )
        reason = self.why_not_place(order, is_protected=protection_price is not None)
        if gathers:
            order.price = NO_PRICE
        return self.enter(order, reason, to_limit=to_limit)

    def why_not_place(
        self, order: ModelOrder, *, is_protected: bool = False
    ) -> RefusalReason | None:
        """What is wrong with the order itself, and with its coming in now."""
        in_force, expiry, terms = order.time_in_force, order.expires_at_ns, order.terms
        rows = self.rules.matrix.rows
        class_count = len(rows) if order.side is Side.BUY else len(rows[0])
        sizes = (terms.minimum_quantity, terms.residual_minimum)
        not_gathered = is_protected and self.phase is Phase.AUCTION
        rules = [
            (RefusalReason.INVALID_PRICE, not 0 < order.price <= NUMBER_MAX),
            (RefusalReason.INVALID_QUANTITY, not 0 < order.quantity <= NUMBER_MAX),
            (
                RefusalReason.INVALID_EXPIRY,
                in_force is TimeInForce.GOOD_TILL_DATE
                if expiry is None
                else not 0 < expiry <= NUMBER_MAX,
            ),
            (RefusalReason.INVALID_CLASS, not 0 <= order.counterparty_class < class_count),
            (
                RefusalReason.INVALID_SIZE_TERMS,
                min(sizes) < 0
                or max(sizes) > order.quantity
                or (terms.all_or_none and terms.whole_only),
            ),
            (
                RefusalReason.CONTRADICTS_TIME_IN_FORCE,
                (in_force in NO_EXPIRY and expiry is not None)
                or (in_force in NEVER_RESTS and order.post_only),
            ),
            (RefusalReason.NOT_IN_THIS_PHASE, self.phase in NOTHING_COMES_IN),
            (RefusalReason.AUCTION_PLAIN_ONLY, not_gathered or self.is_refused_by_auction(order)),
            (RefusalReason.DUPLICATE_ORDER_ID, self.find(order.order_id) is not None),
        ]
        return next((reason for reason, applies in rules if applies), None)

    def is_refused_by_auction(self, order: ModelOrder) -> bool:
        unplain = order.post_only or order.is_constrained or order.time_in_force in NEVER_RESTS
        return self.phase is Phase.AUCTION and unplain

    def enter(
        self,
        order: ModelOrder,
        reason: RefusalReason | None,
        *,
        replaces: ModelOrder | None = None,
        to_limit: bool = False,
    ) -> list[BookEvent]:
        """The order trades and rests, as far as it may; what that lets others do follows."""
        plan = Plan(left=order.quantity, price=order.price)
        if reason is None and self.phase is Phase.CONTINUOUS:
            plan = search(
                order,
                self.resting,
                rules=self.rules,
                veto=self.veto,
                self_trade=self.rules.self_trade,
                to_limit=to_limit,
            )
            reason = why_not_carry_out(order, plan)
        if reason is not None:
            return [Refused(order.order_id, reason)]
        events: list[BookEvent] = []
        if replaces is not None:
            self.resting.remove(replaces)
            old_price, old_quantity = replaces.price, replaces.quantity
            events.append(
                Replaced(
                    order.order_id, order.side, old_price, old_quantity, order.price, order.quantity
                )
            )
        if not order.must_fill_whole or plan.left == 0:
            events += self.carry_out(order, plan)
        if order.quantity > 0:
            events.append(self.rest_or_cancel(order, plan, to_limit=to_limit))
        return events + self.try_again(order.side, events)

    def carry_out(self, order: ModelOrder, plan: Plan) -> list[BookEvent]:
        order.price = Price(plan.price)
        return [self.carry_out_step(order, step) for step in plan.steps]

    def carry_out_step(
        self, taker: ModelOrder, step: Fill | CancelCandidate | PassedByVeto
    ) -> BookEvent:
        maker = step.candidate
        if isinstance(step, PassedByVeto):
            return Vetoed(maker.order_id, taker.order_id, Quantity(step.quantity))
        if isinstance(step, CancelCandidate):
            return self.take_out(maker, CancelReason.SELF_TRADE)
        return self.trade(maker, taker, price=maker.price, quantity=step.quantity)

    def trade(self, maker: ModelOrder, taker: ModelOrder, *, price: Price, quantity: int) -> Filled:
        for order in (maker, taker):
            order.quantity = Quantity(order.quantity - quantity)
            if order.quantity == 0 and order in self.resting:
                self.resting.remove(order)
        return Filled(
            maker.order_id,
            taker.order_id,
            price,
            Quantity(quantity),
            maker.quantity,
            taker.quantity,
            taker.side,
            maker.participant_id,
            taker.participant_id,
        )

    def rest_or_cancel(self, order: ModelOrder, plan: Plan, *, to_limit: bool) -> BookEvent:
        comes_to_nothing = order.must_fill_whole
        if plan.search_ended:
            return cancelled(order, CancelReason.SEARCH_LIMIT, was_resting=False)
        if plan.both_cancelled and not comes_to_nothing:
            return cancelled(order, CancelReason.SELF_TRADE, was_resting=False)
        if order.time_in_force in NEVER_RESTS and self.phase is Phase.CONTINUOUS:
            return cancelled(order, CancelReason.IMMEDIATE_OR_CANCEL, was_resting=False)
        if to_limit and not plan.fills and self.phase is Phase.CONTINUOUS:
            return cancelled(order, CancelReason.NO_PRICE, was_resting=False)
        if self.phase is Phase.CONTINUOUS:
            order.kind = OrderKind.LIMIT
        self.resting.append(order)
        return rested(order)

    def try_again(self, side: Side, events: list[BookEvent]) -> list[BookEvent]:
        """What resting all-or-none orders do after a command of `side` that has done `events`."""
        if self.phase is not Phase.CONTINUOUS:
            return []
        if not any(isinstance(event, Rested | Reduced) for event in events):
            return []
        waiting = [
            order
            for tried_side in (side.opposite, side)
            for order in self.in_priority(tried_side)
            if order.terms.all_or_none and not order.post_only
        ]
        new: list[BookEvent] = []
        attempts = fill_count = 0
        for order in waiting:
            if order not in self.resting or self.facing(order) < order.quantity:
                continue
            if attempts == self.rules.retried_max:
                break
            attempts += 1
            self_trade = self.rules.self_trade
            if self_trade is SelfTradePrevention.REJECT_INCOMING:
                self_trade = SelfTradePrevention.SKIP
            plan = search(
                order, self.resting, rules=self.rules, veto=self.veto, self_trade=self_trade
            )
            is_too_much = fill_count + len(plan.fills) > self.rules.retried_fills_max
            if plan.left == 0 and not is_too_much:
                fill_count += len(plan.fills)
                self.resting.remove(order)
                new.append(Retried(order.order_id, order.side, order.price, order.quantity))
                new += self.carry_out(order, plan)
        return new

    def cancel(self, order_id: OrderId) -> list[BookEvent]:
        order = self.find(order_id)
        if order is None:
            return [Refused(order_id, RefusalReason.UNKNOWN_ORDER)]
        return [self.take_out(order, CancelReason.BY_OWNER)]

    def cancel_participant(self, participant_id: ParticipantId) -> list[BookEvent]:
        mine = [order for order in self.resting if order.participant_id == participant_id]
        return [self.take_out(order, CancelReason.MASS_CANCEL) for order in mine]

    def cancel_all(self) -> list[BookEvent]:
        return [self.take_out(order, CancelReason.MASS_CANCEL) for order in list(self.resting)]

    def take_out(self, order: ModelOrder, reason: CancelReason) -> Cancelled:
        self.resting.remove(order)
        return cancelled(order, reason, was_resting=True)

    def reduce(self, order_id: OrderId, quantity: Quantity) -> list[BookEvent]:
        order = self.find(order_id)
        rules = [
            (RefusalReason.INVALID_QUANTITY, is_too_small(order, quantity)),
            (RefusalReason.UNKNOWN_ORDER, order is None),
            (RefusalReason.NOT_A_REDUCTION, order is not None and quantity >= order.quantity),
        ]
        reason = next((reason for reason, applies in rules if applies), None)
        if reason is not None or order is None:
            return [Refused(order_id, reason or RefusalReason.UNKNOWN_ORDER)]
        events: list[BookEvent] = [
            Reduced(
                order_id, order.side, order.price, Quantity(order.quantity - quantity), quantity
            )
        ]
        order.quantity = quantity
        return events + self.try_again(order.side, events)

    def replace(self, order_id: OrderId, price: Price, quantity: Quantity) -> list[BookEvent]:
        old = self.find(order_id)
        keeps_place = old is not None and price == old.price and quantity <= old.quantity
        rules = [
            (RefusalReason.INVALID_PRICE, not 0 < price <= NUMBER_MAX),
            (RefusalReason.INVALID_QUANTITY, is_too_small(old, quantity)),
            (RefusalReason.NOT_IN_THIS_PHASE, self.phase in NOTHING_COMES_IN),
            (
                RefusalReason.AUCTION_PLAIN_ONLY,
                old is not None
                and not keeps_place
                and (self.is_refused_by_auction(old) or old.kind is not OrderKind.LIMIT),
            ),
            (RefusalReason.UNKNOWN_ORDER, old is None),
        ]
        reason = next((reason for reason, applies in rules if applies), None)
        if reason is not None or old is None:
            return [Refused(order_id, reason or RefusalReason.UNKNOWN_ORDER)]
        if keeps_place:
            return self.reduce(order_id, quantity) if quantity < old.quantity else []
        new = ModelOrder(
            order_id=order_id,
            participant_id=old.participant_id,
            owner_id=old.owner_id,
            side=old.side,
            price=price,
            quantity=quantity,
            counterparty_class=old.counterparty_class,
            time_in_force=old.time_in_force,
            post_only=old.post_only,
            expires_at_ns=old.expires_at_ns,
            size_terms=old.size_terms,
        )
        return self.enter(new, None, replaces=old)

    def expire(self, now_ns: int, *, expired_max: int) -> list[BookEvent]:
        due = [
            (order.expires_at_ns, order.order_id, order)
            for order in self.resting
            if order.expires_at_ns is not None and order.expires_at_ns <= now_ns
        ]
        due.sort(key=lambda entry: entry[:2])
        return [self.expire_order(order) for _, _, order in due[:expired_max]]

    def end_day(self) -> list[BookEvent]:
        of_today = [order for order in self.resting if order.time_in_force is TimeInForce.DAY]
        return [self.expire_order(order) for order in of_today]

    def expire_order(self, order: ModelOrder) -> Expired:
        self.resting.remove(order)
        return Expired(order.order_id, order.side, order.price, order.quantity)

    def enter_phase(self, phase: Phase) -> list[BookEvent]:
        if phase not in MAY_FOLLOW[self.phase]:
            return [Refused(None, RefusalReason.PHASE_MAY_NOT_FOLLOW)]
        if phase is Phase.CONTINUOUS and self.has_trade_undone():
            return [Refused(None, RefusalReason.ORDERS_CROSS)]
        self.phase = phase
        self.next_uncross_ns = None
        return [*self.settle_unpriced(None), PhaseEntered(phase)]

    def schedule_uncross(self, *, earliest_ns: int, latest_ns: int, draw: int) -> list[BookEvent]:
        if self.phase is not Phase.AUCTION:
            return [Refused(None, RefusalReason.NOT_IN_THIS_PHASE)]
        moments = range(earliest_ns, latest_ns + 1)
        self.next_uncross_ns = moments[draw % len(moments)]
        return []

    def uncross(
        self, *, reference_price: Price, pressure_limit_percent: int | None = None
    ) -> list[BookEvent]:
        if self.phase is not Phase.AUCTION:
            return [Refused(None, RefusalReason.NOT_IN_THIS_PHASE)]
        in_time = list(self.resting)
        events: list[BookEvent] = []
        rounds = 0
        # With restricted classes the best price for all may leave some crossed for whom another
        # price would be right: they get a round of their own.
        while rounds == 0 or self.auction_would_trade():
            clearing = self.clearing(
                reference_price=reference_price, pressure_limit_percent=pressure_limit_percent
            )
            if clearing is not None:
                events.append(Uncrossed(clearing.price, clearing.volume, clearing.surplus))
                events += [
                    self.trade_pair(pair, in_time, clearing.price) for pair in clearing.fills
                ]
            if rounds == 0:
                events += self.settle_unpriced(None if clearing is None else clearing.price)
            rounds += 1
        self.phase = Phase.CONTINUOUS
        self.next_uncross_ns = None
        return [*events, PhaseEntered(Phase.CONTINUOUS)]

    def trade_pair(self, pair: Pair, in_time: Sequence[ModelOrder], price: Price) -> Filled:
        maker, taker = (order for order in in_time if order.order_id in (pair[0], pair[1]))
        return self.trade(maker, taker, price=price, quantity=pair[2])

    def settle_unpriced(self, price: Price | None) -> list[BookEvent]:
        """What becomes of the orders without a price when the auction is over."""
        unpriced = [order for order in self.resting if order.kind is not OrderKind.LIMIT]
        return [self.settle(order, price) for order in unpriced]

    def settle(self, order: ModelOrder, price: Price | None) -> BookEvent:
        if order.kind is OrderKind.MARKET:
            return self.take_out(order, CancelReason.AUCTION_ENDED)
        if price is None:
            return self.take_out(order, CancelReason.NO_PRICE)
        self.resting.remove(order)
        self.resting.append(order)
        order.kind = OrderKind.LIMIT
        order.price = price
        return rested(order)


def rested(order: ModelOrder) -> Rested:
    return Rested(order.order_id, order.participant_id, order.side, order.price, order.quantity)


def cancelled(order: ModelOrder, reason: CancelReason, *, was_resting: bool) -> Cancelled:
    return Cancelled(
        order.order_id, order.side, order.price, order.quantity, reason, was_resting=was_resting
    )


def is_too_small(order: ModelOrder | None, quantity: int) -> bool:
    """Whether the order, if there is one, may not have this open quantity from now on."""
    if not 0 < quantity <= NUMBER_MAX:
        return True
    if order is None:
        return False
    shrinks = quantity < order.quantity
    return quantity < order.terms.residual_minimum or (order.terms.whole_only and shrinks)


def why_not_carry_out(order: ModelOrder, plan: Plan) -> RefusalReason | None:
    comes_to_nothing = order.must_fill_whole and plan.left > 0
    fills = plan.fills and not comes_to_nothing
    in_force = order.time_in_force
    rules = [
        (RefusalReason.SELF_TRADE, plan.refused_for_owner),
        (RefusalReason.POST_ONLY_WOULD_CROSS, order.post_only and fills),
        (
            RefusalReason.FILL_OR_KILL_UNFILLABLE,
            in_force is TimeInForce.FILL_OR_KILL and plan.left > 0,
        ),
    ]
    return next((reason for reason, applies in rules if applies), None)
