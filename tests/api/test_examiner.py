"""The regulator reads everything that the operator reads, and writes nothing but a halt."""

from __future__ import annotations

from typing import Final

import pytest

from tests.api.halts import halt, lift
from tests.api.scene import Scene
from tests.api.test_access import CASES
from tests.api.venue import Market, code_of

OF_THE_OPERATOR: Final = {"operator", "registrar", "anybody", "dealer"}
READ: Final = [
    name for name, case in CASES.items() if case.method == "GET" and case.who in OF_THE_OPERATOR
]
"""What the operator reads, of all routes that there are: test_access.py sees to that."""
OWN: Final = {"get_cash", "list_cash_entries", "get_session"}
"""What each reads of itself alone."""
LOG: Final = {"list_reads"}
"""What grows by every look at it: test_reads.py."""
HALTS: Final = {"halt_trade", "lift_halt"}


@pytest.mark.parametrize("name", READ)
def test_the_regulator_reads_what_the_operator_reads(market: Market, name: str) -> None:
    scene, venue = Scene(market, CASES[name]), market.venue
    examiner = venue.new_party("REGULATOR")

    read = scene.ask(CASES[name], examiner)
    as_operator = scene.ask(CASES[name], venue.operator)

    assert read.status_code == as_operator.status_code == CASES[name].status
    if "json" not in read.headers["content-type"]:
        assert read.content == as_operator.content
    elif name not in OWN | LOG:
        assert _told(read.json()) == _told(as_operator.json())


@pytest.mark.parametrize(
    "name", [name for name, case in CASES.items() if case.method != "GET" and name not in HALTS]
)
def test_the_regulator_writes_nothing(market: Market, name: str) -> None:
    scene, venue = Scene(market, CASES[name]), market.venue
    examiner = venue.new_party("REGULATOR")
    before = venue.sequence

    refused = scene.ask(CASES[name], examiner, key=venue.unique())

    assert (refused.status_code, code_of(refused)) == (403, "not_permitted")
    assert venue.sequence == before


@pytest.mark.parametrize(
    "name",
    [
        name
        for name, case in CASES.items()
        if case.method == "GET" and case.who not in OF_THE_OPERATOR
    ],
)
def test_what_a_party_reads_of_itself_is_not_the_regulators(market: Market, name: str) -> None:
    scene, venue = Scene(market, CASES[name]), market.venue

    for member in (venue.operator, venue.new_party("REGULATOR")):
        refused = scene.ask(CASES[name], member)
        assert (refused.status_code, code_of(refused)) == (403, "not_permitted")


def test_the_regulator_halts_and_lifts_what_it_has_halted(market: Market) -> None:
    venue = market.venue
    examiner = venue.new_party("REGULATOR")
    for symbol in (market.symbol, None):
        halt_id = halt(venue, symbol, examiner, reason="OFFICIAL_ORDER").json()["halt_id"]
        refused = lift(venue, halt_id)
        assert (refused.status_code, code_of(refused)) == (404, "unknown_halt")
        assert lift(venue, halt_id, examiner).status_code == 200


def _told(said: object) -> object:
    """What was said, whichever of the two it was said to."""
    if isinstance(said, list):
        return [_told(each) for each in said]
    if isinstance(said, dict):
        is_told_both = said.get("role") in ("OPERATOR", "REGULATOR")
        said = said | {"role": "either"} if is_told_both else said
        return {name: _told(value) for name, value in said.items()}
    return said
