"""The case of a transfer: all that the venue keeps of it, in one document."""

from typing import Annotated

from pydantic import Field

from api.schemas.base import Answer
from api.schemas.clearances import Clearance
from api.schemas.decimals import Moment
from api.schemas.evidence import Checklist, EvidenceLink
from api.schemas.exceptions import DeskException
from api.schemas.journal_events import JournalEvent
from api.schemas.rules import ProductRules
from api.schemas.transfers import TransferWithStates


class TransferCase(Answer):
    """All of a transfer, as the reader may know it."""

    as_of_sequence: Annotated[
        str, Field(description="All that was committed up to this command is in it.")
    ]
    read_at: Moment
    transfer: Annotated[
        TransferWithStates,
        Field(description="With what the rules said of it, what was signed, and its decision."),
    ]
    checklist: Checklist
    documents: Annotated[
        list[EvidenceLink], Field(description="Each with the hash of its file, oldest first.")
    ]
    exceptions: Annotated[
        list[DeskException], Field(description="What waited for a person, oldest first.")
    ]
    rules: Annotated[ProductRules, Field(description="Of the product, as they are today.")]
    clearances: Annotated[
        list[Clearance] | None,
        Field(description="What a person had to decide; null to the trust company."),
    ]
    events: Annotated[
        list[JournalEvent] | None,
        Field(
            description="All that the journal has about it, oldest first, each with the hash of "
            "the chain at its command; null to the trust company."
        ),
    ]
