"""The log of what regulators have read, on the wire."""

from typing import Annotated

from pydantic import Field

from api.schemas.base import Answer
from api.schemas.decimals import Moment, format_moment
from api.store.reads import ReadRecord
from registry.types import TimeNs


class Read(Answer):
    """Something that a regulator asked for with its key."""

    read_id: str
    at: Moment
    party_id: Annotated[str, Field(description="The regulator.")]
    key_id: Annotated[str, Field(description="By which it signed in.")]
    path: Annotated[str, Field(description="With its query; of a long one the beginning.")]
    status: Annotated[int, Field(description="Of the answer.")]


def read_shown(record: ReadRecord) -> Read:
    """A read as the wire shows it."""
    return Read(
        read_id=str(record.read_id),
        at=format_moment(TimeNs(record.at_ns)),
        party_id=str(record.party_id),
        key_id=record.key_id,
        path=record.path,
        status=record.status,
    )
