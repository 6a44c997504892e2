"""What the state knows of clients: their facts with the notices that time will bring, their open
applications. What is decided leaves; SQL keeps it.

Who was never looked at has no entry here, and the empty profile.
"""

from typing import Final

import msgspec
from sortedcontainers import SortedList

from exchange.client_types import (
    NO_OWNER,
    ApplicationId,
    ApplicationRejection,
    ApplicationState,
    ListingReason,
    ProfileFact,
)
from exchange.evidence_types import EvidenceLinkId
from exchange.profile import EMPTY_PROFILE, CertificationBasis, Profile
from exchange.types import OfficerId, PartyId, PersonId
from registry.calendar import start_in_shanghai
from registry.types import DayNumber, TimeNs

NOTICE_DAYS: Final = (30, 7, 1, 0)
"""How many days are left of a fact when its client hears of it, the last one included; 0: it has
ended."""
NOTICES_MAX: Final = len(NOTICE_DAYS)


def last_day_of(profile: Profile, fact: ProfileFact) -> DayNumber | None:
    """The last day of the fact, ended or not; None: there is none. Cost: O(1)."""
    match fact:
        case ProfileFact.CERTIFICATION:
            certification = profile.certification
            return None if certification is None else certification.valid_until
        case ProfileFact.RISK_ASSESSMENT:
            return None if profile.risk is None else profile.risk.valid_until
        case ProfileFact.DUE_DILIGENCE:
            diligence = profile.due_diligence
            return None if diligence is None else diligence.review_by


class Client(msgspec.Struct, kw_only=True, array_like=True, eq=False, gc=False):
    """A party of which something was established."""

    party_id: PartyId
    profile: Profile = EMPTY_PROFILE
    listing: ListingReason | None = None
    listed_by: PersonId | None = None
    """Who has put him on the list."""
    notices: list[int] = msgspec.field(default_factory=lambda: [NOTICES_MAX] * len(ProfileFact))
    """By fact: how many of its notices are given or will never be."""

    def last_day(self, fact: ProfileFact) -> DayNumber | None:
        """Of the fact, as the profile says it."""
        return last_day_of(self.profile, fact)

    def due_ns(self, fact: ProfileFact) -> TimeNs | None:
        """When the next notice of the fact is given."""
        last, given = self.last_day(fact), self.notices[fact - 1]
        if last is None or given == NOTICES_MAX:
            return None
        return start_in_shanghai(DayNumber(last + 1 - NOTICE_DAYS[given]))


class Application(msgspec.Struct, kw_only=True, array_like=True, eq=False, gc=False):
    """What a party has asked of the venue."""

    application_id: ApplicationId
    party_id: PartyId
    basis: CertificationBasis
    professional: bool
    owner_id: int
    evidence: tuple[EvidenceLinkId, ...]
    submitted_at_ns: TimeNs
    key: bytes = b""
    """The key that it was submitted with, kept as long as it is open."""
    state: ApplicationState = ApplicationState.SUBMITTED
    rejection: ApplicationRejection | None = None
    officer_id: OfficerId | None = None
    decided_at_ns: TimeNs | None = None


class ClientImage(msgspec.Struct, array_like=True, frozen=True, gc=False):
    """The clients as a snapshot keeps them."""

    clients: list[Client]
    applications: list[Application]


class ClientState:
    """Clients, and their open applications, oldest first."""

    __slots__ = (
        "applicants",
        "applications",
        "clients",
        "dues",
        "owned",
        "touched_applications",
        "touched_clients",
    )

    def __init__(self) -> None:
        self.clients: dict[PartyId, Client] = {}
        self.applications: dict[ApplicationId, Application] = {}
        self.applicants: dict[PartyId, ApplicationId] = {}
        """Whose the open applications are: one of each."""
        self.owned: dict[int, dict[PartyId, None]] = {}
        """Which clients name this party as the one that stands for their owner, in the order in
        which they did."""
        self.dues: SortedList[tuple[TimeNs, PartyId, ProfileFact]] = SortedList()
        """The next notice of each fact, earliest first."""
        self.touched_clients: dict[PartyId, Client] = {}
        self.touched_applications: dict[ApplicationId, Application] = {}

    def client(self, party_id: PartyId) -> Client:
        """The party's entry, a new one if it has none. Cost: O(1)."""
        found = self.clients.get(party_id)
        if found is None:
            found = self.clients[party_id] = Client(party_id=party_id)
        self.touched_clients[party_id] = found
        return found

    def set_profile(self, client: Client, profile: Profile, *, at_ns: TimeNs) -> None:
        """The client's facts are these: a fact with another end has its notices before it, those
        whose time has passed left out. Cost: O(log n)."""
        if profile.owner_id != client.profile.owner_id:
            self._forget_owner(client)
            self._note_owner(client.party_id, profile.owner_id)
        changed = [
            fact for fact in ProfileFact if last_day_of(profile, fact) != client.last_day(fact)
        ]
        for fact in changed:
            self._forget_due(client, fact)
        client.profile = profile
        for fact in changed:
            client.notices[fact - 1] = 0
            while (due_ns := client.due_ns(fact)) is not None and due_ns <= at_ns:
                client.notices[fact - 1] += 1
            self._note_due(client, fact)

    def give_notice(self, client: Client, fact: ProfileFact) -> int:
        """The next notice of the fact is given: how many days it says are left. Cost: O(log n)."""
        days_left = NOTICE_DAYS[client.notices[fact - 1]]
        self._forget_due(client, fact)
        client.notices[fact - 1] += 1
        self._note_due(client, fact)
        self.touched_clients[client.party_id] = client
        return days_left

    def next_due_ns(self) -> TimeNs | None:
        """When the first notice is given. Cost: O(1)."""
        return self.dues[0][0] if self.dues else None

    def open_application(self, application: Application) -> None:
        """Take an application that compliance is to look at. Cost: O(1)."""
        assert application.party_id not in self.applicants, application.party_id
        self.applications[application.application_id] = application
        self.applicants[application.party_id] = application.application_id
        self.touched_applications[application.application_id] = application

    def close_application(self, application: Application) -> None:
        """It is decided: only its row remains. Cost: O(1)."""
        del self.applications[application.application_id]
        del self.applicants[application.party_id]
        self.touched_applications[application.application_id] = application

    def image(self) -> ClientImage:
        """What a snapshot keeps."""
        return ClientImage(
            clients=[self.clients[key] for key in sorted(self.clients)],
            applications=list(self.applications.values()),
        )

    def restore(self, image: ClientImage) -> None:
        """Take what a snapshot has kept; nothing is touched."""
        for client in image.clients:
            self.clients[client.party_id] = client
            self._note_owner(client.party_id, client.profile.owner_id)
            for fact in ProfileFact:
                self._note_due(client, fact)
        for application in image.applications:
            self.open_application(application)
        self.touched_applications.clear()

    def touch_all(self) -> None:
        """Mark everything that lives, so that its rows can be taken."""
        self.touched_clients.update(self.clients)
        self.touched_applications.update(self.applications)

    def check(self) -> None:
        """Assert that the indexes are those of clients and applications. Cost: O(clients)."""
        dues = [
            (due_ns, client.party_id, fact)
            for client in self.clients.values()
            for fact in ProfileFact
            if (due_ns := client.due_ns(fact)) is not None
        ]
        assert list(self.dues) == sorted(dues)  # K2
        owned: dict[int, set[PartyId]] = {}
        for party_id, client in self.clients.items():
            if client.profile.owner_id != NO_OWNER:
                owned.setdefault(client.profile.owner_id, set()).add(party_id)
        assert {owner_id: set(each) for owner_id, each in self.owned.items()} == owned  # K3
        assert self.applicants == {
            each.party_id: key for key, each in self.applications.items()
        }  # K4
        for key, application in self.applications.items():
            assert application.state is ApplicationState.SUBMITTED, key  # K4
        for party_id, client in self.clients.items():
            assert client.profile.listed == (client.listing is not None), party_id  # K1
            assert (client.listing is None) == (client.listed_by is None), party_id  # K1
            known = client.profile
            assert (known.certification is None) == (known.certified_on is None), party_id  # K5
            assert (known.due_diligence is None) == (known.reviewed_on is None), party_id  # K5

    def _note_due(self, client: Client, fact: ProfileFact) -> None:
        due_ns = client.due_ns(fact)
        if due_ns is not None:
            self.dues.add((due_ns, client.party_id, fact))

    def _forget_due(self, client: Client, fact: ProfileFact) -> None:
        due_ns = client.due_ns(fact)
        if due_ns is not None:
            self.dues.remove((due_ns, client.party_id, fact))

    def _note_owner(self, party_id: PartyId, owner_id: int) -> None:
        if owner_id != NO_OWNER:
            self.owned.setdefault(owner_id, {})[party_id] = None

    def _forget_owner(self, client: Client) -> None:
        owner_id = client.profile.owner_id
        if owner_id != NO_OWNER:
            del self.owned[owner_id][client.party_id]
            if not self.owned[owner_id]:
                del self.owned[owner_id]
