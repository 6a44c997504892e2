"""What the demo shows is what the feed tells: each deal once, each transfer until it is decided."""

import json
from typing import Any

from api.cli.demo.traders import Quote
from api.cli.demo.watch import Watch
from api.cli.demo.ways import Way
from api.cli.demo.wire import Frame
from tests.api.demo.market import DATA, PRODUCTS

PRODUCT = DATA.products[3]  # by net asset value: four decimals
ENDED = {"SETTLED", "REJECTED", "LAPSED", "CANCELLED", "PREEMPTED", "BUYER_DEFAULT"}
DAY_NS = 3 * 10**9
SENT = "2026-11-23T04:00:00.000000000Z"


class Feed:
    """Hands frames to a watch as the feed would."""

    def __init__(self) -> None:
        self.watch = Watch(PRODUCTS, day_ns=DAY_NS)
        self._eseq = 100

    def tell(self, kind: str, stream: str, **members: Any) -> list[str]:
        """One frame; the ids of the transfers in it."""
        self._eseq += 1
        envelope = Frame(type=kind, s=stream, eseq=self._eseq, sent=SENT)
        text = json.dumps({"type": kind, "s": stream, **members}).encode()
        return [transfer.transfer_id for transfer in self.watch.take(envelope, text)]

    def tell_deal(self, number: int, state: str, kind: str = "update") -> None:
        """A frame with one trade."""
        trade = {
            "trade_id": str(number),
            "price": "1.0100",
            "quantity": "20000.0000",
            "aggressor": "buy",
            "state": state,
            "time": SENT,
        }
        self.tell(kind, f"trades:{PRODUCT.symbol}", trades=[trade])

    def tell_transfer(
        self, number: int, state: str, kind: str = "update", **members: Any
    ) -> list[str]:
        """A frame with one transfer."""
        return self.tell(kind, "transfers:7", transfers=[transfer_item(number, state, **members)])


def transfer_item(number: int, state: str, **members: Any) -> dict[str, Any]:
    """A transfer as its trust company is told of it."""
    return {
        "transfer_id": str(number),
        "symbol": PRODUCT.symbol,
        "state": state,
        "version": 2,
        "seller_id": "11",
        "buyer_id": "12",
        "units": "20000.0000",
        "consideration": "20200.00",
        "opened_at": "2026-11-23T03:59:50.000000000Z",
        "deadline": "2026-11-23T04:00:20.000000000Z",
        "notices": 0,
        "overlays": [],
        "rescindable": False,
        "decided_at": SENT if state in ENDED else None,
    } | members


def test_quotes_are_the_newest_ones_in_the_smallest_units() -> None:
    feed = Feed()
    stream = f"ticker:{PRODUCT.symbol}"
    feed.tell("snapshot", stream, bid=None, ask=None, last=None, volume_24h="0.0000")
    assert feed.watch.quote(PRODUCT.symbol) == Quote()
    feed.tell(
        "update",
        stream,
        bid=["1.0100", "10000.0000"],
        ask=["1.0200", "30000.5000"],
        last="1.0150",
        volume_24h="50000.0000",
    )
    quote = feed.watch.quote(PRODUCT.symbol)
    assert quote == Quote(bid=(10_100, 100_000_000), ask=(10_200, 300_005_000), last=10_150)
    assert feed.watch.glances[PRODUCT.symbol].volume == 500_000_000


def test_a_deal_is_counted_once_and_its_state_follows() -> None:
    feed = Feed()
    feed.tell_deal(1, "matched")
    feed.tell_deal(1, "matched", "snapshot")
    feed.tell_deal(2, "matched")
    feed.tell_deal(1, "settled")
    feed.tell_deal(2, "cancelled")
    assert feed.watch.counts.deals == 2
    assert [deal.state for deal in feed.watch.deals] == ["settled", "cancelled"]


def test_a_deal_of_an_earlier_run_that_settles_now_is_no_new_deal() -> None:
    feed = Feed()
    feed.tell_deal(41, "settled")
    assert feed.watch.counts.deals == 0
    assert not feed.watch.deals


def test_the_deals_that_are_shown_are_bounded() -> None:
    feed = Feed()
    for number in range(1, 501):
        feed.tell_deal(number, "matched")
    assert feed.watch.counts.deals == 500
    assert len(feed.watch.deals) == 60
    feed.tell_deal(1, "settled")  # no longer known, and no harm done
    assert feed.watch.counts.deals == 500


def test_a_transfer_is_pending_until_it_is_decided() -> None:
    feed = Feed()
    assert feed.tell_transfer(5, "SUBMITTED") == ["5"]
    feed.tell_transfer(6, "SUBMITTED")
    feed.tell_transfer(7, "SUBMITTED")
    feed.tell_transfer(8, "SUBMITTED")
    pending = feed.watch.pending["5"]
    assert (pending.version, pending.units, pending.consideration) == (2, 200_000_000, 2_020_000)
    assert pending.deadline_ns == pending.opened_at_ns + 30_000_000_000
    feed.tell_transfer(5, "SETTLED")
    feed.tell_transfer(6, "REJECTED")
    feed.tell_transfer(7, "LAPSED")
    feed.tell_transfer(9, "AGREEMENT_PENDING")
    feed.tell_transfer(9, "CANCELLED")
    assert list(feed.watch.pending) == ["8"]
    counts = feed.watch.counts
    assert (counts.settled, counts.rejected, counts.lapsed, counts.cancelled) == (1, 1, 1, 1)


def test_what_settles_is_counted_by_how_it_went() -> None:
    feed = Feed()
    reviewed = next(product for product in DATA.products if product.way is Way.REVIEW)
    members = {"symbol": reviewed.symbol, "units": "20000"}
    for number in (1, 2, 3):
        feed.tell_transfer(number, "SUBMITTED", **members)
        feed.tell_transfer(number, "SETTLED", **members)
    feed.tell_transfer(4, "SUBMITTED")
    feed.tell_transfer(4, "SETTLED")
    for number, state in ((5, "PREEMPTED"), (6, "BUYER_DEFAULT")):
        feed.tell_transfer(number, "SUBMITTED")
        feed.tell_transfer(number, state)
    counts = feed.watch.counts
    assert counts.settled_by == {Way.REVIEW: 3, PRODUCT.way: 1}
    assert (counts.preempted, counts.defaulted) == (1, 1)


def test_a_proposal_is_a_stage_of_its_own() -> None:
    feed = Feed()
    stages = []
    for members in ({}, {"made_by": "501"}, {"made_by": "501", "notices": 1}, {}):
        feed.tell_transfer(5, "UNDER_REVIEW", **members)
        stages.append(feed.watch.pending["5"].stage)
    assert [stage.is_proposed for stage in stages] == [False, True, True, False]
    assert [stage.number for stage in stages] == [1, 2, 2, 3]


def test_a_transfer_that_comes_back_to_a_state_is_at_a_new_stage() -> None:
    feed = Feed()
    stages = []
    for state, members in (
        ("AGREEMENT_PENDING", {}),
        ("AGREEMENT_PENDING", {"version": 3}),  # somebody signed
        ("SUBMITTED", {"version": 5}),
        ("SUBMITTED", {"version": 6, "notices": 1}),
        ("SUBMITTED", {"version": 7, "overlays": ["HELD"], "deadline": None}),
        ("SUBMITTED", {"version": 8, "overlays": ["HELD"], "rescindable": True, "deadline": None}),
        ("SUBMITTED", {"version": 9}),
        ("RETURNED", {"version": 10}),
        ("SUBMITTED", {"version": 11}),
    ):
        feed.tell_transfer(5, state, **members)
        pending = feed.watch.pending["5"]
        assert pending.version == members.get("version", 2)
        stages.append(pending.stage)
    assert [stage.number for stage in stages] == [1, 1, 2, 2, 3, 4, 5, 6, 7]
    assert stages[4].overlays == ("HELD",)
    assert stages[5].rescindable


def test_a_snapshot_of_transfers_replaces_what_was_pending() -> None:
    feed = Feed()
    feed.tell_transfer(5, "SUBMITTED")
    feed.tell_transfer(6, "SUBMITTED", "snapshot")
    assert list(feed.watch.pending) == ["6"]


def test_commands_are_counted_by_the_venues_own_numbers() -> None:
    feed = Feed()
    for number in range(1, 12):
        feed.tell_deal(number, "matched")
    assert feed.watch.counts.commands == 10


def test_the_venues_time_is_known_from_its_frames() -> None:
    feed = Feed()
    assert feed.watch.now_ns == 0
    feed.tell_deal(1, "matched")
    assert feed.watch.now_ns >= 1_795_406_400_000_000_000
