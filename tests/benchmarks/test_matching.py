"""The benchmark of the order book on books so small that what it says means nothing."""

import json
from collections import Counter
from pathlib import Path
from typing import Final
from xml.etree.ElementTree import parse

import pytest

from api.server import GC_THRESHOLDS as GC_THRESHOLDS_OF_SERVE
from benchmarks.matching import Aim, Bench, Plan, measure, plot
from benchmarks.matching_streams import Market, place_arguments, read_stream, write_stream
from benchmarks.matching_worker import GC_THRESHOLDS
from benchmarks.report import Figure, write_json
from matching import Cancelled, OrderId, Refused, Rested

PLAN: Final = Plan(
    commands=200,
    scaling_commands=100,
    rounds=1,
    scaling_rounds=1,
    resting=100,
    resting_deep=200,
    products=5,
    front=50,
    sizes=(50, 100),
    levels=(5, 10),
    levels_resting=100,
)
MARKETS: Final = list(PLAN.markets().values())


def test_what_is_not_there_is_named_and_the_rest_measured(tmp_path: Path) -> None:
    bench = Bench(
        PLAN, tmp_path, compiled=tmp_path / "no build", peers_python=tmp_path / "no python"
    )

    figures = measure(bench)

    values = {figure.name: figure.value for figure in figures}
    assert all(value > 0 for value in values.values()), values
    expected = {
        "matching.plain.commands_per_s",
        "matching.plain.deep.commands_per_s",
        "matching.plain.products.commands_per_s",
        "matching.plain.restricted.ratio",
        "matching.plain.restricted_front.ratio",
        "matching.plain.sized.ratio",
        "matching.plain.p999_us",
        "matching.plain.bytes_per_order",
        "matching.plain.resting_100.ns_per_command",
        "matching.plain.levels_10.ns_per_command",
    }
    assert expected <= values.keys()
    assert bench.absent["compiled"] == "is not there: make compile"
    assert bench.absent["liquibook"].startswith("could not be run:")
    plot(bench, tmp_path / "cost.svg")
    parse(tmp_path / "cost.svg")  # noqa: S314  it was written a line above
    write_json(figures, tmp_path / "matching.json")
    assert json.loads((tmp_path / "matching.json").read_text())[0].keys() == {
        "name",
        "value",
        "unit",
        "baseline",
        "ratio",
    }


@pytest.mark.parametrize("market", MARKETS, ids=lambda market: market.name)
def test_equal_markets_give_equal_streams(tmp_path: Path, market: Market) -> None:
    write_stream(market, tmp_path / "one")
    write_stream(market, tmp_path / "two")
    write_stream(market, tmp_path / "three", seed=2)

    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()
    assert (tmp_path / "one").read_bytes() != (tmp_path / "three").read_bytes()
    loading, rows = read_stream(tmp_path / "one")
    assert (len(loading), len(rows)) == (market.front + market.resting, market.commands)


def test_a_stream_is_half_resting_and_cancels_what_rests(tmp_path: Path) -> None:
    market = Market(name="main", commands=10_000, resting=1_000)
    write_stream(market, tmp_path / "stream")
    loading, rows = read_stream(tmp_path / "stream")
    book = market.book()
    kinds: Counter[str] = Counter()
    for number, row in enumerate([*loading, *rows]):
        if row.quantity == 0:
            (event,) = book.cancel(OrderId(row.order_id))
            assert isinstance(event, Cancelled)
            kinds["cancel"] += 1
            continue
        events = book.place(*place_arguments(row))
        assert not any(isinstance(event, Refused) for event in events)
        if number >= len(loading):
            kinds["resting" if isinstance(events[0], Rested) else "crossing"] += 1

    shares = {kind: round(count, -2) for kind, count in kinds.items()}
    assert shares == {"resting": 5_000, "cancel": 3_500, "crossing": 1_500}
    assert 800 < len(book) < 1_200


def test_an_aim_is_met_by_the_value_or_by_the_ratio() -> None:
    figure = Figure(name="a", value=300.0, unit="1/s", baseline=100.0)
    assert Aim(name="a", at_least=300).verdict(figure).startswith("met")
    assert Aim(name="a", at_least=301).verdict(figure).startswith("MISSED")
    assert Aim(name="a", at_most=299).verdict(figure).startswith("MISSED")
    assert Aim(name="a", at_least=3, is_ratio=True).verdict(figure).startswith("met")
    assert Aim(name="a", at_least=3.1, is_ratio=True).verdict(figure).startswith("MISSED")


def test_the_garbage_collector_is_settled_as_the_venue_does_it() -> None:
    assert GC_THRESHOLDS == GC_THRESHOLDS_OF_SERVE
