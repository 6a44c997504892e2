"""The answers that the README's tour shows have the members that the venue gives, in its order; a …
stands where members are left out."""

from __future__ import annotations

import json
import re
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

import pytest
from pydantic import BaseModel

from api.schemas.orders import Fill, PlacedOrder
from api.schemas.preview import Preview
from api.schemas.products import Book
from api.schemas.rules import Finding
from api.schemas.transfers import StateEntered, TransferWithStates

README: Final = Path(__file__).parents[2] / "README.md"
LEFT_OUT: Final = "…"
ANSWERS: Final[list[tuple[str, type[BaseModel]]]] = [
    ("book?depth=3", Book),
    ("/v1/orders/preview", Preview),
    ("/v1/orders\n", PlacedOrder),
    ("/v1/transfers/", TransferWithStates),
]
INSIDE: Final[dict[str, type[BaseModel]]] = {
    "fills": Fill,
    "findings": Finding,
    "states": StateEntered,
}

Members = list[tuple[str, Any]]


def tour() -> str:
    text = README.read_text(encoding="utf-8")
    return text.partition("## A tour of five minutes")[2].partition("\n## ")[0]


def shown(request: str) -> Members:
    """The answer in the block that begins with the request, its members in order."""
    (block,) = [
        each
        for each in re.findall(r"```\n(.*?)```", tour(), re.DOTALL)
        if request in each.partition("\n{")[0] + "\n"
    ]
    answer = block[block.index("\n{") :]
    as_json = re.sub(r"…(?=\s*\])", '{"…":0}', answer)
    as_json = re.sub(r"…(?=\s*[,}])", '"…":0', as_json)
    found: Members = json.loads(as_json, object_pairs_hook=list)
    return found


def check(members: Members, schema: type[BaseModel]) -> None:
    """The members follow one another as in the schema, but where some are said to be left out."""
    fields = list(schema.model_fields)
    places = [fields.index(name) if name != LEFT_OUT else None for name, _ in members]
    for before, after in pairwise([-1, *places, len(fields)]):
        if before is not None and after is not None:
            assert after == before + 1, (schema.__name__, fields[before + 1])
    named = [place for place in places if place is not None]
    assert named == sorted(named)
    for name, value in members:
        if name in INSIDE:
            for each in value:
                if each != [[LEFT_OUT, 0]]:
                    check(each, INSIDE[name])


@pytest.mark.parametrize(("request_shown", "schema"), ANSWERS)
def test_the_tour_shows_what_the_venue_answers(request_shown: str, schema: type[BaseModel]) -> None:
    check(shown(request_shown), schema)


def test_a_member_that_is_missing_or_unknown_is_found() -> None:
    members = shown("/v1/orders\n")
    with pytest.raises(AssertionError, match="client_order_id"):
        check([members[0], *members[2:]], PlacedOrder)
    with pytest.raises(ValueError, match="sort"):
        check([("sort", 1), *members], PlacedOrder)
    with pytest.raises(AssertionError, match="fills"):
        check(members[:-1], PlacedOrder)
