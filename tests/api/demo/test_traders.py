"""Participants place orders that the venue can take: on tick and lot, within range and means."""

from collections import Counter
from dataclasses import replace

import pytest

from api.cli.demo.chance import chance
from api.cli.demo.dataset import Trader
from api.cli.demo.products import BY_NAME, CALL_AUCTION, MILLION, Product
from api.cli.demo.traders import (
    ORDERS_OPEN_MAX,
    Account,
    Cancel,
    OpenOrder,
    Place,
    Quote,
    Replace,
    SideName,
    fitted,
    next_order,
    tidy_up,
    usual_order_age_s,
)
from tests.api.demo.market import DATA, INSTITUTION, PERSON, PRODUCTS, market, middle_price

DRAWS = 2_000
FEN_PER_YUAN = 100
QUOTES = {
    symbol: Quote(
        bid=(middle_price(symbol) - product.type.tick, 3 * product.lot),
        ask=(middle_price(symbol) + product.type.tick, 2 * product.lot),
        last=middle_price(symbol),
    )
    for symbol, product in PRODUCTS.items()
}


def rich_account() -> Account:
    """Someone with money and a few lots of everything."""
    return Account(
        cash_available=50 * MILLION * FEN_PER_YUAN,
        units={symbol: 30 * product.lot for symbol, product in PRODUCTS.items()},
    )


def orders_of(trader: Trader, account: Account, *, calm: bool = False) -> list[Place]:
    """Many orders that the trader could place, one at a time."""
    drawn = chance(1, trader.code)
    found = (
        next_order(drawn, trader=trader, account=account, market=market(QUOTES), calm=calm)
        for _ in range(DRAWS)
    )
    return [order for order in found if order is not None]


def resting(product: Product, number: int, *, placed_at_s: float = 0.0) -> OpenOrder:
    """An order that rests."""
    return OpenOrder(
        order_id=str(number),
        symbol=product.symbol,
        side="BUY",
        price=middle_price(product.symbol),
        quantity=product.lot,
        placed_at_s=placed_at_s,
    )


@pytest.mark.parametrize("trader", [PERSON, INSTITUTION], ids=["person", "institution"])
def test_an_order_is_on_the_tick_in_whole_lots_and_within_the_usual_discount(
    trader: Trader,
) -> None:
    orders = orders_of(trader, rich_account())
    assert len(orders) == DRAWS
    for order in orders:
        product = PRODUCTS[order.symbol]
        assert order.price % product.type.tick == 0
        assert product.price_lowest <= order.price <= product.price_highest
        assert order.quantity % product.lot == 0
        assert order.quantity > 0


@pytest.mark.parametrize("trader", [PERSON, INSTITUTION], ids=["person", "institution"])
def test_nobody_sells_more_than_they_have_or_bids_more_than_they_can_pay(trader: Trader) -> None:
    account = rich_account()
    account.cash_available = 900_000 * FEN_PER_YUAN
    for order in orders_of(trader, account):
        product = PRODUCTS[order.symbol]
        if order.side == "SELL":
            assert order.quantity <= account.units[order.symbol]
        else:
            assert cost_of(product, order) <= account.cash_available


def test_who_bids_a_clean_price_can_pay_the_income_too() -> None:
    (clean,) = [each for each in PRODUCTS.values() if each.is_clean]
    alone = replace(market(QUOTES), products={clean.symbol: clean})
    drawn, bids = chance(1, "clean"), 0
    for yuan in range(100_000, 1_000_000, 500):
        account = Account(cash_available=yuan * FEN_PER_YUAN)
        order = next_order(drawn, trader=PERSON, account=account, market=alone, calm=False)
        if order is not None:
            assert cost_of(clean, order) <= account.cash_available
            bids += 1
    assert bids > 0


def cost_of(product: Product, order: Place) -> int:
    """What a bid reserves at most: at a clean price with the income of fifty days."""
    worst = product.fen_of(price=order.price, quantity=order.quantity)
    fees = max(200 * FEN_PER_YUAN, worst // 1_000) + worst * 5 // 10_000 + 1
    if not product.is_clean:
        return worst + fees
    assert product.benchmark_bps is not None
    principal = product.fen_of(price=product.type.par_value, quantity=order.quantity)
    return worst + fees + principal * product.benchmark_bps * 50 // (10_000 * 365) + 1


def test_who_has_no_money_sells_and_who_has_no_units_buys() -> None:
    poor = rich_account()
    poor.cash_available = 0
    assert {order.side for order in orders_of(PERSON, poor)} == {"SELL"}
    unitless = rich_account()
    unitless.units = {}
    assert {order.side for order in orders_of(PERSON, unitless)} == {"BUY"}
    assert orders_of(PERSON, Account()) == []


def test_orders_that_gather_are_plain_and_some_of_them_would_meet() -> None:
    gathering = [product for product in PRODUCTS.values() if product.market_mode == CALL_AUCTION]
    assert len(gathering) == 1
    account = rich_account()
    orders = [
        order for order in orders_of(INSTITUTION, account) if order.symbol == gathering[0].symbol
    ]
    assert {
        (order.time_in_force, order.post_only, order.all_or_none, order.whole_only)
        for order in orders
    } == {("GOOD_TILL_CANCELLED", False, False, False)}
    bids = [order.price for order in orders if order.side == "BUY"]
    asks = [order.price for order in orders if order.side == "SELL"]
    assert max(bids) > min(asks)


def test_where_parties_deal_by_name_nobody_places_orders() -> None:
    by_name = {each.symbol for each in PRODUCTS.values() if each.market_mode in BY_NAME}
    assert len(by_name) == len(BY_NAME)
    placed = {order.symbol for order in orders_of(INSTITUTION, rich_account())}
    assert placed.isdisjoint(by_name)


def test_both_sides_and_every_condition_occur() -> None:
    orders = orders_of(INSTITUTION, rich_account())
    assert Counter(order.side for order in orders).keys() == {"BUY", "SELL"}
    assert {order.time_in_force for order in orders} == {
        "GOOD_TILL_CANCELLED",
        "IMMEDIATE_OR_CANCEL",
        "FILL_OR_KILL",
    }
    assert any(order.post_only for order in orders)
    assert any(order.expires_in_s for order in orders)
    for order in orders:
        if order.time_in_force != "GOOD_TILL_CANCELLED":
            assert not order.post_only
            assert order.expires_in_s is None


def test_most_orders_rest_and_some_take_what_is_offered() -> None:
    taking = 0
    orders = orders_of(INSTITUTION, rich_account())
    for order in orders:
        quote = QUOTES[order.symbol]
        assert quote.bid is not None
        assert quote.ask is not None
        if order.side == "BUY":
            taking += order.price >= quote.ask[0]
        else:
            taking += order.price <= quote.bid[0]
    assert 0.1 * len(orders) < taking < 0.6 * len(orders)


def test_nobody_takes_while_the_books_are_filled() -> None:
    orders = orders_of(INSTITUTION, rich_account(), calm=True)
    assert {order.time_in_force for order in orders} == {"GOOD_TILL_CANCELLED"}


def test_a_natural_person_leaves_products_for_institutions_alone() -> None:
    for order in orders_of(PERSON, rich_account()):
        assert not PRODUCTS[order.symbol].type.for_institutions_only
    bought = {PRODUCTS[order.symbol].type.name for order in orders_of(INSTITUTION, rich_account())}
    assert "consumer_finance_senior" in bought


def test_nobody_quotes_a_product_twice() -> None:
    account = rich_account()
    account.orders = {"1": resting(DATA.products[0], 1), "2": resting(DATA.products[1], 2)}
    symbols = {order.symbol for order in orders_of(PERSON, account)}
    assert symbols.isdisjoint({DATA.products[0].symbol, DATA.products[1].symbol})


@pytest.mark.parametrize("trader", [PERSON, INSTITUTION], ids=["person", "institution"])
def test_open_orders_are_bounded_and_the_oldest_makes_room(trader: Trader) -> None:
    account = rich_account()
    account.orders = {
        str(number): resting(product, number, placed_at_s=100.0 - number)
        for number, product in enumerate(DATA.products[: ORDERS_OPEN_MAX[trader.is_institution]])
    }
    assert orders_of(trader, account) == []
    oldest = str(len(account.orders) - 1)
    actions = tidy_up(
        chance(1, "tidy"), trader=trader, account=account, market=market(), now_s=101.0
    )
    assert actions == [Cancel(order_id=oldest)]


def test_old_orders_are_withdrawn_or_moved_and_new_ones_left_alone() -> None:
    account = Account(orders={"1": resting(DATA.products[0], 1)})
    drawn = chance(1, "old")
    kinds: Counter[type] = Counter()
    for _ in range(200):
        assert not tidy_up(drawn, trader=PERSON, account=account, market=market(), now_s=1.0)
        (action,) = tidy_up(drawn, trader=PERSON, account=account, market=market(), now_s=1_000.0)
        kinds[type(action)] += 1
        if isinstance(action, Replace):
            # Less is then reserved than before, so it cannot fail for want of money.
            assert action.price < account.orders["1"].price
    assert kinds[Cancel] > 20
    assert kinds[Replace] > 20


def test_orders_live_shorter_the_faster_the_market_is() -> None:
    assert usual_order_age_s(1) == 120.0
    assert usual_order_age_s(20) == 30.0
    assert usual_order_age_s(600) == 1.0


@pytest.mark.parametrize(
    ("ranges", "quantity"),
    [
        ([], None),
        ([(100, 900)], 500),
        ([(100, 300)], 300),
        ([(600, 900)], 600),
        ([(100, 300), (600, 900)], 600),
        ([(100, 450), (600, 900)], 450),
    ],
)
def test_who_may_not_do_what_he_wants_does_what_is_nearest(
    ranges: list[tuple[int, int]], quantity: int | None
) -> None:
    order = Place(symbol=DATA.products[0].symbol, side="BUY", price=10_000, quantity=500)
    assert fitted(order, ranges, held=0) == (
        None if quantity is None else replace(order, quantity=quantity)
    )


@pytest.mark.parametrize(
    ("side", "held", "post_only", "whole"),
    [
        ("SELL", 500, False, True),
        ("SELL", 600, False, False),
        ("SELL", 500, True, False),
        ("BUY", 500, False, False),
    ],
)
def test_all_that_somebody_holds_is_listed_for_one_buyer(
    side: SideName, held: int, post_only: bool, whole: bool
) -> None:
    symbol = DATA.products[0].symbol
    order = Place(symbol=symbol, side=side, price=10_000, quantity=500, post_only=post_only)
    placed = fitted(order, [(500, 500)], held=held)
    assert placed is not None
    assert placed.whole_only is whole
