"""Another pack asked beside an execution: of orders it says what the engine would have said under
it, of deals what stands against each side, and the execution goes on as it was."""

from __future__ import annotations

from random import Random
from typing import Final

import msgspec
import pytest

from exchange.alternative import Alternative, Judged, JudgedDeal, JudgedOrder
from exchange.commands import AnyCommand, PlaceOrder, ReplaceOrder
from exchange.engine import apply
from exchange.events import AnyEvent, CommandRefused
from exchange.refusals import Refusal
from exchange.rules.packs import SHIPPED, shipped
from exchange.rules.parse import parse_pack
from exchange.rules.types import Pack
from exchange.rules_state import LoadedPack, ProductRules
from exchange.snapshot import decode_state, encode_state
from exchange.types import Sequence
from matching import OrderId, Side, TimeInForce
from registry.types import DayNumber
from tests.exchange.rules.market import RuledMarket

DRAFT: Final = "CN-AMT-2025D"
MINIMUM: Final = 300_000
"""Units at par one yuan: what the draft asks of a holder of a fixed-income product."""


def pack_of(text: str) -> Pack:
    """The pack of a file without fault."""
    pack = parse_pack(text)
    assert isinstance(pack, Pack), pack
    return pack


PACKS: Final = {pack_id: pack_of(shipped(pack_id)) for pack_id in SHIPPED}


class WatchedMarket(RuledMarket):
    """The small venue, with another pack asked beside everything that happens once it is opened."""

    alternative: Alternative | None = None

    def __init__(
        self, pack: Pack = PACKS[DRAFT], *, symbol: str | None = None, units: int = 500_000
    ) -> None:
        self.told: list[Judged] = []
        super().__init__(units=units)
        self.alternative = Alternative(pack, PACKS, symbol=symbol)
        self.alternative.look_on(self.state)

    def submit(self, command: AnyCommand) -> tuple[AnyEvent, ...]:
        if self.alternative is None:
            return super().submit(command)
        sequence = Sequence(self.state.sequence + 1)
        order = self.alternative.order(self.state, command, sequence=sequence, at_ns=self.at_ns)
        events = super().submit(command)
        self.told += self.alternative.outcome(self.state, order, events)
        return events

    def orders_told(self) -> list[tuple[OrderId, list[str]]]:
        """Of each order that was taken, the rules that it fails."""
        return [
            (each.order_id, rules_in(each)) for each in self.told if isinstance(each, JudgedOrder)
        ]

    def deals_told(self) -> list[tuple[int, list[str], list[str]]]:
        """Of each deal, its quantity and the rules that seller and buyer fail."""
        return [
            (
                each.quantity,
                [finding.rule_id for finding in each.of_seller],
                [finding.rule_id for finding in each.of_buyer],
            )
            for each in self.told
            if isinstance(each, JudgedDeal)
        ]


def rules_in(judged: Judged) -> list[str]:
    """The rules that fail."""
    return [each.rule_id for each in judged.findings]


def test_a_draft_is_asked_as_if_it_were_in_force() -> None:
    assert PACKS[DRAFT].effective_from is None
    market = WatchedMarket()
    market.knows(market.buyer, certified_until=None)
    order_id = market.buys(MINIMUM)
    assert market.orders_told() == [(order_id, ["QI-01"])]
    (finding,) = market.told[0].findings
    assert (finding.pack, finding.reason_code) == (DRAFT, "NOT_QUALIFIED")


def test_what_it_would_have_refused_happens_all_the_same() -> None:
    market = WatchedMarket()
    market.sells(250_000)  # as much is left
    market.buys(250_000)
    assert market.deals_told() == [(250_000, ["QI-05"], ["QI-04"])]
    assert len(market.pending()) == 1


def test_each_side_of_a_deal_is_judged_by_its_own() -> None:
    market = WatchedMarket(units=800_000)
    sold = market.sells(100_000)  # 700,000 are left: more than the minimum
    bought = market.buys(100_000)
    assert market.orders_told() == [(sold, []), (bought, ["QI-04"])]
    assert market.deals_told() == [(100_000, [], ["QI-04"])]


def test_what_the_sellers_order_still_offers_is_leaving_him() -> None:
    """He sells everything, part by part: no part leaves him too little."""
    market = WatchedMarket(units=600_000)
    market.sells(600_000)
    market.buys(MINIMUM)
    market.buys(MINIMUM)
    assert market.deals_told() == [(MINIMUM, [], []), (MINIMUM, [], [])]


def test_of_an_order_that_fills_in_parts_all_parts_leave_him() -> None:
    market = WatchedMarket(units=600_000)
    market.buys(MINIMUM)
    market.buys(MINIMUM)
    market.sells(600_000)
    assert market.deals_told() == [(MINIMUM, [], []), (MINIMUM, [], [])]


def test_what_an_order_gave_up_at_once_stays_with_him() -> None:
    market = WatchedMarket(units=500_000)
    market.buys(MINIMUM)
    market.sells(500_000, time_in_force=TimeInForce.IMMEDIATE_OR_CANCEL)
    assert market.orders_told()[1][1] == []  # all that he has
    assert market.deals_told() == [(MINIMUM, ["QI-05"], [])]  # 200,000 are left


def test_a_buyer_is_judged_by_each_part_by_itself() -> None:
    market = WatchedMarket(units=1_000_000)
    market.sells(100_000)
    market.sells(600_000)
    market.buys(400_000)
    assert market.orders_told()[2][1] == []
    assert market.deals_told() == [(100_000, [], ["QI-04"]), (MINIMUM, [], [])]


def test_a_replacement_is_judged_anew_and_its_own_reserve_is_no_other_offer() -> None:
    market = WatchedMarket(units=500_000)
    order_id = market.sells(500_000)
    market.does(market.replacement(order_id, 400_000, by=market.seller))
    market.does(market.replacement(order_id, 200_000, by=market.seller))
    assert market.orders_told() == [(order_id, []), (order_id, ["QI-05"]), (order_id, [])]


def test_a_replacement_that_says_nothing_new_is_judged_like_any() -> None:
    market = WatchedMarket()
    order_id = market.buys(10)
    assert market.does(market.replacement(order_id, 10, by=market.buyer)) == ()
    assert market.orders_told() == [(order_id, ["QI-04"])] * 2


def test_what_the_engine_refused_is_not_told() -> None:
    market = WatchedMarket()
    market.submit(market.order(market.seller, Side.SELL, 10**9))
    market.submit(market.order(market.buyer, Side.BUY, 15))
    market.submit(market.replacement(OrderId(1), 10, by=market.buyer))
    assert market.told == []


def test_facts_are_those_of_the_moment() -> None:
    market = WatchedMarket(units=1_000_000)
    market.knows(market.buyer, certified_until=DayNumber(market.today + 1))
    market.buys(MINIMUM)
    market.sleeps(2)
    market.sells(MINIMUM)
    assert [found for _, found in market.orders_told()] == [[], []]
    assert market.deals_told() == [(MINIMUM, [], ["QI-02"])]


def test_a_rule_that_names_its_own_days_keeps_them() -> None:
    market = WatchedMarket()
    last_day = market.today + 1
    pack = msgspec.structs.replace(
        PACKS[DRAFT],
        rules=tuple(
            msgspec.structs.replace(rule, effective_to=DayNumber(last_day))
            for rule in PACKS[DRAFT].rules
        ),
    )
    market.alternative = Alternative(pack, PACKS, symbol=None)
    market.buys(10)
    market.sleeps(2)
    market.buys(10)
    assert [found for _, found in market.orders_told()] == [["QI-04"], []]


def test_a_pack_brings_what_it_extends() -> None:
    extending = msgspec.structs.replace(PACKS["CN-VENUE-38"], extends=(DRAFT,))
    market = WatchedMarket(extending)
    market.buys(10)
    assert "QI-04" in market.orders_told()[0][1]


def test_other_products_are_left_out() -> None:
    for symbol, told in (("ANLAN-1", 1), ("ANLAN-2", 0)):
        market = WatchedMarket(symbol=symbol)
        market.buys(10)
        assert len(market.told) == told


def test_what_is_not_judged_is_named() -> None:
    assert Alternative(PACKS[DRAFT], PACKS, symbol=None).unasked() == [
        *("PRD-01", "PRD-06", "VIS-01")
    ]
    of_venue = Alternative(PACKS["CN-VENUE-38"], PACKS, symbol=None).unasked()
    assert "VEN-01" in of_venue
    assert "VEN-03" not in of_venue


@pytest.mark.parametrize("seed", range(4))
def test_an_order_fails_exactly_if_the_engine_would_refuse_it_under_the_pack(seed: int) -> None:
    """Asked of a copy of the state whose product has the pack."""
    text = shipped(DRAFT).replace("title_zh", 'effective_from = "2020-01-01"\ntitle_zh', 1)
    market, random = WatchedMarket(units=1_000_000), Random(seed)
    seen: set[bool] = set()
    for _ in range(60):
        command = _drawn(market, random)
        refusals = _under(market, text, command)
        market.told.clear()
        events = market.submit(command)
        if not market.told:
            assert any(isinstance(each, CommandRefused) for each in events)
            continue
        (order, *_) = market.told
        assert isinstance(order, JudgedOrder)
        assert bool(order.findings) is (Refusal.RULE_BLOCKS in refusals), (command, order)
        seen.add(bool(order.findings))
        if random.random() < 0.2:
            market.knows(random.choice([market.seller, market.buyer]), level=random.choice([1, 3]))
    assert seen == {True, False}


def _drawn(market: WatchedMarket, random: Random) -> PlaceOrder | ReplaceOrder:
    quantity = random.choice([10, 200_000, 300_000, 400_000])
    price = random.choice([9_990, 10_000, 10_010])
    own = list(market.state.orders.values())
    if own and random.random() < 0.3:
        order = random.choice(own)
        return market.replacement(order.order_id, quantity, price, by=order.party_id)
    party = random.choice([market.seller, market.buyer])
    return market.order(party, random.choice(list(Side)), quantity, price)


def _under(market: WatchedMarket, text: str, command: AnyCommand) -> set[Refusal]:
    """What the engine refuses the command for if the product has the pack, and all that stands has
    been let stand."""
    state = decode_state(encode_state(market.state))
    state.rules.load(LoadedPack(state.sequence, market.at_ns, DayNumber(0), text))
    state.rules.set_product(ProductRules(market.product_id, (DRAFT,), ()))
    events = apply(state, command, sequence=Sequence(state.sequence + 1), at_ns=market.at_ns)
    return {each.refusal for each in events if isinstance(each, CommandRefused)}
