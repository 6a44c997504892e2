"""The words for clients: what they ask for, what becomes of it, and what ends by time."""

from enum import IntEnum
from typing import Final, NewType

import msgspec

from exchange.profile import Certification, DueDiligence
from exchange.types import PartyId

ApplicationId = NewType("ApplicationId", int)
"""What a party asks of the venue: made of its command's sequence."""


NO_OWNER: Final = 0
"""Instead of a party that stands for the beneficial owner: the client stands for himself."""


class ApplicationState(IntEnum):
    """How an application stands. The numbers are stored: never reuse one."""

    SUBMITTED = 1  # compliance is to look at it
    APPROVED = 2  # its facts are in the profile
    REJECTED = 3  # for the reason that it says


class ApplicationRejection(IntEnum):
    """Why an application is rejected, as the applicant reads it: none speaks of a list. The numbers
    are stored: never reuse one."""

    DOCUMENTS_INCOMPLETE = 1  # a paper is missing or says something else
    NOT_QUALIFIED = 2  # no basis of a qualified investor is shown
    IDENTITY_NOT_ESTABLISHED = 3  # who he is, or who owns him, is not clear
    OTHER = 9  # the venue takes no client for no reason that it names


class ListingReason(IntEnum):
    """Why a party is listed. Confidential; the first is ordinary, so that to be looked at says
    nothing. The numbers are stored: never reuse one."""

    IDENTITY_CHECK = 1  # who he is, is established anew: nobody suspects anything
    SUSPICION = 2  # his business is looked at
    SANCTIONS = 3  # he, or who owns him, is on a list of sanctions
    AUTHORITY = 4  # an authority has asked for it


class ProfileFact(IntEnum):
    """A fact that ends by time. The numbers are stored: never reuse one."""

    CERTIFICATION = 1  # as a qualified investor
    RISK_ASSESSMENT = 2  # by the questionnaire
    DUE_DILIGENCE = 3  # the review of who he is


class Ownership(
    msgspec.Struct,
    frozen=True,
    kw_only=True,
    array_like=True,
    forbid_unknown_fields=True,
    gc=False,
):
    """Whose a client is."""

    owner_id: int
    """The party that stands for the beneficial owner, or NO_OWNER."""
    affiliate_of: tuple[PartyId, ...]
    layers: int
    lookthrough_count: int = 1
    """As how many holders he counts; of a natural person one."""


class EstablishedFacts(
    msgspec.Struct,
    frozen=True,
    kw_only=True,
    array_like=True,
    forbid_unknown_fields=True,
    gc=False,
):
    """What compliance has established of a client; None: nothing new of it."""

    certification: Certification | None
    due_diligence: DueDiligence | None
    ownership: Ownership | None
    professional: bool | None
