"""Fair values wander within the usual discount of their product, and go on after a restart."""

from api.cli.demo.chance import chance
from api.cli.demo.values import FairValues
from tests.api.demo.market import DATA, middle_price


def test_fair_values_stay_on_the_tick_within_the_usual_discount_and_move() -> None:
    values = FairValues(DATA.products, chance(1, "walk"))
    seen: dict[str, set[int]] = {product.symbol: set() for product in DATA.products}
    for _ in range(3_600):
        values.step()
        for product in DATA.products:
            price = values.fair_price(product.symbol)
            assert product.price_lowest <= price <= product.price_highest
            assert price % product.type.tick == 0
            seen[product.symbol].add(price)
    assert all(len(prices) > 1 for prices in seen.values())


def test_a_restart_goes_on_from_the_last_price() -> None:
    for product in DATA.products:
        values = FairValues(DATA.products, chance(9, "restart"))
        values.resume(product.symbol, middle_price(product.symbol))
        assert values.fair_price(product.symbol) == middle_price(product.symbol)


def test_a_last_price_out_of_the_usual_range_is_not_gone_on_from() -> None:
    product = DATA.products[0]
    values = FairValues(DATA.products, chance(9, "restart"))
    values.resume(product.symbol, 3 * product.reference)
    assert values.fair_price(product.symbol) == product.price_highest
