"""The demo's data set: invented, natural, and with the cases a register must get right."""

from collections import Counter
from datetime import date, timedelta

import pytest

from api.cli.demo.dataset import THRESHOLD_YUAN, OpeningHolding, make_data_set
from api.cli.demo.products import TRUST_COMPANIES, YUAN, Product
from api.cli.demo.ways import PACKS, Way
from exchange.rules.packs import SHIPPED, shipped
from exchange.rules.parse import parse_pack
from exchange.rules.types import Pack
from tests.api.demo.market import DATA, OPENED_ON, SEED

SEEDS = (1, 2, 3, 77)


def yuan_of(holding: OpeningHolding) -> int:
    """What a holding is at par."""
    product = holding.product
    units: int = holding.quantity // 10**product.type.quantity_scale
    return units * product.type.par_value // YUAN


def holdings_of(product: Product) -> list[OpeningHolding]:
    """Who holds the product at the opening."""
    return [holding for holding in DATA.holdings if holding.product is product]


def test_the_same_seed_gives_the_same_market() -> None:
    assert make_data_set(SEED, OPENED_ON) == DATA
    assert make_data_set(SEED + 1, OPENED_ON) != DATA


def test_there_are_5_trust_companies_24_products_300_persons_and_40_institutions() -> None:
    assert len(DATA.trust_companies) == 5
    assert len(DATA.products) == 24
    assert Counter(trader.is_institution for trader in DATA.traders) == {False: 300, True: 40}


def test_there_are_three_products_of_each_of_the_eight_types() -> None:
    assert set(Counter(product.type.name for product in DATA.products).values()) == {3}
    assert len({product.type.name for product in DATA.products}) == 8


@pytest.mark.parametrize("seed", SEEDS)
def test_all_names_codes_and_symbols_are_different(seed: int) -> None:
    data = make_data_set(seed, OPENED_ON)
    names = [trader.name for trader in data.traders]
    names += [company.full_name for company in data.trust_companies]
    names += [product.name_zh for product in data.products]
    names += [product.name_en for product in data.products]
    assert len(set(names)) == len(names)
    assert len({trader.code for trader in data.traders}) == len(data.traders)
    assert len({product.symbol for product in data.products}) == len(data.products)


def test_everything_says_that_it_is_invented() -> None:
    assert all(product.symbol.startswith("DEMO-") for product in DATA.products)
    for name in (
        *(product.name_zh for product in DATA.products),
        *(company.full_name for company in DATA.trust_companies),
        *(trader.name for trader in DATA.traders),
    ):
        assert "（演示）" in name


def test_nothing_promises_a_return() -> None:
    for product in DATA.products:
        for name in (product.name_zh, product.name_en, product.type.name):
            assert not any(word in name.lower() for word in ("yield", "保本", "收益率", "预期"))


@pytest.mark.parametrize("seed", SEEDS)
def test_the_terms_are_on_tick_and_lot(seed: int) -> None:
    for product in make_data_set(seed, OPENED_ON).products:
        kind = product.type
        assert product.price_lowest % kind.tick == 0
        assert 0 < product.price_lowest < product.price_highest
        assert product.units_issued % product.lot == 0
        assert product.lot == product.quantity_of(kind.step_yuan)
        assert kind.benchmark_bps is None or product.benchmark_bps is not None


@pytest.mark.parametrize("seed", SEEDS)
def test_every_issue_is_held_to_the_last_unit_in_whole_lots(seed: int) -> None:
    data = make_data_set(seed, OPENED_ON)
    held: Counter[str] = Counter()
    holders = set()
    for holding in data.holdings:
        assert holding.quantity > 0
        assert holding.quantity % holding.product.lot == 0
        held[holding.product.symbol] += holding.quantity
        holders.add((holding.product.symbol, holding.holder.code))
    assert len(holders) == len(data.holdings)
    assert held == {product.symbol: product.units_issued for product in data.products}


@pytest.mark.parametrize("seed", SEEDS)
def test_a_natural_person_holds_at_least_the_minimum_subscription(seed: int) -> None:
    for holding in make_data_set(seed, OPENED_ON).holdings:
        if not holding.holder.is_institution:
            assert yuan_of(holding) >= holding.product.type.subscription_yuan_min


def test_products_for_institutions_have_no_natural_holder() -> None:
    for holding in DATA.holdings:
        if holding.product.type.for_institutions_only:
            assert holding.holder.is_institution


@pytest.mark.parametrize("seed", SEEDS)
def test_the_cases_that_a_register_must_get_right_are_there(seed: int) -> None:
    data = make_data_set(seed, OPENED_ON)
    holders = Counter(holding.product.symbol for holding in data.holdings)
    assert 199 in holders.values()

    exactly = [each for each in data.holdings if yuan_of(each) == THRESHOLD_YUAN]
    assert any(not each.holder.is_institution for each in exactly)

    small = Counter(
        each.product.symbol
        for each in data.holdings
        if not each.holder.is_institution and yuan_of(each) < THRESHOLD_YUAN
    )
    natural = Counter(
        each.product.symbol for each in data.holdings if not each.holder.is_institution
    )
    assert any(count == 49 == natural[symbol] for symbol, count in small.items())

    soon = (OPENED_ON + timedelta(days=35)).isoformat()
    assert soon in {product.maturity_date for product in data.products}
    assert {"fast", "slow"} <= {company.pace for company in TRUST_COMPANIES}


@pytest.mark.parametrize("seed", SEEDS)
def test_each_way_of_a_transfer_has_a_product(seed: int) -> None:
    data = make_data_set(seed, OPENED_ON)
    ways = Counter(product.way for product in data.products)
    assert ways.pop(Way.SANDBOX) == 14
    assert ways.pop(Way.AGREEMENT) == 3
    assert ways == dict.fromkeys(set(Way) - {Way.SANDBOX, Way.AGREEMENT}, 1)
    for product in data.products:
        asked = data.right_holders(product)
        assert len(asked) == (3 if product.way is Way.PREEMPTION else 0)
        holders = {each.holder.code for each in data.holdings if each.product is product}
        assert {holder.code for holder in asked} <= holders


def test_each_pack_that_ships_and_is_in_force_has_a_product() -> None:
    packs = [parse_pack(shipped(pack_id)) for pack_id in SHIPPED]
    in_force = {each.pack_id for each in packs if isinstance(each, Pack) and each.effective_from}
    ruled = {pack_id for each in DATA.products if each.is_ruled for pack_id in PACKS[each.way]}
    assert ruled == in_force - {"SANDBOX"}  # which is that of all the others


def test_no_product_has_matured_when_the_market_opens() -> None:
    for product in DATA.products:
        if product.maturity_date is not None:
            assert date.fromisoformat(product.maturity_date) > OPENED_ON
