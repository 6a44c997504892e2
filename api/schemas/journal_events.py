"""Events of the journal, for those who look into what has happened."""

import functools
import re
import types
from collections.abc import Callable, Mapping
from enum import Enum, Flag
from typing import Annotated, Any, Final, Union, get_args, get_origin, get_type_hints

import msgspec
from pydantic import Field, JsonValue

from api.journal_subjects import SubjectKind, subjects_of
from api.schemas.base import Answer, Page
from api.schemas.decimals import (
    MONEY_SCALE,
    Moment,
    format_day,
    format_decimal,
    format_moment,
    format_price,
    format_signed,
)
from api.workers.journal_index import Journaled
from exchange.events import AnyEvent
from exchange.types import Fen
from matching import Price, Quantity
from registry.types import DayNumber, ProductId, TimeNs, Units

LISTED_MAX: Final = 100
"""Of what an event lists; of the rest it is said how many they are."""


def _named(event_type: type[AnyEvent]) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "_", event_type.__name__).upper()


EVENT_TYPES: Final[Mapping[str, type[AnyEvent]]] = {
    _named(each): each for each in sorted(get_args(AnyEvent), key=_named)
}
"""By the names that they have on the wire."""
NAMES: Final = {event_type: name for name, event_type in EVENT_TYPES.items()}
EventName = Annotated[str, Field(json_schema_extra={"enum": [*EVENT_TYPES]})]

PLAIN: Final[Mapping[object, Callable[[Any], str]]] = {
    Price: format_price,
    TimeNs: format_moment,
    DayNumber: format_day,
    Fen: functools.partial(format_signed, scale=MONEY_SCALE),
}
AMOUNTS: Final = (Quantity, Units)
"""In the smallest units of a product."""


class JournalEvent(Answer):
    """Something that has happened, as the journal has it."""

    sequence: Annotated[str, Field(description="Of the command that has caused it.")]
    ordinal: Annotated[int, Field(description="Its place among what the command has caused.")]
    at: Moment
    kind: EventName
    command: Annotated[str, Field(description="What was commanded.")]
    actor_id: Annotated[str, Field(description="The party that has commanded it.")]
    hash: Annotated[
        str,
        Field(
            description="Of the journal's chain with this command, in hexadecimal: it follows from "
            "all that was ever committed before."
        ),
    ]
    party_ids: Annotated[list[str], Field(description="Whom it concerns, the actor too.")]
    symbols: list[str]
    transfer_ids: list[str]
    order_ids: list[str]
    details: Annotated[
        dict[str, JsonValue],
        Field(
            description="All that it says: money in yuan, prices in yuan a unit, amounts of units "
            "by the product's scale, bytes in hexadecimal. What is neither of these is a plain "
            "number as the journal has it."
        ),
    ]


class JournalEvents(Page[JournalEvent]):
    """A part of the journal."""

    indexed_up_to: Annotated[
        str, Field(description="The last command that was looked through for it.")
    ]


def event_shown(found: Journaled, symbols: Mapping[ProductId, tuple[str, int]]) -> JournalEvent:
    """An event as the wire shows it.

    Args:
        symbols: the products' symbols, and the scales of their units.
    """
    by_kind: dict[SubjectKind, list[int]] = {kind: [] for kind in SubjectKind}
    for subject in sorted(subjects_of(found.event, found.command)):
        by_kind[subject.kind].append(subject.number)
    products = [ProductId(number) for number in by_kind[SubjectKind.PRODUCT]]
    scales = {symbols[each][1] for each in products if each in symbols}
    return JournalEvent(
        sequence=str(found.sequence),
        ordinal=found.ordinal,
        at=format_moment(found.at_ns),
        kind=NAMES[type(found.event)],
        command=type(found.command).__name__,
        actor_id=str(found.command.actor),
        hash=found.hash.hex(),
        party_ids=_ids(by_kind[SubjectKind.PARTY]),
        symbols=[symbols[each][0] for each in products[:LISTED_MAX] if each in symbols],
        transfer_ids=_ids(by_kind[SubjectKind.TRANSFER]),
        order_ids=_ids(by_kind[SubjectKind.ORDER]),
        details=_record(found.event, scales.pop() if len(scales) == 1 else None),
    )


def _ids(numbers: list[int]) -> list[str]:
    return [str(number) for number in numbers[:LISTED_MAX]]


def _record(record: msgspec.Struct, scale: int | None) -> dict[str, JsonValue]:
    hints = _hints(type(record))
    return {
        name: _value(getattr(record, name), hint=hints[name], scale=scale)
        for name in record.__struct_fields__
    }


@functools.cache
def _hints(record_type: type[msgspec.Struct]) -> dict[str, Any]:
    return get_type_hints(record_type)


def _value(value: object, *, hint: object, scale: int | None) -> JsonValue:
    """The value of a field of this type."""
    if get_origin(hint) in (Union, types.UnionType):
        # Where several are allowed, they are records, or the value says by itself what it is.
        hint = next(each for each in get_args(hint) if each is not type(None))
    match value:
        case None | bool():
            return value
        case msgspec.Struct():
            return _record(value, scale)
        case tuple():
            return _listed(value, hint, scale)
        case Flag():
            return [str(member.name) for member in value]
        case Enum():
            return value.name
        case bytes():
            return value.hex()
        case int() if hint in PLAIN:
            return _plain(value, hint)
        case int() if hint in AMOUNTS and scale is not None:
            return format_decimal(value, scale=scale)
        case _:
            return str(value)


def _plain(value: int, hint: object) -> str:
    try:
        return PLAIN[hint](value)
    except (OverflowError, ValueError):
        return str(value)  # a day or moment that stands for "always" or "never" is in no calendar


def _listed(values: tuple[object, ...], hint: object, scale: int | None) -> JsonValue:
    of_each, *others = get_args(hint) or (object,)
    hints = (of_each, *others) if others and others != [...] else (of_each,) * len(values)
    told = [
        _value(each, hint=of, scale=scale)
        for each, of in zip(values[:LISTED_MAX], hints, strict=False)
    ]
    if len(values) > LISTED_MAX:
        told.append({"more": str(len(values) - LISTED_MAX)})
    return told
