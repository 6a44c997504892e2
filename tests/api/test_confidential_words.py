"""No answer, frame, message or column that an outsider can get has a word for who is on the list,
which transfer a suspicion has stopped, or what supervision has found.

What is declared is read; what is said, venues with several futures are asked
(tests/api/test_confidentiality.py).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any, Final, NamedTuple, get_args, get_type_hints

import msgspec
from fastapi.routing import APIRoute

from api.app import build_app
from api.dependencies import SignIn
from api.feed.messages import SERVER_FRAMES
from api.files.profiles import PROFILES
from api.schemas import alerts as alert_schemas
from api.schemas import compliance as confidential_schemas
from api.schemas.base import Answer
from api.webhooks.messages import TYPES, Message
from exchange.client_types import ListingReason
from exchange.events import AnyEvent
from exchange.refusals import Refusal
from exchange.sequencer import OUTBOX_EVENTS
from exchange.supervision.alerts import AlertKind
from exchange.types import PartyKind
from registry.transfer import OPERATORS_HOLDS
from registry.trust_company import holder_list, register_file

CONFIDENTIAL: Final = re.compile(
    r"listed|listed_(for|by|since|reason)|listing_reason|(.*_)?(aml|cdd|sanctions?|sanctioned"
    r"|suspicion|suspicious|suspected|laundering|alerts?|supervision|watch(ed|ing)?)(_.*)?",
    re.IGNORECASE,
)
"""A name or a value that says it."""
HOLDS: Final = {str(hold.name) for hold in OPERATORS_HOLDS}
REASONS: Final = frozenset({*ListingReason.__members__, *AlertKind.__members__, *HOLDS})
"""And the verdicts themselves."""


class Word(NamedTuple):
    """Something that can be said: a field, or a value of one."""

    field: str
    said: str


INNOCENT: Final = {
    Word("kind", "AUTHORITY"),  # of a document: a power of attorney
}
BY_READER: Final = {Word("overlays", hold) for hold in HOLDS}
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


ALERT_SCHEMAS: Final = {"Alert", "AlertSaid", "AlertWithSteps", "Watching"}


def test_no_answer_that_an_outsider_can_get_has_a_word_for_it() -> None:
    told = {name: confidential(in_answers_of(name)) - BY_READER for name in OUTSIDE}
    assert {name: said for name, said in told.items() if said} == {}
    by_reader = {name for name in OUTSIDE if BY_READER & in_answers_of(name)}
    assert {"get_transfer", "list_transfers", "list_queue", "set_overlay"} <= by_reader


def test_the_operators_answers_have_words_for_it() -> None:
    assert {"get_profile", "list_listings", "record_facts", "set_listing"} <= INSIDE
    alerts = {"list_alerts", "get_alert", "escalate_alert", "resolve_alert", "get_supervision"}
    assert alerts | {"export_large_amounts"} <= INSIDE
    assert Word("kind", "ROUND_TRIP") in confidential(in_answers_of("list_alerts"))
    for name in ("get_profile", "list_listings"):
        told = confidential(in_answers_of(name))
        assert {Word("listed_for", "listed_for"), Word("listed_for", "SUSPICION")} <= told


def test_no_answer_to_an_outsider_is_made_of_a_confidential_one() -> None:
    """Whatever its fields are called."""
    answers = {
        name: each
        for module in (confidential_schemas, alert_schemas)
        for name, each in vars(module).items()
        if isinstance(each, type)
        and issubclass(each, Answer)
        and each.__module__ == module.__name__
    }
    schemas = set(answers)
    assert schemas == {"ClientProfile", "Listing", *ALERT_SCHEMAS}
    own = {field for each in answers.values() for field in each.model_fields}
    assert {"listed_for", "report_due_at"} <= own
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
