"""What is rare in the demo's market is what it is said to be."""

from datetime import date

import pytest

from api.cli.demo.dataset import make_data_set
from api.cli.demo.edge_cases import (
    HEIRS,
    LIENS,
    STALE,
    STALE_NAV_DAYS,
    disclosure_asks,
    inheritance,
    lien_asks,
    quote_asks,
    shared_out,
    working_day_after,
)
from api.cli.demo.register_files import inheritance_file, opening_file
from api.schemas.decimals import format_price
from registry.posting import Convey, Hold
from registry.trust_company.register_file import RegisterFile, read_register_file
from tests.api.demo.market import DATA, OPENED_ON, SEED

PARTIES = {trader.code: str(number) for number, trader in enumerate(DATA.traders, start=10)}


@pytest.mark.parametrize("seed", [SEED, 2, 3])
def test_three_heirs_get_all_that_a_natural_person_had(seed: int) -> None:
    data = make_data_set(seed, OPENED_ON)
    dead, shares = inheritance(data)
    assert not dead.holder.is_institution
    assert len({share.holder.code for share in shares}) == HEIRS == len(shares)
    assert sum(share.quantity for share in shares) == dead.quantity
    holders = {each.holder.code for each in data.holdings if each.product is dead.product}
    for share in shares:
        assert share.holder.code not in holders
        assert share.quantity > 0
        assert share.quantity % dead.product.lot == 0


def test_the_heirs_get_the_contract_that_the_opening_file_gave_the_dead() -> None:
    dead, shares = inheritance(DATA)
    holdings = [each for each in DATA.holdings if each.product is dead.product]
    number = holdings.index(dead) + 1
    opened, changed = (
        read_register_file(content, scale_of=lambda _: dead.product.type.quantity_scale)
        for content in (
            opening_file(dead.product, holdings, PARTIES),
            inheritance_file(dead, number, shares, parties=PARTIES),
        )
    )
    assert isinstance(opened, RegisterFile)
    assert isinstance(changed, RegisterFile)
    held = {row.contract: row for row in opened.rows if isinstance(row, Hold)}
    conveyed = [row for row in changed.rows if isinstance(row, Convey)]
    assert len(conveyed) == HEIRS
    for row, share in zip(conveyed, shares, strict=True):
        before = held[str(row.lot)]
        assert (before.holder_id, before.units) == (row.holder_id, dead.quantity)
        assert row.units == share.quantity
        assert str(row.to_holder_id) == PARTIES[share.holder.code]


@pytest.mark.parametrize(
    ("lots", "shares"), [(3, [1, 1, 1]), (5, [1, 1, 3]), (9, [3, 3, 3]), (10, [3, 3, 4])]
)
def test_shares_are_whole_lots(lots: int, shares: list[int]) -> None:
    assert shared_out(lots * 100, lot=100) == [share * 100 for share in shares]


def test_working_days_are_no_weekends() -> None:
    friday = date(2026, 11, 27)
    assert working_day_after(friday, 1) == date(2026, 11, 30)
    assert working_day_after(friday, 3) == date(2026, 12, 2)
    assert working_day_after(friday, 10) == date(2026, 12, 11)


def test_a_holding_in_two_contracts_is_whole() -> None:
    (twice,) = [each for each in DATA.holdings if each.contracts == 2]
    content = opening_file(twice.product, [twice], PARTIES).decode("gb18030")
    rows = [line.split(",") for line in content.splitlines() if line.startswith("持有")]
    assert len({row[1] for row in rows}) == 2
    scale = 10**twice.product.type.quantity_scale
    assert sum(round(float(row[3]) * scale) for row in rows) == twice.quantity


def test_every_case_is_asked_for_once() -> None:
    asks = [
        *lien_asks(DATA, PARTIES, OPENED_ON),
        *disclosure_asks(DATA, OPENED_ON),
        *quote_asks(DATA),
    ]
    assert len({ask.name for ask in asks}) == len(asks) == len(LIENS) + len(DATA.products) + 1


def test_what_has_a_net_asset_value_says_it_and_of_which_day() -> None:
    said = {ask.path.split("/")[3]: ask.body for ask in disclosure_asks(DATA, OPENED_ON)}
    for number, product in enumerate(DATA.products, start=1):
        nav = said.get(product.symbol, {}).get("nav")
        if product.type.quantity_scale == 0:  # by what is owed, not by a value
            assert nav is None
            continue
        assert isinstance(nav, dict)
        assert nav["value"] == format_price(product.reference)
        age_days = (OPENED_ON - date.fromisoformat(nav["on"])).days
        assert age_days == (STALE_NAV_DAYS if number == STALE else product.type.nav_age_days)


def test_a_price_of_what_ends_has_a_yield() -> None:
    said = {ask.path.split("/")[3]: ask.body for ask in disclosure_asks(DATA, OPENED_ON)}
    for product in DATA.products:
        ends = product.maturity_date is not None and product.benchmark_bps is not None
        assert ("last_distribution_on" in said[product.symbol]) == ends
