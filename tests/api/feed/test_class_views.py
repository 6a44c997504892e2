"""The book as a class sees it: the feed tells what the matching book itself would show, and a view
is never crossed."""

from __future__ import annotations

from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exchange.class_view import VIEWERS, Viewpoint, levels_seen
from matching import Side
from tests.api.feed.classed import HAS, ClassedFeed
from tests.api.feed.desk import Client, Desk

SEEDS = st.integers(min_value=0, max_value=2**32)
STEPS = 30


@pytest.fixture
def feed() -> ClassedFeed:
    feed = ClassedFeed()
    feed.market.rule("split")
    feed.publish()
    return feed


def follow(client: Client, view: str | None, **members: Any) -> str:
    asked = {"channel": "book", "symbol": client.desk.symbol(), **members}
    (result,) = client.subscribe(asked if view is None else {**asked, "view": view})
    return str(result["s"])


def follow_all(feed: ClassedFeed) -> tuple[Client, dict[Viewpoint, str]]:
    """A client that has every view, and the whole book besides."""
    client = feed.connect()
    follow(client, None)
    return client, {view: follow(client, view.value) for view in Viewpoint}


def seen(client: Client, name: str) -> list[tuple[str, str, int]]:
    """Bids, then asks."""
    bids, asks = client.mirror.book(name).levels()
    return bids + asks


@given(SEEDS)
def test_a_view_is_what_the_matching_book_shows_to_the_class(seed: int) -> None:
    random, feed = Random(seed), ClassedFeed()
    market = feed.market
    client, names = follow_all(feed)
    for _ in range(STEPS):
        market.step(random)
        if random.random() < 0.3:
            market.step(random)  # both become public at once
        feed.publish()
        if random.random() < 0.05:
            feed.restart()
            client, names = follow_all(feed)
        client.read()  # whose mirrors check the chain, the checksums and that none is crossed
        for view, name in names.items():
            expected = market.seen(view, Side.BUY) + market.seen(view, Side.SELL)
            assert expected == seen(client, name), (view, market.published[-1])


def test_views_differ_are_restricted_and_go_on_while_rules_come_and_go() -> None:
    """Of the random walks: else the test above would say nothing."""
    differ = reclassed = 0
    for seed in range(10):
        random, feed = Random(seed), ClassedFeed()
        client, names = follow_all(feed)
        for _ in range(STEPS):
            feed.market.step(random)
            feed.publish()
            client.read()
            differ += len({tuple(seen(client, name)) for name in names.values()}) > 1
        told = [type(event).__name__ for each in feed.market.published for event in each.events]
        reclassed += told.count("BookClassed")
    assert differ > 50
    assert reclassed > 10


def test_a_person_sees_wholes_and_an_institution_parts_too(feed: ClassedFeed) -> None:
    market = feed.market
    client, names = follow_all(feed)
    market.sells(200, 10_000)
    listing = market.order(market.buyer, Side.SELL, HAS, 10_100)
    market.does(market.constrained(listing, whole_only=True))
    market.sells(300, 10_200, by=market.other)
    feed.publish()
    client.read()
    part, whole = ("1.0000", "200", 1), ("1.0100", str(HAS), 1)
    of_institution = ("1.0200", "300", 1)
    assert seen(client, names[Viewpoint.NATURAL]) == [whole]
    assert seen(client, names[Viewpoint.INSTITUTION]) == [part, whole, of_institution]
    assert names[Viewpoint.NATURAL] == f"book.50.natural:{feed.symbol()}"


def test_a_seller_of_a_part_sees_the_bids_that_would_take_it(feed: ClassedFeed) -> None:
    market = feed.market
    client, names = follow_all(feed)
    market.buys(10, 9_900)
    market.buys(20, 9_800, by=market.other)
    feed.publish()
    client.read()
    of_person, of_institution = ("0.9900", "10", 1), ("0.9800", "20", 1)
    assert seen(client, names[Viewpoint.NATURAL_SELLER]) == [of_institution]
    assert seen(client, names[Viewpoint.INSTITUTION_SELLER]) == [of_institution]
    # A buyer sees with whom he competes.
    assert seen(client, names[Viewpoint.NATURAL]) == [of_person, of_institution]


def test_what_stands_crossed_is_hidden_on_the_viewers_own_side(feed: ClassedFeed) -> None:
    market = feed.market
    client, names = follow_all(feed)
    market.sells(200, 9_900)
    market.buys(100, 10_000)  # a person, who takes no part of a holding
    feed.publish()
    frames = {frame["s"]: frame for frame in client.read()}
    whole = frames[f"book.50:{feed.symbol()}"]
    assert whole["crossed"]
    part, bid = ("0.9900", "200", 1), ("1.0000", "100", 1)
    assert seen(client, names[Viewpoint.NATURAL]) == [bid]
    assert seen(client, names[Viewpoint.INSTITUTION]) == [part]


def test_rules_that_come_and_go_change_a_view_and_not_the_whole_book() -> None:
    feed = ClassedFeed()
    market = feed.market
    market.sells(200, 10_000)
    feed.publish()
    client, names = follow_all(feed)
    level = ("1.0000", "200", 1)
    assert {tuple(seen(client, name)) for name in names.values()} == {(level,)}
    market.rule("split")
    feed.publish()
    (update,) = client.read()
    assert (update["s"], update["asks"]) == (names[Viewpoint.NATURAL], [["1.0000", "0", 0]])
    assert (update["prev"], update["seq"]) == (1, 2)
    market.rule("none")
    feed.publish()
    (update,) = client.read()
    assert (update["s"], update["asks"]) == (names[Viewpoint.NATURAL], [["1.0000", "200", 1]])


def test_a_product_without_classes_is_seen_whole_by_every_class() -> None:
    desk = Desk(products=1)
    client = desk.connect()
    names = [follow(client, view) for view in (None, *(each.value for each in Viewpoint))]
    random = Random(5)
    for _ in range(80):
        desk.market.step(random)
        desk.publish()
        client.read()
        assert len({tuple(seen(client, name)) for name in names}) == 1
        product = desk.view.products[desk.market.product_ids[0]]
        assert product.classed is None


def test_a_view_has_a_stream_of_its_own_for_each_depth_and_interval(feed: ClassedFeed) -> None:
    client = feed.connect()
    name = follow(client, "institution_seller", depth=10, interval_ms=100)
    assert name == f"book.10.institution_seller@100:{feed.symbol()}"
    feed.market.buys(20, 9_800, by=feed.market.other)
    feed.publish()
    assert client.read() == []
    feed.publisher.flush(feed.now_ns, interval_ms=100)
    (update,) = client.read()
    assert update["bids"] == [["0.9800", "20", 1]]


@pytest.mark.parametrize(
    ("members", "detail"),
    [
        ({"view": "whole"}, "view"),
        ({"view": ""}, "view"),
        ({"view": "natural", "depth": "all"}, "depth"),
        ({"view": "natural", "channel": "trades"}, "view"),
    ],
)
def test_there_are_no_other_views(feed: ClassedFeed, members: dict[str, Any], detail: str) -> None:
    client = feed.connect()
    asked = {"channel": "book", "symbol": feed.symbol(), **members}
    (result,) = client.subscribe(asked)
    assert result["error"]["code"] == "bad_request"
    assert detail in result["error"]["detail"]


def test_slow_clients_of_a_view_get_what_waits_as_one(feed: ClassedFeed) -> None:
    client = feed.connect()
    name = follow(client, "natural")
    market = feed.market
    for number in range(feed.limits.queue_frames_max + 5):
        market.does(market.order(market.other, Side.BUY, 10 + 10 * (number % 2), 9_900))
        (order,) = market.state.orders
        feed.publish()
        market.does(market.cancellation(order, by=market.other))
    feed.publish()
    client.read()
    assert client.mirror.streams[name].conflated > 1
    assert seen(client, name) == []


def test_the_views_of_a_book_cost_the_whole_book_nothing() -> None:
    """A product without classes keeps nothing by class."""
    desk = Desk(products=1)
    product = desk.view.products[desk.market.product_ids[0]]
    desk.market.place(Side.SELL, 10, 10_000, trader=0)
    desk.publish()
    (level,) = levels_seen(
        VIEWERS[Viewpoint.NATURAL], Side.SELL, 10, whole=product.book, classes=None
    )
    assert level is product.book.best_ask
