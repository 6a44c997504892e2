"""What the operator does, and within which bounds."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec import structs

from exchange.commands import AnyCommand, CreateProduct, OpenVenue, RegisterParty
from exchange.engine import apply
from exchange.events import (
    PartyRegistered,
    ProductCreated,
    VenueOpened,
)
from exchange.fees import DEFAULT_FEE_SCHEDULE
from exchange.money_events import DepositRecorded
from exchange.refusals import Refusal
from exchange.register_events import RegisterPosted
from exchange.state import State
from exchange.types import OPERATOR_ID, PartyKind, Sequence, VenueProfile
from registry.types import TimeNs
from tests.exchange.venue import TERMS, Venue, the

ON_TIME = TERMS.transfer_terms
IN_RANGE: dict[str, list[Any]] = {
    "symbol": ["A1", "Z" * 32, "DEMO-ZXD.2026-000123", "00"],
    "name_zh": ["信", "信" * 120],
    "name_en": ["x" * 120],
    "product_type": ["T" * 120],
    "risk_level": [1, 5],
    "benchmark_bps": [None, 0, 10_000],
    "maturity_date": [None, "2027-06-30"],
    "units_issued": [1, 10**15],
    "par_value": [1, 10**9],
    "tick": [1, 10**9],
    "lot": [1, 10**15],
    "quantity_scale": [0, 4],
    "transfer_terms": [
        structs.replace(ON_TIME, cut_off_minute=1_439, settling_days=250, maturity_days=0),
        structs.replace(ON_TIME, decide_days=250),
    ],
    "ctrc_code": [None, "DEMO-ZXD-2026-000123", "A" * 4, "9" * 40],
}
OUT_OF_RANGE: dict[str, list[Any]] = {
    "symbol": ["", "A", "Z" * 33, "anlan", "-A1", ".A1", "A 1", "Á1", "\uff11\uff12", "A1\n"],
    "name_zh": ["", "信" * 121],
    "name_en": ["", "x" * 121],
    "product_type": ["", "T" * 121],
    "risk_level": [0, 6],
    "benchmark_bps": [-1, 10_001],
    "maturity_date": [
        "",
        "2027-6-30",
        "30.06.2027",
        "2027-06-30T00",
        "\uff120270630",
        "2027-06-30\n",
    ],
    "units_issued": [0, -1, 10**15 + 1],
    "par_value": [0, -1, 10**9 + 1],
    "tick": [0, -1, 10**9 + 1],
    "lot": [0, -1, 10**15 + 1],
    "quantity_scale": [-1, 5],
    "transfer_terms": [
        structs.replace(ON_TIME, cut_off_minute=1_440),
        structs.replace(ON_TIME, decide_days=251),
        structs.replace(ON_TIME, acknowledge_days=2),
    ],
    "ctrc_code": ["", "A" * 3, "A" * 41, "-AAA", "demo-1", "\uff11AAA", "AAAA\n"],
}


@pytest.fixture
def venue() -> Venue:
    return Venue()


def altered(venue: Venue, field: str, value: Any) -> CreateProduct:
    changes = {"symbol": "OTHER-2", field: value}
    return structs.replace(TERMS, key=venue.key(), **changes)


def test_every_term_of_a_product_has_its_bounds() -> None:
    terms = set(CreateProduct.__struct_fields__) - {"actor", "key", "trust_company_id"}
    assert terms == set(IN_RANGE) == set(OUT_OF_RANGE)


@pytest.mark.parametrize("field", IN_RANGE)
def test_terms_within_bounds_are_admitted(venue: Venue, field: str) -> None:
    for value in IN_RANGE[field]:
        fresh = Venue()
        command = altered(venue, field, value)
        created = the(ProductCreated, fresh.does(command))
        assert created.terms == command
        assert int(created.product_id) == fresh.state.sequence


@pytest.mark.parametrize("field", OUT_OF_RANGE)
def test_terms_out_of_bounds_are_refused(venue: Venue, field: str) -> None:
    for value in OUT_OF_RANGE[field]:
        refusal = venue.refuses(altered(venue, field, value))
        assert refusal is Refusal.TERMS_OUT_OF_RANGE, (field, value)


def test_a_product_names_a_calendar_of_the_venue(venue: Venue) -> None:
    for calendar_id in ("CN_WORKING", ""):
        terms = structs.replace(ON_TIME, calendar_id=calendar_id)
        command = altered(venue, "transfer_terms", terms)
        assert venue.refuses(command) is Refusal.UNKNOWN_CALENDAR


def test_a_venue_is_opened_by_the_first_command_of_its_journal() -> None:
    state = State()
    opening: AnyCommand = OpenVenue(
        actor=OPERATOR_ID,
        key="k",
        profile=VenueProfile.SANDBOX,
        fee_schedule=DEFAULT_FEE_SCHEDULE,
        calendars=(),
    )
    events = apply(state, opening, sequence=Sequence(1), at_ns=TimeNs(1))
    assert the(VenueOpened, events).operator_id == OPERATOR_ID
    assert state.parties[OPERATOR_ID].kind is PartyKind.OPERATOR
    assert state.fees.opening == DEFAULT_FEE_SCHEDULE


def test_a_party_begins_with_an_empty_account(venue: Venue) -> None:
    command = RegisterParty(actor=OPERATOR_ID, key=venue.key(), kind=PartyKind.INSTITUTION)
    registered = the(PartyRegistered, venue.does(command))
    assert int(registered.party_id) == venue.state.sequence
    assert venue.account(registered.party_id) == (0, 0, 0)


def test_holdings_never_exceed_the_units_issued(venue: Venue) -> None:
    events = venue.does(venue.holding_of(venue.buyer, 900_000))
    assert the(RegisterPosted, events).units_outstanding == 1_000_000
    refusal = venue.refuses(venue.holding_of(venue.buyer, 1))
    assert refusal is Refusal.UNITS_EXCEED_ISSUE


def test_only_persons_and_institutions_have_units(venue: Venue) -> None:
    for party_id in (OPERATOR_ID, venue.trust_company):
        assert venue.refuses(venue.holding_of(party_id, 1)) is Refusal.UNKNOWN_PARTY


def test_a_trust_company_pays_in_as_those_do_and_nobody_else(venue: Venue) -> None:
    venue.deposits(venue.trust_company, 1)
    assert venue.account(venue.trust_company) == (1, 0, 0)
    assert venue.refuses(venue.deposit(OPERATOR_ID, 1)) is Refusal.UNKNOWN_PARTY


def test_a_deposit_is_available_at_once(venue: Venue) -> None:
    events = venue.does(venue.deposit(venue.seller, 10**14))
    assert the(DepositRecorded, events).amount == 10**14
    assert venue.account(venue.seller) == (10**14, 0, 0)
