"""The whole exchange, slow and obvious: what each command adds to the lists of what has happened.

The rules are in tests/model/rules.py, the sums in tests/model/ledger.py, the fees in
tests/model/tariff.py, who meets whom in tests/model/book.py, what becomes of a deal in
tests/model/deals.py, and who works at a desk in tests/model/desk.py. It shares with the engine only
the words: commands, events, refusals and states.
"""

from __future__ import annotations

from typing import assert_never

from exchange import commands as given
from exchange import events as said
from exchange.client_commands import ClientCommand
from exchange.evidence_commands import EvidenceCommand
from exchange.limits import TRANSFER_IDS_PER_COMMAND
from exchange.money_commands import MoneyCommand
from exchange.money_events import DepositRecorded
from exchange.register_commands import (
    Encumber,
    EncumbranceCommand,
    PostRegister,
    RegisterCommand,
)
from exchange.review_commands import ReviewCommand
from exchange.transfer_commands import TransferCommand
from exchange.types import CloseReason, PartyId, PartyKind, ProposalId
from matching import (
    BookEvent,
    Cancelled,
    CancelReason,
    Filled,
    OrderId,
    ParticipantId,
    Quantity,
    Reduced,
    Replaced,
    Rested,
    Retried,
    Side,
)
from registry.types import ProductId, TimeNs, TransferId, Units
from tests.model import posting
from tests.model.bank import Clerk
from tests.model.clients import Clients
from tests.model.deals import Timer
from tests.model.desk import AtDesk, Desk
from tests.model.ledger import OPERATOR, ModelOrder, ModelProduct, ModelTransfer
from tests.model.liens import Liens
from tests.model.limits import Limits
from tests.model.offices import Key, key_of
from tests.model.register import cut, join
from tests.model.review import Decides, Reviews
from tests.model.rules import DAY_NS, InMarket, new_order, refusal_of, size_terms
from tests.model.steps import Steps

RESTED = (CloseReason.CANCELLED, CloseReason.EXPIRED, CloseReason.WITHDRAWN_BY_VENUE)
"""An order that is closed for one of these stood in the book."""


class ModelExchange(Desk, Reviews, Steps, Liens, Clients):
    """The venue, as anybody could keep it on paper."""

    def __init__(self, limits: Limits) -> None:
        super().__init__(limits)
        self.keys: dict[Key, int] = {}

    def apply(
        self, command: given.AnyCommand, *, sequence: int, at_ns: TimeNs
    ) -> tuple[said.AnyEvent, ...]:
        """The events of the command: one refusal, or what it did."""
        self.sequence, self.at_ns, self.events = sequence, at_ns, []
        refusal = refusal_of(self, command)
        if refusal is None:
            self.carry_out(command)
            if not isinstance(command, given.AdvanceTime):
                self.mark_at_once()
        else:
            self.events.append(said.CommandRefused(refusal=refusal))
        if not isinstance(command, given.AdvanceTime):
            self.remember(command)
        sweeps = isinstance(command, given.AdvanceTime)
        for _ in range(
            self.limits.keys_expired_per_sweep_max
            if sweeps
            else self.limits.keys_expired_per_command_max
        ):
            if self.retired and self.retired[0][0] <= at_ns:
                del self.keys[self.retired.pop(0)[1]]
        return self.with_matters()

    def remember(self, command: given.AnyCommand) -> None:
        """The key is kept while the command's order is open, and seven days more."""
        key = key_of(command)
        self.keys[key] = self.sequence
        order: ModelOrder | None = None
        if isinstance(command, given.PlaceOrder):
            order = self.orders.get(OrderId(self.sequence))
        elif isinstance(command, given.CancelOrder | given.ReplaceOrder):
            order = self.orders.get(command.order_id)
        proposal = self.proposals.get(ProposalId(self.sequence))
        kept = [each.keys for each in self.waiting() if each.number == self.sequence]
        if proposal is not None and proposal.is_open:
            proposal.keys.append(key)
        elif kept:
            kept[0].append(key)
        elif order is not None and order.party_id == command.actor and order.open_quantity > 0:
            order.keys.append(key)
        else:
            self.retired.append((self.at_ns + 7 * DAY_NS, key))

    def carry_out(self, command: given.AnyCommand) -> None:
        if isinstance(command, AtDesk):
            self.work(command, self.carry_out)
        elif isinstance(command, EncumbranceCommand):
            self.keep(command)
        else:
            self.carry_on(command)

    def keep(self, command: EncumbranceCommand) -> None:
        if isinstance(command, Encumber):
            for order_id in self.encumber(command):
                self.withdraw(self.orders[order_id])
        else:
            (claim,) = [each for each in self.claims if each.number == command.encumbrance_id]
            self.release(claim, command.authority)

    def carry_on(self, command: InMarket | RegisterCommand | ClientCommand) -> None:
        match command:
            case given.PlaceOrder():
                self.place(command)
            case given.CancelOrder():
                self.cancel(self.orders[command.order_id])
            case given.ReplaceOrder():
                self.replace(self.orders[command.order_id], command)
            case _ if isinstance(command, Decides | ReviewCommand):
                self.review(command)
            case given.AdvanceTime():
                self.advance_time(command)
            case _ if isinstance(command, RegisterCommand):
                self.follow_register(command)
            case steps if isinstance(steps, TransferCommand):
                self.step(steps)
            case _ if isinstance(command, MoneyCommand):
                self.bank_with(command)
            case _ if isinstance(command, EvidenceCommand):
                self.take_paper(command)
            case _ if isinstance(command, ClientCommand):
                self.serve(command)
            case _:
                self.administer(command)

    def bank_with(self, command: MoneyCommand) -> None:
        clerk = Clerk(self.bank, self.kinds, sequence=self.sequence, at_ns=self.at_ns)
        cash = sum(deposit.amount for deposit in self.deposits)
        in_accounts = sum(sum(amounts[1:5]) for amounts in self.accounts().values())
        clerk.carry_out(command, ledger=in_accounts, cash=cash)
        self.events += clerk.events

    def administer(
        self,
        command: given.OpenVenue | given.RegisterParty | given.CreateProduct | given.RecordDeposit,
    ) -> None:
        event: said.AnyEvent
        match command:
            case given.OpenVenue():
                self.opened = command
                self.kinds[OPERATOR] = PartyKind.OPERATOR
                event = said.VenueOpened(
                    operator_id=OPERATOR,
                    profile=command.profile,
                    fee_schedule=command.fee_schedule,
                    calendars=command.calendars,
                    four_eyes=command.four_eyes,
                )
            case given.RegisterParty():
                party_id = PartyId(self.sequence)
                self.kinds[party_id] = command.kind
                event = said.PartyRegistered(party_id=party_id, kind=command.kind)
            case given.CreateProduct():
                product_id = ProductId(self.sequence)
                product = ModelProduct(product_id=product_id, terms=command)
                if command.transfer_terms.onboarding:
                    product.standing = "DRAFT"
                self.products[product_id] = product
                event = said.ProductCreated(product_id=product_id, terms=command)
            case given.RecordDeposit():
                self.deposits.append(command)
                event = DepositRecorded(
                    party_id=command.party_id,
                    amount=command.amount,
                    payment_id=None,
                    bank_ref=None,
                )
            case _:
                assert_never(command)
        self.events.append(event)

    def follow_register(self, command: RegisterCommand) -> None:
        if isinstance(command, PostRegister):
            first_number = self.sequence * TRANSFER_IDS_PER_COMMAND
            for order_id in posting.post(self, command, first_number=first_number):
                self.withdraw(self.orders[order_id])
        else:
            self.events.append(posting.take_step(self, command))

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
            expires_at_ns=command.expires_at_ns,
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
        product, tariff = buy.product, self.tariff
        before = product.fen(buy.value_bought)
        after = product.fen(buy.value_bought + event.price * event.quantity)
        par_before = product.par(buy.filled_quantity)
        par_after = product.par(buy.filled_quantity + event.quantity)
        earned = sum(transfer.consideration for transfer in sell.transfers) + after - before
        venue_paid = sum(transfer.seller_fee_venue for transfer in sell.transfers)
        venue_due = tariff.seller_venue(earned) - venue_paid
        seller_venue = min(venue_due, after - before)
        trust_paid = sum(transfer.seller_fee_trust_company for transfer in sell.transfers)
        sold = product.par(sell.filled_quantity + event.quantity)
        trust_due = tariff.seller_trust_company(sold) - trust_paid
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
            buyer_fee_venue=tariff.buyer_venue(after) - tariff.buyer_venue(before),
            buyer_fee_trust_company=(
                tariff.buyer_trust_company(par_after) - tariff.buyer_trust_company(par_before)
            ),
            seller_fee_venue=seller_venue,
            seller_fee_trust_company=min(trust_due, after - before - seller_venue),
            matched_at_ns=self.at_ns,
            sources=sources,
        )

    def close(self, order: ModelOrder, quantity: Quantity, reason: CloseReason) -> None:
        released = self.reserve_for(order, order.price, open_quantity=quantity)
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
                was_resting=reason in RESTED,
                released=released,
                reason=reason,
            )
        )
        self.retire(order.keys)

    def next_due_ns(self) -> int | None:
        """The first moment at which an order expires, a transfer's clock ends or a proposal
        lapses."""
        return min((timer[0] for timer in self.timers()), default=None)

    def timers(self) -> list[Timer]:
        """All that time will bring."""
        watched = self.pending_transfers() + self.unregistered_transfers()
        timers = [timer for each in watched for timer in self.timers_of(each)]
        timers += self.timers_of_freezes()
        timers += self.timers_of_proposals()
        timers += self.papers_that_expire() + self.timers_of_clients()
        timers += self.looks()
        timers += [
            (product.closed_at_ns, 1, product.product_id, 0, "WITHDRAW")
            for product in self.products.values()
            if product.closed_at_ns is not None and product.book.resting
        ]
        for order in self.open_orders():
            expires_at_ns = order.placed.expires_at_ns
            if expires_at_ns is not None and order.product.closed_at_ns is None:
                number = order.order_id
                timers.append((expires_at_ns, 1, order.product.product_id, number, "EXPIRE"))
        return timers

    def advance_time(self, command: given.AdvanceTime) -> None:
        """The earliest timers first; of one moment papers, before orders by product and age, before
        transfers, before freezes, before proposals."""
        if command.downtime_from_ns is not None:
            self.add_gap(command.downtime_from_ns)
        for _ in range(self.limits.timers_fired_per_command_max):
            due = [timer for timer in self.timers() if timer[0] <= self.at_ns]
            if not due:
                break
            first = min(due)
            if first[4] == "LOOK":
                self.look()
            elif first[4] == "CLIENT":
                self.tell_client(first)
            elif first[4] == "EXPIRES":
                self.expire(first[2])
            elif first[4] == "WITHDRAW":
                self.withdraw_first(self.products[ProductId(first[2])])
            elif first[4] == "EXPIRE":
                order = self.orders[OrderId(first[3])]
                (cancelled,) = order.product.book.cancel(order.order_id)
                assert isinstance(cancelled, Cancelled)
                self.close(order, cancelled.quantity, CloseReason.EXPIRED)
            elif first[4] == "FREEZE ENDS":
                (claim,) = [each for each in self.claims if each.number == first[2]]
                self.release(claim, None)
            elif first[4] == "PROPOSAL":
                self.lapse(first)
            else:
                self.ring(first)
        self.mark_in_time()
        self.events.append(said.TimeAdvanced(downtime_from_ns=command.downtime_from_ns))

    def withdraw_first(self, product: ModelProduct) -> None:
        """The first order of the closed product: bids, then asks, as they would trade."""
        first = [*product.book.orders(Side.BUY), *product.book.orders(Side.SELL)][0]
        self.withdraw(self.orders[first.order_id])

    def withdraw(self, order: ModelOrder) -> None:
        """By the venue."""
        (cancelled,) = order.product.book.cancel(order.order_id)
        assert isinstance(cancelled, Cancelled)
        self.close(order, cancelled.quantity, CloseReason.WITHDRAWN_BY_VENUE)

    def add_gap(self, from_ns: int) -> None:
        """Nobody could act; nor before, if something of an earlier gap still waits for its turn."""
        due_ns = self.next_due_ns()
        if self.gap is not None and due_ns is not None and due_ns <= self.gap[1]:
            from_ns = min(from_ns, self.gap[0])
        self.gap = from_ns, self.at_ns
