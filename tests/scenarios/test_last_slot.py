"""The last holder slot of a product: many want it at the same moment, and one gets it, whoever
comes first. Together they would break the law, though each of them alone would not.

Over HTTP, the requests under way at once.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import permutations
from typing import Any, Final, NamedTuple

import httpx
import pytest

from tests.api.venue import Post, TestVenue, code_of, order_body
from tests.scenarios.edge_settings import FOUR, INSTITUTION, TWO_MILLION
from tests.scenarios.scene import PAR, Crowd, Scene, Setting, Who, persons, told

PERSONS: Final = 198
WANTING: Final = ("first", "second", "third")
ORDERS: Final = list(permutations(WANTING))


class Town(NamedTuple):
    """A venue and natural persons whom it knows."""

    venue: TestVenue
    persons: list[str]


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    with TestVenue(tmp_path_factory.mktemp("town") / "venue") as venue:
        yield Town(venue, persons(venue, PERSONS))


def yes(scene: Scene, buyer: str, number: str) -> Post:
    """A buyer's yes to what was proposed to him."""
    path = f"/v1/negotiations/{number}/offers/{number}/accept"
    return Post(scene.people[buyer], path, {})


def who_dealt(answers: dict[str, httpx.Response]) -> str:
    """The one who did; the others have heard that there is no slot."""
    (dealt,) = [name for name, answer in answers.items() if answer.is_success]
    assert {code_of(each) for name, each in answers.items() if name != dealt} <= {"holder_slots"}
    return dealt


def slots(scene: Scene, sort: str) -> Any:
    """How many there are."""
    return scene.does("GET", f"{scene.path}/slots")[sort]


@pytest.mark.parametrize("order", ORDERS)
def test_of_many_who_would_be_the_50th_one_gets_the_slot(
    town: Town, order: tuple[str, ...]
) -> None:
    """Each of three holders of 4,000,000 sells half of it, and would have less than 3,000,000."""
    sellers = {f"{name}-seller": FOUR for name in WANTING}
    buyers = dict.fromkeys(WANTING, INSTITUTION)
    setting = Setting(packs=("CN-2007",), people=sellers | buyers, crowd=Crowd(number=49))
    scene = Scene(town.venue, setting, town.persons)
    numbers = {
        name: scene.proposes(f"{name}-seller", name, "SELL", TWO_MILLION).json()["negotiation_id"]
        for name in WANTING
    }

    def say_yes_at_once(names: tuple[str, ...]) -> dict[str, httpx.Response]:
        posts = [yes(scene, name, numbers[name]) for name in names]
        return dict(zip(names, town.venue.post_at_once(posts), strict=True))

    answers = say_yes_at_once(order)
    dealt = who_dealt(answers)
    (refused, _) = [each for name, each in answers.items() if name != dealt]
    assert told(refused) == "BLOCK HC-01 NATURAL_HOLDERS_MAX (TAKE_WHOLE_HOLDING)"
    assert slots(scene, "natural_small") == {
        "slots_max": 50,
        "held": 49,
        "reserved": 1,
        "left": 0,
        "text_zh": "50 个名额剩余 0 个，1 个由待过户交易占用",
        "text_en": "0 of 50 slots left, 1 held by a pending transfer",
    }

    # The trust company rejects it: the slot is there again, for one of the two.
    company = town.venue.trust_company
    scene.transfers.append(answers[dealt].json()["transfer_id"])
    assert scene.steps("reject", company, json={"reason": "OTHER"}).is_success
    assert slots(scene, "natural_small")["left"] == 1
    others = tuple(name for name in order if name != dealt)
    answers = say_yes_at_once(others)
    dealt = who_dealt(answers)

    # It settles: he holds now, and nobody is the 51st.
    scene.transfers.append(answers[dealt].json()["transfer_id"])
    assert scene.steps("confirm", company).is_success
    counted = slots(scene, "natural_small")
    assert (counted["held"], counted["reserved"], counted["left"]) == (50, 0, 0)
    (last,) = [name for name in others if name != dealt]
    assert code_of(town.venue.post_at_once([yes(scene, last, numbers[last])])[0]) == "holder_slots"


@pytest.mark.parametrize("order", ORDERS)
def test_looked_through_all_holders_are_200_whoever_comes_first(
    town: Town, order: tuple[str, ...]
) -> None:
    """198 hold. One buyer is two when looked through, the others are one each."""
    buyers = dict.fromkeys(WANTING, INSTITUTION)
    buyers["first"] = Who(kind="INSTITUTION", stands_for=2)
    seller = {"seller": Who(units="9000000")}
    setting = Setting(packs=("CN-VENUE-38",), people=seller | buyers, crowd=Crowd(number=197))
    scene = Scene(town.venue, setting, town.persons)
    posts = []
    for name in order:
        proposed = scene.proposes("seller", name, "SELL", TWO_MILLION)
        posts.append(yes(scene, name, proposed.json()["negotiation_id"]))
    answers = dict(zip(order, town.venue.post_at_once(posts), strict=True))
    dealt = {name for name, answer in answers.items() if answer.is_success}
    assert dealt in ({"first"}, {"second", "third"})
    counted = slots(scene, "holders")
    assert (counted["held"], counted["reserved"], counted["left"]) == (198, 2, 0)


@pytest.mark.parametrize("order", ORDERS)
def test_of_many_who_bid_in_the_book_one_becomes_the_200th_holder(
    town: Town, order: tuple[str, ...]
) -> None:
    """Nobody is refused: the others' bids stand, though they would meet the offer in price."""
    people = {"seller": Who(units="9000000")} | dict.fromkeys(WANTING, INSTITUTION)
    crowd = Crowd(number=198)
    setting = Setting(packs=("CN-VENUE-38",), mode="CONTINUOUS", people=people, crowd=crowd)
    scene, venue = Scene(town.venue, setting, town.persons), town.venue
    venue.place(scene.people["seller"], scene.symbol, "SELL", PAR, "6000000")
    posts = []
    for name in order:
        body = order_body(venue.unique("o"), scene.symbol, "BUY", PAR, TWO_MILLION)
        posts.append(Post(scene.people[name], "/v1/orders", body))
    answers = dict(zip(order, venue.post_at_once(posts), strict=True))
    assert {answer.status_code for answer in answers.values()} == {201}
    (dealt,) = [name for name, answer in answers.items() if answer.json()["fills"]]
    for name, answer in answers.items():
        assert answer.json()["status"] == ("MATCHED" if name == dealt else "OPEN")
    assert slots(scene, "holders")["left"] == 0

    # He may buy more, for he needs no other slot; the others still may not.
    more = venue.place(scene.people[dealt], scene.symbol, "BUY", PAR, TWO_MILLION)
    assert len(more["fills"]) == 1
    counted = slots(scene, "holders")
    assert (counted["held"], counted["reserved"]) == (199, 1)
