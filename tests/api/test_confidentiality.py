"""Nobody but the operator learns who is on the list, which transfer a suspicion has stopped, or
what supervision has found.

A venue is given several futures, which differ in nothing but the reason, and everything that may be
asked is asked in each of them: outside the operator's office they are one and the same. What can be
said at all: tests/api/test_confidential_words.py.
"""

from __future__ import annotations

import copy
import itertools
import json
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, Final, NamedTuple

import pytest

from api.feed.access import PRIVATE_CHANNELS
from api.feed.snapshot_reason import SnapshotReason
from api.feed.stream import Frame, Stream
from api.store.alerts import insert_alerts
from exchange.client_types import ListingReason
from exchange.halt_types import HaltReason
from exchange.supervision.alerts import Alert, AlertKind, Direction
from exchange.types import Fen, PartyId, PartyKind, Sequence
from registry.transfer import Overlay
from registry.types import TransferId
from tests.api.alerts import NOTE, say, watched
from tests.api.clients import DUE_DILIGENCE, applies, compliance
from tests.api.halts import HALT
from tests.api.rules import bids, ruled
from tests.api.scene import Scene
from tests.api.test_access import CASES
from tests.api.test_confidential_words import HOLDS, OUTSIDE
from tests.api.venue import Market, Member, TestVenue


class Future(NamedTuple):
    """What the operator knows and nobody else."""

    reason: ListingReason | None
    """For which the client is on the list."""
    hold: Overlay
    """Over the client's transfer."""
    alerts: tuple[AlertKind, ...] = ()
    """That supervision has raised about the client and his transfer, and compliance escalated."""
    halt: HaltReason | None = None
    """For which all its trade is halted."""


ORDINARY: Final = Future(ListingReason.IDENTITY_CHECK, Overlay.OPERATOR_HOLD)
GRAVE: Final = [
    Future(reason, Overlay.AML_HOLD)
    for reason in ListingReason
    if reason is not ListingReason.IDENTITY_CHECK
]
WATCHED: Final = Future(*ORDINARY[:2], tuple(AlertKind))
HALTED: Final = [
    Future(ListingReason.IDENTITY_CHECK, Overlay.OPERATOR_HOLD, halt=reason)
    for reason in (HaltReason.OTHER, HaltReason.OFFICIAL_ORDER)
]
NOT_LISTED: Final = Future(None, Overlay.OPERATOR_HOLD)
Told = dict[tuple[str, str], Any]
"""What each asker heard, by what he has asked."""

BY_OPERATOR: Final = (
    *("get_profile", "list_listings", "get_transfer", "list_parties"),
    *("list_halts", "list_alerts"),
)
"""What he asks himself."""
LAST: Final = {"cancel_transfer": 1, "reject_transfer": 2, "delete_webhook": 3}
"""After which there is no transfer and no endpoint of the scene any more."""
END: Final = "transfer.cancelled"
"""By both."""
ASKED: Final = {
    name: CASES[name]
    for name in sorted(CASES, key=lambda name: (CASES[name].method != "GET", LAST.get(name, 0)))
    if name in OUTSIDE and CASES[name].who != "person"
    if not any(word in CASES[name].path for word in ("deliveries", "/v1/notifications"))
}
"""First what is only read. Of sessions nobody is told but who has them. What is delivered or handed
over to be read, and how often it was tried, depends on the moment: messages, which notifications
are too, are compared when all are there."""
PROBES: Final = [
    (method, f"overlays{path}", None if overlay is None else {"overlay": overlay})
    for hold in ("HELD", *sorted(HOLDS))
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
        said = *future[:2], len(future.alerts), future.halt
        venue.directory = self.directory / "-".join(map(str, said))
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
        listening = {role: self._listens(venue, each) for role, each in self.outsiders.items()}
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
        told |= {("feed", role): each.heard() for role, each in listening.items()}
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
        self._find(venue, future.alerts)

    def _find(self, venue: TestVenue, kinds: tuple[AlertKind, ...]) -> None:
        """Supervision has found these, and compliance has said that they are to be reported."""
        transfer_id = TransferId(int(self.scene.names["transfer_id"]))
        found = [
            Alert(
                kind=kind,
                sequence=Sequence(1),
                at_ns=venue.clock.now_ns(),
                party_ids=(PartyId(int(self.client.party_id)),),
                direction=Direction.PAID,
                transfer_ids=(transfer_id,),
                amount=Fen(1),
                measured=1,
                limit=1,
            )
            for kind in kinds
        ]
        with venue.venue.services.edge.transaction() as connection:
            insert_alerts(connection, found, [venue.clock.now_ns()] * len(found))
        for number, each in enumerate(watched(venue)):
            answer = say(
                venue,
                self.listing_officers[0],
                each["alert_id"],
                "escalate",
                NOTE,
                key=f"e{number}",
            )
            assert answer.status_code == 200, answer.text

    def _listens(self, venue: TestVenue, member: Member) -> Listening:
        """The party's own streams, from now on."""
        feed = venue.venue.services.feed
        private = feed._publisher.private
        party_id = PartyId(int(member.party_id))
        listening = Listening()
        for channel in PRIVATE_CHANNELS:
            stream = private.open(channel, party_id, PartyKind.NATURAL_PERSON)
            stream.subscribers[listening] = None
            listening.streams.append(stream)
        while private.unread:
            venue.runner.run(feed._read_account(private.unread.pop()))
        assert feed.fault is None
        return listening


class Listening:
    """A party that has all streams of its own, and everything that they tell it."""

    def __init__(self) -> None:
        self.streams: list[Stream] = []
        self._told: list[str] = []

    def publish(self, frame: Frame, _now_ns: int) -> None:
        """The next frame of any."""
        self._told.append(frame.text)

    def wake(self) -> None:
        """It has begun."""

    def heard(self) -> list[Any]:
        """All frames so far, and what somebody finds who connects now, but for when it was sent
        and what the test has called an order."""
        found = [
            text for each in self.streams for text in each.snapshot(SnapshotReason.SUBSCRIBE, 0)
        ]
        frames = [json.loads(text) for text in self._told + found]
        for frame in frames:
            del frame["sent"]
            # With which command a stream began depends on how far a venue that has just started is.
            del frame["prev" if frame["type"] == "update" else "seq"]
            for order in frame.get("orders", ()):
                del order["client_order_id"]
        return frames


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


def test_outside_the_operators_office_what_supervision_finds_is_told_to_nobody(
    twins: Twins, ordinary: Told
) -> None:
    told = twins.hear(WATCHED)
    assert differences(ordinary, told) == {("operator", "list_alerts")}
    now, before = (each["operator", "list_alerts"][2]["items"] for each in (told, ordinary))
    assert before == []
    assert {each["kind"] for each in now} == set(AlertKind.__members__)
    assert {each["state"] for each in now} == {"ESCALATED"}
    assert told["trust company", "get_transfer"][0] == 200


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
    # Of the judged order his feed tells what he was answered.
    names = ("get_own_profile", "judged order")
    assert changed == {("client", name) for name in names} | {("feed", "client")}
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
