"""An act as the checker sees it: every field, written as its type says."""

from enum import Enum
from types import NoneType
from typing import Any, get_args, get_type_hints

import msgspec
import pytest

from api.schemas.acts import COUNTED, FORMS, NOT_SHOWN, act_shown
from exchange.commands import AnyAct
from exchange.desk_commands import AppointOfficer
from exchange.money_commands import ImportStatement, StatementEntry
from exchange.money_types import WithdrawalId
from exchange.types import OPERATOR_ID, Fen, OfficerId, OfficerRole, PersonId
from registry.posting import AnyRow, Convey, Posting, Redeem
from registry.types import DayNumber, HolderId, LotId, ProductId, TimeNs
from tests.exchange.register_files import register_file
from tests.exchange.venue import TERMS


def leaves(hint: Any) -> set[Any]:
    """The types of which a field's values are made, those of structs inside it included."""
    if isinstance(hint, type) and issubclass(hint, msgspec.Struct):
        return set().union(*map(leaves, get_type_hints(hint).values()))
    parts = [part for part in get_args(hint) if part not in (NoneType, ...)]
    return set().union(*map(leaves, parts)) if parts else {hint}


@pytest.mark.parametrize("act", get_args(AnyAct))
def test_every_number_of_every_act_has_a_form(act: type) -> None:
    for leaf in leaves(act):
        is_enum = isinstance(leaf, type) and issubclass(leaf, Enum)
        assert leaf in FORMS or leaf in COUNTED or is_enum, leaf


def test_nothing_of_an_act_is_left_out() -> None:
    shown = act_shown(TERMS, scale_of=lambda _: 0)
    assert shown.keys() - {"type"} == set(TERMS.__struct_fields__) - NOT_SHOWN
    terms = shown["transfer_terms"]
    assert isinstance(terms, dict)
    assert terms.keys() == set(TERMS.transfer_terms.__struct_fields__)


def test_a_file_is_shown_row_by_row() -> None:
    rows: tuple[AnyRow, ...] = (
        Redeem(holder_id=HolderId(7), lot=LotId(9_000), units=1_250),
        Convey(
            holder_id=HolderId(7),
            lot="A/1",
            units=50,
            to_holder_id=HolderId(8),
            to_contract="A/2",
            cost=None,
            acquired_on=DayNumber(20_000),
        ),
    )
    file = register_file("k", ProductId(6), Posting.CHANGES, rows, total=98_750)
    shown = act_shown(file, scale_of=lambda product_id: product_id - 4)
    assert (shown["posting"], shown["units_outstanding"]) == ("CHANGES", "987.50")
    assert shown["rows"] == [
        {"type": "Redeem", "holder_id": "7", "lot": "9000", "units": "12.50"},
        {
            "type": "Convey",
            "holder_id": "7",
            "lot": "A/1",
            "units": "0.50",
            "to_holder_id": "8",
            "to_contract": "A/2",
            "cost": None,
            "acquired_on": "2024-10-04",
        },
    ]


def test_numbers_are_written_as_everywhere_on_the_wire() -> None:
    office = AppointOfficer(
        actor=OPERATOR_ID,
        key="k",
        officer_id=None,
        party_id=OPERATOR_ID,
        person=PersonId(3),
        roles=OfficerRole.MAKER | OfficerRole.HEAD,
        from_ns=None,
        until_ns=TimeNs(1_795_320_000_000_000_000),
        deputy_for=OfficerId(9),
    )
    assert act_shown(office, scale_of=lambda _: 0) == {
        "type": "AppointOfficer",
        "officer_id": None,
        "party_id": "1",
        "person": "3",
        "roles": ["MAKER", "HEAD"],
        "from_ns": None,
        "until_ns": "2026-11-22T04:00:00.000000Z",
        "deputy_for": "9",
    }
    assert act_shown(TERMS, scale_of=lambda _: 0)["par_value"] == "1.0000"


def test_money_that_leaves_has_a_sign() -> None:
    entry = StatementEntry(
        bank_ref="B-1",
        amount=Fen(-1_050),
        booked_on=DayNumber(20_000),
        account_digest=bytes(2),
        party_ref=None,
        withdrawal_ref=WithdrawalId(8),
    )
    statement = ImportStatement(
        actor=OPERATOR_ID,
        key="k",
        statement_id="S-1",
        file_sha256=bytes(2),
        page=1,
        pages=1,
        account_digest=bytes(2),
        opening_balance=Fen(2_000),
        closing_balance=Fen(950),
        entries=(entry,),
    )
    shown = act_shown(statement, scale_of=lambda _: 0)
    assert shown["closing_balance"] == "9.50"
    assert shown["entries"] == [
        {
            "bank_ref": "B-1",
            "amount": "-10.50",
            "booked_on": "2024-10-04",
            "account_digest": "0000",
            "party_ref": None,
            "withdrawal_ref": "8",
        }
    ]
