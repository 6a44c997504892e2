"""What becomes of transfers at a market whose product has rules, as the rulebook of
`tests/model/verdicts.py` says: who may go on, and who waits first because the product is riskier.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random
from typing import Final

from exchange.commands import AnyCommand, ConfirmTransfer
from exchange.events import AnyEvent
from exchange.price_types import IncomeDays
from exchange.refusals import Refusal
from exchange.rules.types import Verdict
from exchange.rules_events import TransferJudged
from exchange.types import PartyId
from matching import BUY, SELL, Side
from registry.calendar import start_in_shanghai
from registry.transfer import Overlay, Transfer, TransferState
from registry.types import DayNumber, TimeNs, TransferId
from tests.exchange.disclosures import disclosure
from tests.exchange.rules.packs import next_version, of_parties
from tests.exchange.steps import Steps
from tests.exchange.venue import DAY_NS
from tests.model.verdicts import (
    SETTLED_BEFORE_THE_END,
    blocked_after_all,
    blocked_on_the_way,
    left_below,
    may_rescind_until,
    working_days_before,
)
from tests.properties.known_market import KnownMarket

LAW: Final = "CN-2007"
VENUE: Final = "CN-VENUE-LICENSED"
LATER: Final = next_version(of_parties(VENUE)).replace("final_list_wd = 20", "final_list_wd = 0")
"""The venue's pack from another day on: it lists until maturity."""
PACKS: Final = {"law": LAW, "venue": VENUE}
Against = dict[PartyId, set[str]]
"""Which rules stand against each party."""


@dataclass(kw_only=True)
class OnTheWay(KnownMarket):
    """What is sold and not settled, and what the rulebook says of it."""

    draw: Random
    disclosed_on: int | None = None
    held: int = 0
    held_for_both: int = 0
    settled: int = 0
    raised: int = 0
    rescinded: int = 0
    lapsed: int = 0
    """What was to wait longer than its plan."""
    waits: dict[TransferId, TimeNs] = field(default_factory=dict)
    """Until when those wait whose product has become riskier."""

    def of_packs(self, found: dict[str, set[str]]) -> set[str]:
        """Of the packs that the product has."""
        return set().union(*(found[each] for each in PACKS if PACKS[each] in self.packs))

    def confirm(self) -> None:
        """The trust company gives its word for a transfer."""
        transfer = self.one_of([each for each in self.open() if not each.overlays])
        if transfer is not None:
            steps = Steps(self.market, transfer.transfer_id)
            given = self.market.confirmation(transfer.transfer_id, version=steps.version)
            self.carry_on(transfer, given)

    def let_go(self) -> None:
        """It lets go of one that was held."""
        transfer = self.one_of([each for each in self.open() if Overlay.HELD in each.overlays])
        if transfer is not None:
            self.carry_on(transfer, Steps(self.market, transfer.transfer_id).let_go())

    def rescind(self) -> None:
        """A buyer wants no more: he may as long as it waits because the product is riskier, and
        when the trust company is late, which is no rule's."""
        transfer = self.one_of(self.open())
        if transfer is None:
            return
        command = Steps(self.market, transfer.transfer_id).rescind(PartyId(transfer.buyer_id))
        if transfer.transfer_id in self.waits or transfer.rescindable:
            self.market.does(command)
            assert transfer not in self.open()
            self.rescinded += 1
        else:
            said = self.market.refuses(command)
            unconfirmed = transfer.state is TransferState.SUBMITTED
            assert said is Refusal.NOT_RESCINDABLE or not unconfirmed, (said, transfer)

    def open(self) -> list[Transfer]:
        """What has not settled."""
        return list(self.market.state.register.transfers.values())

    def one_of(self, transfers: list[Transfer]) -> Transfer | None:
        """Any of them."""
        return self.draw.choice(transfers) if transfers else None

    def carry_on(self, transfer: Transfer, command: AnyCommand) -> Against:
        """The transfer is confirmed, or let go of, by this command: it settles exactly if the
        rulebook has nothing against either party and it is confirmed, or it is held. What is said
        against each party."""
        market, of_both = self.market, self.against_both(transfer)
        settles = isinstance(command, ConfirmTransfer) or is_confirmed(transfer)
        against: Against = {}
        if transfer.transfer_id not in self.waits:
            against = self.against_going_on(transfer, settles=settles)
        is_held = bool(against) or (settles and not self.has_slots_for(transfer))

        events = market.does(command)

        assert told_of(transfer, events) == against
        is_open = transfer.transfer_id in market.state.register.transfers
        assert is_open is (is_held or not settles), transfer
        assert (is_open and Overlay.HELD in transfer.overlays) is is_held, transfer
        self.settled += not is_open
        self.held += is_held
        self.held_for_both += bool(of_both) and is_held
        return against

    def against_going_on(self, transfer: Transfer, *, settles: bool) -> Against:
        """What is said against each party to a transfer as it goes to the trust company or is
        confirmed; where nothing is and it would settle, as it settles, if the caps of its holders
        let it."""
        of_both = self.against_both(transfer)
        sale, plan = self.sale(transfer), self.plan()
        of_buyer = left_below(sale, plan) if LAW in self.packs else set()
        for at_the_end in (False, True)[: 1 + settles]:
            if at_the_end and not self.has_slots_for(transfer):
                break
            against = {}
            for holder_id, side in ((transfer.seller_id, SELL), (transfer.buyer_id, BUY)):
                found = of_both | self.against_on_the_way(transfer, side, settles=at_the_end)
                found |= of_buyer if at_the_end and side is BUY else set()
                if found:
                    against[PartyId(holder_id)] = found
            if against:
                return against
        return {}

    def against_both(self, transfer: Transfer) -> set[str]:
        """What stands between its parties after all."""
        return blocked_after_all(self.sale(transfer), self.sales()) if LAW in self.packs else set()

    def has_slots_for(self, _transfer: Transfer) -> bool:
        """Whether its buyer may become a holder: there are no caps."""
        return True

    def against_on_the_way(self, transfer: Transfer, side: Side, *, settles: bool) -> set[str]:
        holder_id = transfer.seller_id if side is SELL else transfer.buyer_id
        who, today = self.person(PartyId(holder_id), None), self.market.today
        buys = side is BUY
        found = blocked_on_the_way(who, self.plan(), buys=buys, today=today, settles=settles)
        return self.of_packs(found)

    def disclose(self) -> None:
        """The product's risk is another one, or its next distribution is told, or that it has been
        made."""
        draw, today, market = self.draw, self.market.today, self.market
        facts = market.state.products[market.product_id].facts
        known = facts.last_distribution_on or 0
        said: dict[str, object] = {"risk_level": draw.choice([1, 2, 3, 4])}
        if draw.random() < 0.5:
            record_on = DayNumber(today + draw.choice([0, 1, 3, 7, 10]))
            if record_on > known:
                paid_on = DayNumber(record_on + draw.choice([0, 1, 5]))
                said = {"next_income": IncomeDays(record_on, paid_on)}
        elif draw.random() < 0.5:
            said = {"last_distribution_on": DayNumber(max(known, today - draw.choice([1, 20, 60])))}
        self.say(said)

    def raise_risk(self) -> None:
        """The product is riskier, mostly while something is on its way."""
        risk = self.plan().risk
        if risk < 4:
            self.say({"risk_level": self.draw.randint(risk + 1, 4)})

    def say(self, said: dict[str, object]) -> None:
        """So much is disclosed. If the product is riskier, what is on its way and not confirmed
        waits."""
        market, today = self.market, self.market.today
        self.disclosed_on = today
        before = self.plan().risk
        unconfirmed = [each for each in self.open() if not is_confirmed(each)]
        market.does(disclosure(market, **said))
        if self.plan().risk > before and VENUE in self.packs:
            until_ns = start_in_shanghai(DayNumber(may_rescind_until(today) + 1))
            self.waits |= {each.transfer_id: until_ns for each in unconfirmed}
            self.raised += len(unconfirmed)

    def wait(self) -> None:
        """Days pass: what has waited long enough goes on to the trust company, or is held; but for
        what the plan's end ends before, of which nothing is asked."""
        market, ends_ns = self.market, self.plan_ends_ns()
        market.at_ns = TimeNs(market.at_ns + self.draw.choice([1, 1, 2, 30]) * DAY_NS)
        over = sorted((ends, each) for each, ends in self.waits.items() if ends <= market.at_ns)
        expected, lapsing = [], []
        for until_ns, transfer_id in over:
            del self.waits[transfer_id]
            transfer = market.state.register.transfers[transfer_id]
            if ends_ns <= until_ns:
                lapsing.append(transfer)
                continue
            against = {} if Overlay.HELD in transfer.overlays else self.go_on(transfer)
            expected.append((transfer, against))

        events = market.waits(0)

        for transfer in lapsing:
            assert transfer.state is TransferState.LAPSED, transfer
            assert told_of(transfer, events) == {}, transfer
        self.lapsed += len(lapsing)
        for transfer, against in expected:
            assert told_of(transfer, events) == against, transfer
            assert Overlay.RISK_RAISED not in transfer.overlays, transfer
            if against:
                assert Overlay.HELD in transfer.overlays, transfer
                self.went_on(transfer, against)
                self.held += 1

    def plan_ends_ns(self) -> TimeNs:
        """When the plan's end ends what the trust company has not confirmed, waiting or not."""
        last = working_days_before(self.plan().matures_on, SETTLED_BEFORE_THE_END)
        return start_in_shanghai(DayNumber(last))

    def go_on(self, transfer: Transfer) -> Against:
        """What is said against the parties to a transfer that waits no longer."""
        return self.against_going_on(transfer, settles=False)

    def went_on(self, transfer: Transfer, against: Against) -> None:
        """It has been said, and the transfer is held."""

    def compare_waits(self) -> None:
        """Those wait that are to, until they are to."""
        there = self.market.state.register.transfers
        self.waits = {each: ends_ns for each, ends_ns in self.waits.items() if each in there}
        assert self.waits == {
            each.transfer_id: each.rescind_until_ns
            for each in there.values()
            if Overlay.RISK_RAISED in each.overlays
        }


def is_confirmed(transfer: Transfer) -> bool:
    """Whether it has the trust company's word."""
    return transfer.state is TransferState.CONFIRMED


def told_of(transfer: Transfer, events: tuple[AnyEvent, ...]) -> Against:
    """What is said against each party to it."""
    return {
        each.party_id: {found.rule_id for found in each.findings if found.verdict > Verdict.PASS}
        for each in events
        if isinstance(each, TransferJudged) and each.transfer_id == transfer.transfer_id
    }
