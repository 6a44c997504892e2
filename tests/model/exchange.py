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
from exchange.calendar_commands import CalendarCommand
from exchange.client_commands import ClientCommand
from exchange.evidence_commands import EvidenceCommand
from exchange.fee_commands import SetFeeSchedule
from exchange.halt_commands import HaltCommand
from exchange.limits import TRANSFER_IDS_PER_COMMAND
from exchange.market_commands import CallOffMarketMode, MarketCommand
from exchange.market_events import VenueLicensed
from exchange.modes.types import ModeTerms
from exchange.money_commands import MoneyCommand
from exchange.money_events import DepositRecorded
from exchange.negotiation_commands import NegotiationCommand
from exchange.price_commands import PriceCommand
from exchange.register_commands import (
    Encumber,
    EncumbranceCommand,
    PostRegister,
    RegisterCommand,
)
from exchange.review_commands import ReviewCommand
from exchange.rules_commands import RulesCommand
from exchange.transfer_commands import TransferCommand
from exchange.types import CloseReason, PartyId, PartyKind, ProposalId
from matching import (
    Cancelled,
    OrderId,
)
from registry.types import ProductId, TimeNs
from tests.model import call_auction, fees, halts, market, negotiation, posting
from tests.model.bank import Clerk
from tests.model.claims import with_claims
from tests.model.dealer import Dealer
from tests.model.deals import Timer
from tests.model.desk import AtDesk
from tests.model.halt import stop_or_let_go
from tests.model.ledger import OPERATOR, ModelOrder
from tests.model.limits import Limits
from tests.model.means import missing
from tests.model.offices import Key, key_of
from tests.model.prices import say
from tests.model.product import ModelProduct
from tests.model.reserving import say_and_reserve
from tests.model.review import Decides
from tests.model.rules import DAY_NS, InMarket, refusal_of
from tests.model.trading import Trading


class ModelExchange(Trading):
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
            Dealer(self).follow()
            if not isinstance(command, given.AdvanceTime):
                self.mark_at_once()
        else:
            self.events.append(said.CommandRefused(refusal=refusal))
            self.events += missing(self, command, refusal)
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
        self.events = with_claims(self, self.events)
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
        elif isinstance(command, NegotiationCommand) and negotiation.remember(self, key):
            pass
        elif order is not None and order.party_id == command.actor and order.open_quantity > 0:
            order.keys.append(key)
        else:
            self.retired.append((self.at_ns + 7 * DAY_NS, key))

    def carry_out(self, command: given.AnyCommand) -> None:
        if isinstance(command, AtDesk):
            self.work(command, self.carry_out)
        elif isinstance(command, EncumbranceCommand):
            self.keep(command)
        elif isinstance(command, NegotiationCommand):
            Dealer(self).carry_out(command)
        elif isinstance(command, PriceCommand):
            product = self.products[command.product_id]
            say_and_reserve(self, product, lambda: say(self, command))
        elif isinstance(command, SetFeeSchedule):
            self.events.append(fees.set_fees(self, command))
        elif isinstance(command, HaltCommand):
            self.events.append(halts.carry_out(self, command, number=self.sequence))
            stop_or_let_go(self)
        else:
            # Judged elsewhere: tests/properties/test_rules.py, tests/exchange/test_calendars.py.
            others = RulesCommand | CalendarCommand | given.Acknowledge
            assert not isinstance(command, others), command
            self.carry_on(command)

    def keep(self, command: EncumbranceCommand) -> None:
        if isinstance(command, Encumber):
            for order_id in self.encumber(command):
                self.withdraw(self.orders[order_id])
        else:
            (claim,) = [each for each in self.claims if each.number == command.encumbrance_id]
            self.release(claim, command.authority)

    def carry_on(self, command: InMarket | RegisterCommand | ClientCommand | MarketCommand) -> None:
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
            case _ if isinstance(command, MarketCommand):
                self.change_mode(command)
            case _:
                self.administer(command)

    def change_mode(self, command: MarketCommand) -> None:
        if isinstance(command, CallOffMarketMode):
            self.events.append(market.call_off(self, command))
        elif command.effective_on is not None:
            self.events.append(market.announce(self, command, command.effective_on))
        else:
            self.enter_mode(command.product_id, command.mode.name, command.terms)

    def enter_mode(self, product_id: ProductId, mode: str, terms: ModeTerms | None) -> None:
        self.events.append(market.set_mode(self, product_id, mode, terms))
        if mode == "CALL_AUCTION":
            call_auction.begin(self, self.products[product_id])

    def mode_comes(self, product: ModelProduct) -> None:
        """What was announced comes, or is told to have lapsed."""
        assert product.coming is not None
        _, mode, terms = product.coming
        product.coming = None
        why = market.why_not_now(self, product)
        if why is None:
            self.enter_mode(product.product_id, mode, terms)
        else:
            self.events.append(market.lapsed(product, mode, why))

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
        if isinstance(command, given.OpenLicensedVenue):
            self.events.append(VenueLicensed(approval_ref=command.approval_ref))
        if isinstance(command, given.CreateProduct):
            mode = market.first_mode(self)
            if mode != "CONTINUOUS":
                product_id = ProductId(self.sequence)
                self.events.append(market.set_mode(self, product_id, mode, None))

    def follow_register(self, command: RegisterCommand) -> None:
        if isinstance(command, PostRegister):
            first_number = self.sequence * TRANSFER_IDS_PER_COMMAND
            for order_id in posting.post(self, command, first_number=first_number):
                self.withdraw(self.orders[order_id])
        else:
            self.events.append(posting.take_step(self, command))

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
        timers += [
            (moment, 1, product.product_id, 10**18, "AUCTION")
            for product in self.products.values()
            if product.auction is not None and product.closed_at_ns is None
            for moment in product.auction.timers
        ]
        for order in self.open_orders():
            expires_at_ns = order.placed.expires_at_ns
            is_left = order.is_aside or order.product.closed_at_ns is not None
            if expires_at_ns is not None and not is_left:
                number = order.order_id
                timers.append((expires_at_ns, 1, order.product.product_id, number, "EXPIRE"))
        timers += [
            (each.due_ns, 1, 10**18, each.number, "NEGOTIATION")
            for each in negotiation.open_ones(self)
        ]
        timers += [
            (product.coming[0], 1, 10**18 + 1, product.product_id, "MODE")
            for product in self.products.values()
            if product.coming is not None
        ]
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
            self.fire(min(due))
            Dealer(self).follow()
        self.mark_in_time()
        self.events.append(said.TimeAdvanced(downtime_from_ns=command.downtime_from_ns))

    def fire(self, first: Timer) -> None:
        """What is first happens."""
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
        elif first[4] == "NEGOTIATION":
            (over,) = [each for each in self.negotiations if each.number == first[3]]
            Dealer(self).ring(over)
        elif first[4] == "MODE":
            self.mode_comes(self.products[ProductId(first[3])])
        elif first[4] == "AUCTION":
            call_auction.ring(self, self.products[ProductId(first[2])])
        elif first[4] == "FREEZE ENDS":
            (claim,) = [each for each in self.claims if each.number == first[2]]
            self.release(claim, None)
        elif first[4] == "PROPOSAL":
            self.lapse(first)
        else:
            self.ring(first)

    def add_gap(self, from_ns: int) -> None:
        """Nobody could act; nor before, if something of an earlier gap still waits for its turn."""
        due_ns = self.next_due_ns()
        if self.gap is not None and due_ns is not None and due_ns <= self.gap[1]:
            from_ns = min(from_ns, self.gap[0])
        self.gap = from_ns, self.at_ns
