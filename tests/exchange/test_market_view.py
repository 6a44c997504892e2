"""The market view: what people see is what the events say, whoever folds them and when."""

from random import Random

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from exchange.events import (
    OrderFilled,
    TransferAdvanced,
    TransferFailed,
    TransferOpened,
    TransferSettled,
)
from exchange.market_view import (
    VOLUME_BUCKETS_MAX,
    MarketView,
    MarketViewState,
)
from exchange.product_view import TRADES_RECENT_MAX, VOLUME_BUCKET_NS, ProductView, TradeState
from exchange.types import VenueProfile
from matching import Side, TimeInForce
from registry.transfer import TransferState
from registry.types import TimeNs
from tests.exchange.small_market import HOUR_NS, SECOND_NS, SmallMarket

ALL_LEVELS = 1_000


def busy_market(seed: int, steps: int) -> SmallMarket:
    market = SmallMarket()
    random = Random(seed)
    for _ in range(steps):
        market.step(random)
    return market


def folded(market: SmallMarket) -> MarketView:
    view = MarketView()
    for published in market.published:
        view.apply(published)
    return view


def encoded(view: MarketView) -> bytes:
    return msgspec.msgpack.encode(view.to_state())


def only_product(view: MarketView) -> ProductView:
    product = view.product("XT2026-00")
    assert product is not None
    return product


SEEDS = st.integers(min_value=0, max_value=2**32)


@given(SEEDS)
def test_the_levels_shown_are_those_of_the_book_after_every_command(seed: int) -> None:
    market = SmallMarket()
    view = folded(market)
    random = Random(seed)
    for _ in range(40):
        view.apply(market.step(random))
        for product_id in market.product_ids:
            book = market.state.products[product_id].book
            shown = view.book(product_id)
            assert book.depth(Side.BUY, levels=ALL_LEVELS) == shown.bids()
            assert book.depth(Side.SELL, levels=ALL_LEVELS) == shown.asks()
            assert book.depth(Side.BUY, levels=3) == shown.bids(3)
            best = shown.best(Side.SELL)
            assert book.best(Side.SELL) == (best[:2] if best else None)


@given(SEEDS)
def test_a_command_that_changes_nothing_raises_no_counter(seed: int) -> None:
    market = SmallMarket()
    view = folded(market)
    random = Random(seed)
    for _ in range(40):
        before = {
            key: (product.book.bids(), product.book.asks(), product.book_seq, product.ticker_seq)
            for key, product in view.products.items()
        }
        change = view.apply(market.step(random))
        changes = {product.product.product_id: product for product in change.products}
        for key, product in view.products.items():
            bids, asks, book_seq, ticker_seq = before[key]
            book_changed = (bids, asks) != (product.book.bids(), product.book.asks())
            assert product.book_seq == book_seq + book_changed
            named = changes.get(key)
            assert book_changed is bool(named and (named.bids or named.asks))
            assert product.ticker_seq == ticker_seq + bool(named and named.ticker)
            assert product.ticker == product.current_ticker()


@given(SEEDS, st.integers(min_value=1, max_value=60))
def test_a_restored_view_goes_on_like_the_one_that_was_saved(seed: int, steps: int) -> None:
    market = SmallMarket()
    live = folded(market)
    random = Random(seed)
    for _ in range(steps):
        live.apply(market.step(random))
    state = msgspec.msgpack.decode(encoded(live), type=MarketViewState)
    restored = MarketView.from_state(state)
    assert encoded(live) == encoded(restored)
    for _ in range(20):
        published = market.step(random)
        assert repr(live.apply(published).transfers) == repr(restored.apply(published).transfers)
    assert encoded(live) == encoded(restored)
    assert encoded(live) == encoded(folded(market))


@given(SEEDS)
def test_the_pending_transfers_are_those_that_the_engine_has_open(seed: int) -> None:
    market = busy_market(seed, 60)
    view = folded(market)
    assert sorted(market.state.money_legs) == sorted(view.transfers)
    for party_id in [*market.trader_ids, market.trust_company_id]:
        own = [transfer for transfer in view.transfers.values() if party_id in transfer.parties()]
        assert own == view.transfers_of(party_id)
    for transfer_id, transfer in view.transfers.items():
        title = market.state.register.transfers[transfer_id]
        assert (title.version, title.state) == (transfer.version, transfer.state)


@given(SEEDS)
def test_a_trade_ends_as_its_transfer_does(seed: int) -> None:
    market = busy_market(seed, 80)
    expected: dict[tuple[int, int], TradeState] = {}
    parties: dict[int, int] = {}
    for published in market.published:
        touched = set()
        for event in published.events:
            match event:
                case OrderFilled():
                    expected[event.product_id, event.trade_number] = TradeState.MATCHED
                case TransferSettled():
                    expected[event.product_id, event.trade_number] = TradeState.SETTLED
                case TransferFailed():
                    expected[event.product_id, event.trade_number] = TradeState.CANCELLED
            if isinstance(
                event, TransferOpened | TransferAdvanced | TransferSettled | TransferFailed
            ):
                touched |= {event.seller_id, event.buyer_id, event.trust_company_id}
        for party_id in touched:
            parties[party_id] = parties.get(party_id, 0) + 1
    view = folded(market)
    shown = {
        (product_id, number): trade.state
        for product_id, product in view.products.items()
        for number, trade in product.trades.items()
    }
    assert expected == shown
    everybody = [*market.trader_ids, market.trust_company_id]
    assert [parties.get(key, 0) for key in everybody] == [view.party_seq(k) for k in everybody]


def test_only_the_recent_trades_are_kept_but_an_old_one_still_ends() -> None:
    market = SmallMarket(products=1)
    for _ in range(TRADES_RECENT_MAX + 5):
        market.place(Side.SELL, 10, 10_000, trader=0)
        market.place(Side.BUY, 10, 10_000, trader=1)
    view = folded(market)
    product = only_product(view)
    assert list(range(6, TRADES_RECENT_MAX + 6)) == list(product.trades)
    newest = product.recent_trades(2)
    assert [t.trade_number for t in newest] == [TRADES_RECENT_MAX + 5, TRADES_RECENT_MAX + 4]
    oldest = view.transfers[min(view.transfers)]
    change = view.apply(market.confirm(oldest.transfer_id))
    (ended,) = change.products[0].trades
    assert (ended.trade_number, ended.state) == (1, TradeState.SETTLED)
    assert 1 not in product.trades


def test_a_decided_transfer_is_told_once_and_leaves() -> None:
    market = SmallMarket(products=1)
    market.place(Side.SELL, 10, 10_000, trader=0)
    market.place(Side.BUY, 10, 10_000, trader=1)
    view = folded(market)
    (transfer_id,) = view.transfers
    change = view.apply(market.reject(transfer_id))
    (decided,) = change.transfers
    assert decided.state is TransferState.REJECTED
    assert decided.decided_at_ns == market.at_ns
    assert decided.rejection_reason is not None
    assert not view.transfers
    assert view.transfers_of(market.trader_ids[0]) == []
    assert {*decided.parties()} == {party_id for party_id, _ in change.party_seqs}


def test_a_transfer_that_nobody_decides_lapses_in_view_too() -> None:
    market = SmallMarket(products=1)
    market.place(Side.SELL, 10, 10_000, trader=0)
    market.place(Side.BUY, 10, 10_000, trader=1)
    view = folded(market)
    (reminded,) = view.apply(market.wait(7 * HOUR_NS)).transfers
    assert (reminded.state, reminded.notices) == (TransferState.SUBMITTED, 1)
    assert view.transfers == {reminded.transfer_id: reminded}
    (lapsed,) = view.apply(market.wait(33 * HOUR_NS)).transfers
    assert (lapsed.state, lapsed.deadline_ns) == (TransferState.LAPSED, None)
    assert only_product(view).trades[1].state is TradeState.CANCELLED


def test_a_confirmed_transfer_that_waits_for_its_day_is_still_pending() -> None:
    market = SmallMarket(products=1)
    market.place(Side.SELL, 10, 10_000, trader=0)
    market.place(Side.BUY, 10, 10_000, trader=1)
    (transfer_id,) = market.state.register.transfers
    market.wait(-(market.at_ns + 2 * SECOND_NS) % (3 * HOUR_NS))  # almost the end of a day
    view = folded(market)
    confirmed = market.confirm(transfer_id)
    (transfer,) = view.apply(confirmed).transfers
    assert (transfer.state, transfer.officer) == (TransferState.CONFIRMED, "officer")
    assert transfer.deadline_ns == confirmed.at_ns + SECOND_NS
    assert list(view.transfers) == [transfer_id]
    (settled,) = view.apply(market.wait(4 * HOUR_NS)).transfers
    assert (settled.state, settled.officer) == (TransferState.SETTLED, "officer")


def test_volume_is_forgotten_a_day_later_without_anybody_trading() -> None:
    market = SmallMarket(products=1)
    market.place(Side.SELL, 30, 10_000, trader=0)
    market.place(Side.BUY, 30, 10_000, trader=1)
    view = folded(market)
    product = only_product(view)
    assert product.ticker.volume_24h == 30
    assert view.apply(market.wait(VOLUME_BUCKET_NS * (VOLUME_BUCKETS_MAX - 2))).products == ()
    assert product.ticker.volume_24h == 30
    (change,) = view.apply(market.wait(2 * VOLUME_BUCKET_NS)).products
    assert change.ticker is product.ticker
    assert product.ticker.volume_24h == 0
    assert product.ticker.last_price == 10_000


def test_volume_is_forgotten_by_a_command_that_touches_no_best_price() -> None:
    market = SmallMarket(products=1)
    market.place(Side.SELL, 40, 10_000, trader=0)
    market.place(Side.BUY, 30, 10_000, trader=1)
    market.place(Side.BUY, 30, 9_000, trader=1)
    view = folded(market)
    product = only_product(view)
    assert product.ticker.volume_24h == 30
    market.at_ns = TimeNs(market.at_ns + VOLUME_BUCKET_NS * VOLUME_BUCKETS_MAX)
    (change,) = view.apply(market.place(Side.BUY, 10, 8_000, trader=1)).products
    assert change.ticker is product.ticker
    assert product.ticker.volume_24h == 0


@pytest.mark.parametrize(
    "time_in_force",
    [
        TimeInForce.GOOD_TILL_CANCELLED,
        TimeInForce.IMMEDIATE_OR_CANCEL,
        TimeInForce.FILL_OR_KILL,
    ],
)
def test_an_order_that_trades_at_once_never_shows_in_the_book(time_in_force: TimeInForce) -> None:
    market = SmallMarket(products=1)
    market.place(Side.SELL, 50, 10_000, trader=0)
    view = folded(market)
    published = market.place(Side.BUY, 30, 10_100, trader=1, time_in_force=time_in_force)
    (change,) = view.apply(published).products
    assert (change.bids, list(change.asks)) == ((), [(10_000, 20, 1)])


def test_an_order_moved_to_another_price_shows_as_both_levels() -> None:
    market = SmallMarket(products=1)
    order_id = market.place(Side.SELL, 50, 10_000, trader=0).sequence
    view = folded(market)
    (change,) = view.apply(market.replace(order_id, 40, 10_100)).products
    assert {(10_000, 0, 0), (10_100, 40, 1)} == set(change.asks)
    assert change.book_seq == only_product(view).book_seq == 2


def test_the_view_knows_the_licence_and_its_place() -> None:
    market = SmallMarket(products=1)
    view = folded(market)
    assert view.profile is VenueProfile.SANDBOX
    assert view.eseq == market.published[-1].sequence
    with pytest.raises(AssertionError):
        view.apply(market.published[-1])
