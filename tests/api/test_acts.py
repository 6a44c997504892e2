"""An act as the checker sees it: every field, written as its type says."""

from enum import Enum
from types import NoneType
from typing import Any, get_args, get_type_hints

import msgspec
import pytest

from api.schemas.acts import COUNTED, FORMS, NOT_SHOWN, act_shown
from exchange.commands import AnyAct, RecordOpeningHolding
from exchange.desk_commands import AppointOfficer
from exchange.types import OPERATOR_ID, OfficerId, OfficerRole, PartyId, PersonId
from registry.types import ProductId, TimeNs, Units
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


def test_numbers_are_written_as_everywhere_on_the_wire() -> None:
    opening = RecordOpeningHolding(
        actor=OPERATOR_ID,
        key="k",
        product_id=ProductId(6),
        holder_id=PartyId(7),
        units=Units(1_250),
    )
    assert act_shown(opening, scale_of=lambda product_id: product_id - 4) == {
        "type": "RecordOpeningHolding",
        "product_id": "6",
        "holder_id": "7",
        "units": "12.50",
    }
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
