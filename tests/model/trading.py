"""What the naive exchange does with orders: what each adds to the lists of what has happened.

The book is in tests/model/book.py, the fees in tests/model/tariff.py.
"""

from __future__ import annotations

from exchange import commands as given
from exchange import events as said
from exchange.limits import TRANSFER_IDS_PER_COMMAND
from exchange.types import CloseReason
from matching import (
    BookEvent,
    Cancelled,
    CancelReason,
    Filled,
    ParticipantId,
    Quantity,
    Reduced,
    Replaced,
    Rested,
    Retried,
    Side,
)
from registry.types import TransferId, Units
from tests.model import call_auction
from tests.model.accrual import income_of
from tests.model.desk import Desk
from tests.model.fees import schedules
from tests.model.ledger import ModelOrder, ModelTransfer
from tests.model.liens import Liens
from tests.model.product import ModelProduct
from tests.model.register import cut, join
from tests.model.review import Reviews
from tests.model.rules import new_order, size_terms
from tests.model.steps import Steps
from tests.model.tariff import Tariff

RESTED = (CloseReason.CANCELLED, CloseReason.EXPIRED, CloseReason.WITHDRAWN_BY_VENUE)
"""An order that is closed for one of these stood in the book."""


class Trading(Desk, Reviews, Steps, Liens):
    """Orders from their placing to their end."""

    def place(self, command: given.PlaceOrder) -> None:
        product = self.products[command.product_id]
        order = new_order(self, command, product)
        self.events.append(
            said.OrderAccepted(
                order_id=order.order_id,
                party_id=order.party_id,
                product_id=product.product_id,
                side=order.side,
                price=command.price,
                quantity=command.quantity,
                time_in_force=command.time_in_force,
                reserved=self.reserve_for(order, command.price, open_quantity=command.quantity),
                expires_at_ns=order.placed.expires_at_ns,
            )
        )
        terms = size_terms(command)
        if terms is not None:
            self.events.append(
                said.OrderConstrained(
                    order_id=order.order_id,
                    minimum_quantity=Quantity(terms.minimum_quantity),
                    all_or_none=terms.all_or_none,
                    whole_only=terms.whole_only,
                )
            )
        if order.side is Side.SELL:
            order.draws, _ = cut(self.free_lots(order), command.quantity)
        self.orders[order.order_id] = order
        happened = product.book.place(
            order.order_id,
            ParticipantId(order.party_id),
            order.side,
            command.price,
            command.quantity,
            command.time_in_force,
            post_only=command.post_only,
            expires_at_ns=order.placed.expires_at_ns,
            size_terms=size_terms(command),
        )
        self.follow(order, happened)

    def cancel(self, order: ModelOrder) -> None:
        (cancelled,) = order.product.book.cancel(order.order_id)
        assert isinstance(cancelled, Cancelled)
        self.close(order, cancelled.quantity, CloseReason.CANCELLED)

    def replace(self, order: ModelOrder, command: given.ReplaceOrder) -> None:
        book, quantity = order.product.book, command.quantity
        reserved = self.reserve_for(order, command.price, open_quantity=quantity)
        if order.side is Side.SELL:
            more, _ = cut(self.free_lots(order), max(0, quantity - order.open_quantity))
            order.draws, _ = cut(join(order.draws, more), quantity)
        happened = book.replace(order.order_id, command.price, quantity)
        order.price = command.price
        order.version += 1
        order.changed_at_ns = self.at_ns
        self.follow(order, happened, reserved=reserved)

    def follow(self, order: ModelOrder, happened: list[BookEvent], *, reserved: int = 0) -> None:
        """Tell what the book did with the order; make a transfer of each fill."""
        call_auction.note(self, order.product)
        fills = 0
        for event in happened:
            match event:
                case Filled():
                    transfer_id = self.sequence * TRANSFER_IDS_PER_COMMAND + fills
                    fills += 1
                    self.fill(event, TransferId(transfer_id))
                case Rested():
                    self.events.append(
                        said.OrderRested(
                            order_id=order.order_id,
                            product_id=order.product.product_id,
                            side=order.side,
                            price=event.price,
                            quantity=event.quantity,
                        )
                    )
                case Retried():
                    self.events.append(
                        said.OrderRetried(
                            order_id=event.order_id,
                            product_id=order.product.product_id,
                            side=event.side,
                            price=event.price,
                            quantity=event.quantity,
                        )
                    )
                case Cancelled(reason=CancelReason.SEARCH_LIMIT):
                    self.close(order, event.quantity, CloseReason.SEARCH_LIMIT)
                case Cancelled():
                    self.close(order, event.quantity, CloseReason.IMMEDIATE_OR_CANCEL)
                case Reduced():
                    self.events.append(
                        said.OrderReduced(
                            order_id=order.order_id,
                            party_id=order.party_id,
                            product_id=order.product.product_id,
                            side=order.side,
                            price=event.price,
                            quantity_removed=event.quantity_removed,
                            quantity=event.quantity,
                            reserved=reserved,
                        )
                    )
                case Replaced():
                    self.events.append(
                        said.OrderReplaced(
                            order_id=order.order_id,
                            party_id=order.party_id,
                            product_id=order.product.product_id,
                            side=order.side,
                            old_price=event.old_price,
                            old_quantity=event.old_quantity,
                            price=event.price,
                            quantity=event.quantity,
                            reserved=reserved,
                        )
                    )
                case _:
                    raise AssertionError(event)

    def fill(self, event: Filled, transfer_id: TransferId) -> None:
        maker, taker = self.orders[event.maker_order_id], self.orders[event.taker_order_id]
        buy, sell = (maker, taker) if maker.side is Side.BUY else (taker, maker)
        transfer = self.charge(buy, sell, event, transfer_id)
        self.transfers[transfer_id] = transfer
        for order in (buy, sell):
            order.transfers.append(transfer)
            order.version += 1
            order.changed_at_ns = self.at_ns
        product_id = transfer.product.product_id
        self.events.append(
            said.OrderFilled(
                transfer_id=transfer_id,
                product_id=product_id,
                trade_number=transfer.trade_number,
                maker_order_id=maker.order_id,
                taker_order_id=taker.order_id,
                taker_side=taker.side,
                price=event.price,
                quantity=event.quantity,
                maker_remaining=event.maker_remaining,
                taker_remaining=event.taker_remaining,
                buyer_id=buy.party_id,
                seller_id=sell.party_id,
            )
        )
        self.begin(transfer)
        for order, remaining in (
            (maker, event.maker_remaining),
            (taker, event.taker_remaining),
        ):
            if remaining == 0:
                self.retire(order.keys)

    def charge(
        self, buy: ModelOrder, sell: ModelOrder, event: Filled, transfer_id: TransferId
    ) -> ModelTransfer:
        """What the whole order costs now, less what it cost before; a seller never pays extra."""
        product = buy.product
        of_buy, of_sell = (Tariff(schedules(self, each, self.at_ns)) for each in (buy, sell))
        before = product.fen(buy.value_bought)
        after = product.fen(buy.value_bought + event.price * event.quantity)
        par_after = product.par(buy.filled_quantity + event.quantity)
        earned = sum(transfer.consideration for transfer in sell.transfers) + after - before
        venue_paid = sum(transfer.seller_fee_venue for transfer in sell.transfers)
        venue_due = max(of_sell.seller_venue(earned) - venue_paid, 0)
        seller_venue = min(venue_due, after - before)
        trust_paid = sum(transfer.seller_fee_trust_company for transfer in sell.transfers)
        sold = product.par(sell.filled_quantity + event.quantity)
        trust_due = max(of_sell.seller_trust_company(sold) - trust_paid, 0)
        venue_had = sum(transfer.buyer_fee_venue for transfer in buy.transfers)
        trust_had = sum(transfer.buyer_fee_trust_company for transfer in buy.transfers)
        sources, sell.draws = cut(sell.draws, event.quantity)
        traded = [each for each in self.transfers.values() if each.product is product]
        return ModelTransfer(
            transfer_id=transfer_id,
            trade_number=1 + sum(each.preempts is None for each in traded),
            buy=buy,
            sell=sell,
            price=event.price,
            units=Units(event.quantity),
            consideration=after - before,
            buyer_fee_venue=max(of_buy.buyer_venue(after) - venue_had, 0),
            buyer_fee_trust_company=max(of_buy.buyer_trust_company(par_after) - trust_had, 0),
            seller_fee_venue=seller_venue,
            seller_fee_trust_company=min(trust_due, after - before - seller_venue),
            matched_at_ns=self.at_ns,
            sources=sources,
            income=income_of(buy, event.quantity, self.at_ns),
        )

    def next_transfer_id(self) -> TransferId:
        """Of the transfers that the command under way opens one by one."""
        first = self.sequence * TRANSFER_IDS_PER_COMMAND
        return TransferId(first + sum(number >= first for number in self.transfers))

    def close(self, order: ModelOrder, quantity: Quantity, reason: CloseReason) -> None:
        released = self.reserve_for(order, order.price, open_quantity=quantity)
        call_auction.note(self, order.product)
        order.closed, order.withdrawn = reason, quantity
        order.draws = []
        order.version += 1
        order.changed_at_ns = self.at_ns
        self.events.append(
            said.OrderClosed(
                order_id=order.order_id,
                party_id=order.party_id,
                product_id=order.product.product_id,
                side=order.side,
                price=order.price,
                quantity=quantity,
                was_resting=reason in RESTED and not order.is_aside,
                released=released,
                reason=reason,
            )
        )
        self.retire(order.keys)

    def withdraw_first(self, product: ModelProduct) -> None:
        """The first order of the closed product: bids, then asks, as they would trade."""
        first = [*product.book.orders(Side.BUY), *product.book.orders(Side.SELL)][0]
        self.withdraw(self.orders[first.order_id])

    def withdraw(self, order: ModelOrder) -> None:
        """By the venue."""
        if order.is_aside:
            self.unbacked.append(order)
            quantity = Quantity(order.open_quantity)
            self.close(order, quantity, CloseReason.WITHDRAWN_BY_VENUE)
            return
        (cancelled,) = order.product.book.cancel(order.order_id)
        assert isinstance(cancelled, Cancelled)
        self.close(order, cancelled.quantity, CloseReason.WITHDRAWN_BY_VENUE)
