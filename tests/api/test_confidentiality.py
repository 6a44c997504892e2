"""Nobody but the operator learns who is on the list, or which transfer a suspicion has stopped.

The first half reads what is declared: what every answer, frame, message and column can say. The
second half gives a venue several futures, which differ in nothing but the reason, and asks in each
of them everything that may be asked: outside the operator's office they are one and the same.
"""

from __future__ import annotations

import copy
import itertools
import json
import re
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, Final, NamedTuple, get_args, get_type_hints

import msgspec
import pytest
from fastapi.routing import APIRoute

from api.app import build_app
from api.dependencies import SignIn
from api.feed.messages import SERVER_FRAMES
from api.feed.publisher import Publisher
from api.feed.snapshot_reason import SnapshotReason
from api.files.profiles import PROFILES
from api.schemas import compliance as confidential_schemas
from api.schemas.base import Answer
from api.webhooks.messages import TYPES, Message
from exchange.client_types import ListingReason
from exchange.events import AnyEvent
from exchange.halt_types import HaltReason
from exchange.refusals import Refusal
from exchange.sequencer import OUTBOX_EVENTS
from exchange.types import PartyId, PartyKind
from registry.transfer import OPERATORS_HOLDS, Overlay
from registry.trust_company import holder_list, register_file
from tests.api.clients import DUE_DILIGENCE, applies, compliance
from tests.api.halts import HALT
from tests.api.rules import bids, ruled
from tests.api.test_access import CASES, Scene
from tests.api.venue import Market, Member, TestVenue

CONFIDENTIAL: Final = re.compile(
    r"listed|listed_(for|by|since|reason)|listing_reason|(.*_)?(aml|cdd|sanctions?|sanctioned"
    r"|suspicion|suspicious|suspected|laundering)(_.*)?",
    re.IGNORECASE,
)
"""A name or a value that says it."""
REASONS: Final = frozenset(ListingReason.__members__) | {str(hold.name) for hold in OPERATORS_HOLDS}
"""And the verdicts themselves."""


class Word(NamedTuple):
    """Something that can be said: a field, or a value of one."""

    field: str
    said: str


INNOCENT: Final = {
    Word("kind", "AUTHORITY"),  # of a document: a power of attorney
}
BY_READER: Final = {Word("overlays", str(hold.name)) for hold in OPERATORS_HOLDS}
"""In an answer that the operator may get too: what it says to whom, the futures show."""

APP: Final = build_app()
DOCUMENT: Final = APP.openapi()


def routes() -> dict[str, APIRoute]:
    found = [route for route in APP.routes if isinstance(route, APIRoute)]
    return {str(route.operation_id): route for route in found}


def is_the_operators(route: APIRoute) -> bool:
    """Whether the operator alone is answered."""
    sign_ins = [part.call for part in route.dependant.dependencies if isinstance(part.call, SignIn)]
    return any(each.kinds == {PartyKind.OPERATOR} for each in sign_ins)


INSIDE: Final = {name for name, route in routes().items() if is_the_operators(route)}
OUTSIDE: Final = set(routes()) - INSIDE


def words(schema: Any, components: dict[str, Any]) -> set[Word]:
    """Every property and every value of an enumeration in a JSON schema, at every depth."""
    return set(_words(schema, components, field="", seen=set()))


def _words(
    schema: Any, components: dict[str, Any], *, field: str, seen: set[tuple[str, str]]
) -> Iterator[Word]:
    if isinstance(schema, list):
        for each in schema:
            yield from _words(each, components, field=field, seen=seen)
    if not isinstance(schema, dict):
        return
    reference = schema.get("$ref")
    if isinstance(reference, str) and (field, reference) not in seen:
        seen.add((field, reference))
        found = components[reference.rpartition("/")[2]]
        yield from _words(found, components, field=field, seen=seen)
    yield from (Word(field, str(value)) for value in schema.get("enum", ()))
    if "const" in schema:
        yield Word(field, str(schema["const"]))
    properties = schema.get("properties", {})
    for name, member in properties.items():
        yield Word(name, name)
        yield from _words(member, components, field=name, seen=seen)
    for key, member in schema.items():
        if key != "properties":
            yield from _words(member, components, field=field, seen=seen)


def answers_of(operation_id: str) -> Any:
    """Their schemas; of a page for people there are none."""
    route = routes()[operation_id]
    operations = DOCUMENT["paths"][route.path].values() if route.include_in_schema else ()
    found = [each for each in operations if each["operationId"] == operation_id]
    return [operation["responses"] for operation in found]


def in_answers_of(operation_id: str) -> set[Word]:
    """What an operation can answer."""
    return words(answers_of(operation_id), DOCUMENT["components"]["schemas"])


def confidential(said: set[Word]) -> set[Word]:
    """Those that an outsider must not be told."""
    return {
        word
        for word in said
        if CONFIDENTIAL.fullmatch(word.said) or (word.said in REASONS and word.said != word.field)
    } - INNOCENT


def test_no_answer_that_an_outsider_can_get_has_a_word_for_it() -> None:
    told = {name: confidential(in_answers_of(name)) - BY_READER for name in OUTSIDE}
    assert {name: said for name, said in told.items() if said} == {}
    by_reader = {name for name in OUTSIDE if BY_READER & in_answers_of(name)}
    assert {"get_transfer", "list_transfers", "list_queue", "set_overlay"} <= by_reader


def test_the_operators_answers_have_words_for_it() -> None:
    assert {"get_profile", "list_listings", "record_facts", "set_listing"} <= INSIDE
    for name in ("get_profile", "list_listings"):
        told = confidential(in_answers_of(name))
        assert {Word("listed_for", "listed_for"), Word("listed_for", "SUSPICION")} <= told


def test_no_answer_to_an_outsider_is_made_of_a_confidential_one() -> None:
    """Whatever its fields are called."""
    schemas = {
        name
        for name, each in vars(confidential_schemas).items()
        if isinstance(each, type)
        and issubclass(each, Answer)
        and each.__module__ == confidential_schemas.__name__
    }
    assert schemas == {"ClientProfile", "Listing"}
    own = {field for name in schemas for field in getattr(confidential_schemas, name).model_fields}
    assert "listed_for" in own
    references = {
        reference.rpartition("/")[2].removeprefix("Page_").removesuffix("_")
        for name in OUTSIDE
        for reference in re.findall(r'"(#/components/[^"]+)"', json.dumps(answers_of(name)))
    }
    assert "Transfer" in references
    assert references & schemas == set()


def test_no_refusal_has_a_word_for_it() -> None:
    of_officers = {Refusal.OFFICER_NOT_COMPLIANCE}  # only an officer of the operator hears it
    said = {Word("code", refusal.name) for refusal in set(Refusal) - of_officers}
    assert confidential(said) == set()


def test_no_frame_of_the_feed_has_a_word_for_it() -> None:
    _, components = msgspec.json.schema_components(SERVER_FRAMES)
    said = words(list(components.values()), components)
    assert Word("overlays", "overlays") in said
    assert confidential(said) == set()


def test_no_message_of_a_webhook_has_a_word_for_it() -> None:
    said = {Word("type", name) for name in TYPES.values()}
    for data in get_args(get_type_hints(Message)["data"]):
        schema = msgspec.json.schema(data)
        said |= words(schema, schema["$defs"])
    assert Word("transfer_id", "transfer_id") in said
    assert confidential(said) == set()


def test_one_event_alone_speaks_of_the_list_and_the_outbox_has_it_not() -> None:
    speaking = {
        event.__name__
        for event in get_args(AnyEvent)
        if any("ListingReason" in str(hint) for hint in get_type_hints(event).values())
        or any(CONFIDENTIAL.fullmatch(field) for field in event.__struct_fields__)
    }
    assert speaking == {"ListingSet"}
    assert speaking.isdisjoint(event.__name__ for event in OUTBOX_EVENTS)


def test_no_column_of_a_file_has_a_word_for_it() -> None:
    columns = {column.field for profile in PROFILES.values() for column in profile.columns}
    columns |= {column.field for column in holder_list.COLUMNS} | set(register_file.COLUMNS)
    assert {"units", "holder_id"} <= columns
    assert confidential({Word(column, column) for column in columns}) == set()


class Future(NamedTuple):
    """What the operator knows and nobody else."""

    reason: ListingReason | None
    """For which the client is on the list."""
    hold: Overlay
    """Over the client's transfer."""
    halt: HaltReason | None = None
    """For which all its trade is halted."""


ORDINARY: Final = Future(ListingReason.IDENTITY_CHECK, Overlay.OPERATOR_HOLD)
GRAVE: Final = [
    Future(reason, Overlay.AML_HOLD)
    for reason in ListingReason
    if reason is not ListingReason.IDENTITY_CHECK
]
HALTED: Final = [
    Future(ListingReason.IDENTITY_CHECK, Overlay.OPERATOR_HOLD, reason)
    for reason in (HaltReason.OTHER, HaltReason.OFFICIAL_ORDER)
]
NOT_LISTED: Final = Future(None, Overlay.OPERATOR_HOLD)
Told = dict[tuple[str, str], Any]
"""What each asker heard, by what he has asked."""

BY_OPERATOR: Final = (
    *("get_profile", "list_listings", "get_transfer", "list_parties"),
    "list_halts",
)
"""What he asks himself."""
LAST: Final = {"cancel_transfer": 1, "reject_transfer": 2, "delete_webhook": 3}
"""After which there is no transfer and no endpoint of the scene any more."""
END: Final = "transfer.cancelled"
"""By both."""
ASKED: Final = {
    name: CASES[name]
    for name in sorted(CASES, key=lambda name: (CASES[name].method != "GET", LAST.get(name, 0)))
    if name in OUTSIDE and "deliveries" not in CASES[name].path
}
"""First what is only read. What is delivered, and how often it was tried, depends on the moment:
messages are compared when all are there."""
PROBES: Final = [
    (method, f"overlays{path}", None if overlay is None else {"overlay": overlay})
    for hold in ("HELD", *(str(hold.name) for hold in OPERATORS_HOLDS))
    for method, path, overlay in (("DELETE", f"/{hold}", None), ("POST", "", hold))
]
"""Tried twice, to find out what stands over a transfer."""


class Twins:
    """A venue at rest with all that its people can name, which is opened anew for each future."""

    def __init__(self, venue: TestVenue, directory: Path) -> None:
        self.venue, self.directory = venue, directory
        market = Market.make(venue)
        self.scene = Scene(market, CASES["get_transfer"])
        for case in ASKED.values():
            content = {} if case.content is None else {"content": case.content.decode("latin-1")}
            bodies = [case.body, content] if case.media_type == "text/csv" else [case.body]
            self.scene.names.prepare(case.path, bodies)
        # Another one, for what was made just now has ended that of the scene.
        self.scene.transfer = market.match("200")
        self.scene.names["transfer_id"] = self.scene.transfer["transfer_id"]
        self.client = market.buyer
        self.listing_officers = compliance(venue), compliance(venue)
        path = f"/v1/compliance/parties/{self.client.party_id}/facts"
        venue.do("POST", path, self.listing_officers[0], json={"due_diligence": DUE_DILIGENCE})
        # Here rules ask who he is, and elsewhere none do.
        self.judged = replace(market, symbol=venue.new_product())
        ruled(self.judged, "JP-TBI")
        self.outsiders = {
            "client": market.buyer,
            "seller": market.seller,
            "trust company": venue.reviewer(),
            "stranger": venue.new_party("NATURAL_PERSON"),
        }
        self.endpoints = {
            role: venue.register_webhook(member)["webhook_id"]
            for role, member in self.outsiders.items()
            if role != "stranger"
        }
        venue.stop()

    def hear(self, future: Future) -> Told:
        """What everybody is told in this future."""
        venue = copy.copy(self.venue)
        venue.directory = self.directory / "-".join(map(str, future))
        venue.numbers = itertools.count(1_000)
        shutil.copytree(self.venue.directory, venue.directory)
        venue.start()
        try:
            return self._hear(venue, future)
        finally:
            venue.stop()

    def _hear(self, venue: TestVenue, future: Future) -> Told:
        scene = copy.copy(self.scene)
        scene.market = replace(self.scene.market, venue=venue)
        scene.names = copy.copy(self.scene.names)
        scene.names.venue = venue
        self._begin(venue, future)
        path = f"/v1/transfers/{scene.names['transfer_id']}"
        told: Told = {}
        for name in BY_OPERATOR:
            told["operator", name] = heard(scene.ask(CASES[name], venue.operator))
        for (role, member), (name, case) in itertools.product(
            self.outsiders.items(), ASKED.items()
        ):
            if case.method == "GET":
                told[role, name] = heard(scene.ask(case, member))
        told |= {("feed", role): self._feed(venue, each) for role, each in self.outsiders.items()}
        for number, (method, step, body) in enumerate(PROBES * 2):
            for role, member in self.outsiders.items():
                version = venue.ask("GET", path, venue.operator).json()["version"]
                answer = venue.ask(
                    method,
                    f"{path}/{step}",
                    member,
                    key=venue.unique(),
                    headers={"If-Match": f'"{version}"'},
                    **({} if body is None else {"json": body}),
                )
                told[role, f"probe {number}"] = heard(answer)
        for (name, case), (role, member) in itertools.product(
            ASKED.items(), self.outsiders.items()
        ):
            if case.method != "GET":
                if case.decides:
                    scene.transfer = venue.ask("GET", path, venue.operator).json()
                told[role, name] = heard(scene.ask(case, member, key=venue.unique()))
        told["client", "judged order"] = heard(bids(replace(self.judged, venue=venue)))
        for role, webhook_id in self.endpoints.items():
            told["webhook", role] = messages(venue, self.outsiders[role], webhook_id)
        return told

    def _begin(self, venue: TestVenue, future: Future) -> None:
        """As many commands in every future."""
        path = f"/v1/compliance/parties/{self.client.party_id}/listing"
        before = next(each for each in ListingReason if each is not future.reason)
        for officer, reason in zip(self.listing_officers, (before, future.reason), strict=True):
            said = None if reason is None else reason.name
            venue.do("PUT", path, officer, json={"reason": said})
        path = f"/v1/transfers/{self.scene.names['transfer_id']}/overlays"
        headers = {"If-Match": f'"{self.scene.transfer["version"]}"'}
        body = {"overlay": future.hold.name}
        venue.do("POST", path, venue.operator, headers=headers, json=body)
        if future.halt is not None:
            named = {"party_id": self.client.party_id, "reason": future.halt.name}
            venue.do("POST", "/v1/halts", venue.operator, json=HALT | named)

    def _feed(self, venue: TestVenue, member: Member) -> list[str]:
        """The party's own stream, as somebody finds it who connects now."""
        publisher = Publisher(view=venue.venue.exchange.view, epoch="e")
        stream = publisher.transfers(PartyId(int(member.party_id)))
        return stream.snapshot(SnapshotReason.SUBSCRIBE, int(venue.clock.now_ns()))


def heard(response: Any) -> tuple[int, str | None, Any]:
    """The answer without what is drawn by chance anew each time."""
    told = response.content
    if "json" in response.headers.get("content-type", ""):
        told = response.json()
        for drawn in ("request_id", "secret", "evidence_id"):
            told.pop(drawn, None)
    return response.status_code, response.headers.get("etag"), told


def messages(venue: TestVenue, member: Member, webhook_id: str) -> list[str]:
    """The bodies of all messages to the endpoint, up to that of the transfer's end."""
    found: list[Any] = []
    while not any(each["type"] == END for each in found):
        found = venue.messages(member, webhook_id, least=len(found) + 1)
    while found[0]["type"] != END:
        del found[0]
    path = f"/v1/webhooks/{webhook_id}/deliveries"
    paths = [f"{path}/{each['message_id']}" for each in found]
    return [venue.ask("GET", each, member).json()["body"] for each in paths]


@pytest.fixture(scope="module")
def twins(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Twins]:
    directory = tmp_path_factory.mktemp("futures")
    venue = TestVenue(directory / "venue")
    try:
        yield Twins(venue, directory)
    finally:
        venue.runner.close()


@pytest.fixture(scope="module")
def ordinary(twins: Twins) -> Told:
    return twins.hear(ORDINARY)


def differences(first: Told, second: Told) -> set[tuple[str, str]]:
    assert first.keys() == second.keys()
    return {asked for asked in first if first[asked] != second[asked]}


@pytest.mark.parametrize("future", GRAVE, ids=lambda future: future.reason.name)
def test_outside_the_operators_office_every_reason_is_told_alike(
    twins: Twins, ordinary: Told, future: Future
) -> None:
    told = twins.hear(future)
    assert differences(ordinary, told) == {
        ("operator", name) for name in ("get_profile", "list_listings", "get_transfer")
    }
    answered = {asked for asked, heard in told.items() if heard[0] == 200}
    assert {("client", "list_orders"), ("trust company", "export_applications")} <= answered
    assert {("client", "set_overlay"), ("seller", "replace_order")} <= answered
    assert all(told[channel, "client"] for channel in ("feed", "webhook"))
    assert told["client", "judged order"][2]["code"] == "rule_blocks"
    assert told["client", "get_transfer"][2]["overlays"] == ["HELD"]
    assert told["operator", "get_transfer"][2]["overlays"] == ["AML_HOLD"]


def test_a_halted_party_is_told_alike_for_every_reason(twins: Twins) -> None:
    one, other = map(twins.hear, HALTED)
    assert differences(one, other) == {("operator", "list_halts")}
    status, _, found = one["client", "list_halts"]
    assert (status, found["items"][0]["reason"]) == (200, "UNDER_REVIEW")
    assert one["operator", "list_halts"][2]["items"][0]["reason"] == "OTHER"
    for role in ("seller", "trust company", "stranger"):
        _, _, heard = one[role, "list_halts"]
        assert "PARTY" not in {each["level"] for each in heard["items"]}
    for role in ("client", "seller", "trust company"):
        assert one[role, "get_transfer"][2]["overlays"] == ["HELD"]
    holds = ["OPERATOR_HOLD", "PARTY_HALT"]
    assert one["operator", "get_transfer"][2]["overlays"] == holds
    assert all(one[channel, "client"] for channel in ("feed", "webhook"))


def test_of_being_listed_the_client_sees_that_he_waits_and_everybody_else_nothing(
    twins: Twins, ordinary: Told
) -> None:
    told = twins.hear(NOT_LISTED)
    changed = differences(ordinary, told) - {
        ("operator", "get_profile"),
        ("operator", "list_listings"),
    }
    assert changed == {("client", "get_own_profile"), ("client", "judged order")}
    assert told["client", "judged order"][0] == 201
    now, before = (each["client", "get_own_profile"][2] for each in (ordinary, told))
    assert now == before | {"status": "UNDER_REVIEW"}
    assert before["status"] == "ACTIVE"


def test_whoever_applies_is_under_review_as_well(market: Market) -> None:
    """So that the status by itself tells nothing."""
    venue = market.venue
    applicant = venue.new_party()
    assert venue.ask("GET", "/v1/profile", applicant).json()["status"] == "ACTIVE"
    applies(venue, applicant)
    assert venue.ask("GET", "/v1/profile", applicant).json()["status"] == "UNDER_REVIEW"
