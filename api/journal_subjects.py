"""What an event of the journal is about: parties, products, transfers and orders. Pure.

It is read off the types of an event's fields, so that an event of a new kind is found as soon as
there is one. Whoever gave the command is among the parties; what was refused is about what its
command names.
"""

import functools
import types
from collections.abc import Callable, Iterable, Mapping
from enum import IntEnum
from typing import Any, Final, NamedTuple, TypeAlias, Union, get_args, get_origin, get_type_hints

import msgspec

from exchange.commands import AnyCommand
from exchange.desk_events import ExceptionRaised, ExceptionResolved
from exchange.events import AnyEvent, CommandRefused
from exchange.evidence_events import EvidenceAttached, EvidenceInvalidated
from exchange.evidence_types import EvidenceSubject
from exchange.halt_events import HaltLifted, TradeHalted
from exchange.halt_types import HaltLevel
from exchange.types import ExceptionKind, PartyId
from matching import OrderId
from registry.types import HolderId, ProductId, TransferId


class SubjectKind(IntEnum):
    """What can be looked for in the journal. Stored: a number never changes its meaning."""

    PARTY = 1
    """That did it, or whom it concerns."""
    PRODUCT = 2
    """That it is traded, disclosed or changed."""
    TRANSFER = 3
    """Of title."""
    ORDER = 4
    """On the book."""


class Subject(NamedTuple):
    """Something that an event is about."""

    kind: SubjectKind
    number: int


Look: TypeAlias = Callable[[Any, set[Subject]], None]
"""Adds what a value is about, if it is about something."""

KINDS: Final[Mapping[object, SubjectKind]] = {
    PartyId: SubjectKind.PARTY,
    HolderId: SubjectKind.PARTY,
    ProductId: SubjectKind.PRODUCT,
    TransferId: SubjectKind.TRANSFER,
    OrderId: SubjectKind.ORDER,
}
OF_EVIDENCE: Final = {
    EvidenceSubject.TRANSFER: SubjectKind.TRANSFER,
    EvidenceSubject.PARTY: SubjectKind.PARTY,
    EvidenceSubject.PRODUCT: SubjectKind.PRODUCT,
}
OF_EXCEPTIONS: Final = {
    ExceptionKind.LATE_DECISION: SubjectKind.TRANSFER,
    ExceptionKind.REGISTRATION_LATE: SubjectKind.TRANSFER,
    ExceptionKind.MONEY_CLAIM: SubjectKind.TRANSFER,
    ExceptionKind.MARKET_CLAIM: SubjectKind.TRANSFER,
    ExceptionKind.HOLDER_BREAK: SubjectKind.PRODUCT,
    ExceptionKind.RULE_INCIDENT: SubjectKind.PRODUCT,
}
"""Others are about something else, or about all."""
OF_HALTS: Final = {HaltLevel.PARTY: SubjectKind.PARTY, HaltLevel.PRODUCT: SubjectKind.PRODUCT}


def subjects_of(event: AnyEvent, command: AnyCommand) -> set[Subject]:
    """What the event is about. Cost: some microseconds.

    Args:
        command: that has caused it.
    """
    found = {Subject(SubjectKind.PARTY, command.actor)}
    _gather(event, found)
    if isinstance(event, CommandRefused):
        _gather(command, found)
    elif isinstance(event, EvidenceAttached | EvidenceInvalidated):
        found.add(Subject(OF_EVIDENCE[event.subject], event.subject_id))
    elif isinstance(event, ExceptionRaised | ExceptionResolved) and event.kind in OF_EXCEPTIONS:
        found.add(Subject(OF_EXCEPTIONS[event.kind], event.subject_id))
    elif isinstance(event, TradeHalted | HaltLifted) and event.level in OF_HALTS:
        found.add(Subject(OF_HALTS[event.level], event.subject_id))
    return {subject for subject in found if subject.number > 0}


def _gather(record: msgspec.Struct, found: set[Subject]) -> None:
    for name, look in _looks(type(record)):
        value = getattr(record, name)
        if value is not None:
            look(value, found)


@functools.cache
def _looks(record_type: type[msgspec.Struct]) -> tuple[tuple[str, Look], ...]:
    """The fields of the type that may be about something."""
    hints = get_type_hints(record_type)
    looks = ((name, _look(hints[name])) for name in record_type.__struct_fields__)
    return tuple((name, look) for name, look in looks if look is not None)


def _look(hint: object) -> Look | None:
    kind = KINDS.get(hint) if isinstance(hint, type) or callable(hint) else None
    if kind is not None:
        return functools.partial(_add, kind)
    if isinstance(hint, type) and issubclass(hint, msgspec.Struct):
        return _gather
    looks = [look for each in get_args(hint) if (look := _look(each)) is not None]
    if not looks:
        return None
    if get_origin(hint) in (Union, types.UnionType):
        assert all(look == looks[0] for look in looks), hint
        return looks[0]
    return functools.partial(_each, looks[0])


def _add(kind: SubjectKind, value: int, found: set[Subject]) -> None:
    found.add(Subject(kind, value))


def _each(look: Look, values: Iterable[Any], found: set[Subject]) -> None:
    for value in values:
        look(value, found)
