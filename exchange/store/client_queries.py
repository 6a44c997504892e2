"""Every SELECT about clients and their applications, for people to read: committed state.

What they read of a client includes what is confidential: who asks, decides what is shown.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

import msgspec
from sqlalchemy import Connection, select
from sqlalchemy.engine.row import RowMapping

from exchange.client_state import Application, Client
from exchange.client_types import (
    ApplicationId,
    ApplicationRejection,
    ApplicationState,
    ListingReason,
)
from exchange.evidence_types import EvidenceLinkId
from exchange.ports import Row
from exchange.profile import (
    CddRisk,
    Certification,
    CertificationBasis,
    DueDiligence,
    Profile,
    RiskAssessment,
)
from exchange.store.client_tables import applications, profiles
from exchange.types import PartyId
from registry.types import DayNumber

IDS_PER_STATEMENT: Final = 500
"""Drivers bound the parameters of a statement."""

_days = msgspec.msgpack.Decoder(tuple[DayNumber, ...])
_parties = msgspec.msgpack.Decoder(tuple[PartyId, ...])
_documents = msgspec.msgpack.Decoder(tuple[EvidenceLinkId, ...])


def client_of(connection: Connection, party_id: PartyId) -> Client:
    """What is known of the party: nothing, if nothing was ever established."""
    wanted = select(profiles).where(profiles.c.party_id == party_id)
    row = connection.execute(wanted).mappings().one_or_none()
    return Client(party_id=party_id) if row is None else _client(row)


def clients_among(connection: Connection, party_ids: Sequence[int]) -> dict[int, Client]:
    """What is known of these parties; nothing of those of whom nothing was ever established. Cost:
    O(parties)."""
    found = {party_id: Client(party_id=PartyId(party_id)) for party_id in party_ids}
    for begin in range(0, len(party_ids), IDS_PER_STATEMENT):
        some = party_ids[begin : begin + IDS_PER_STATEMENT]
        wanted = select(profiles).where(profiles.c.party_id.in_(some))
        for row in connection.execute(wanted).mappings():
            found[row["party_id"]] = _client(row)
    return found


def listed_after(connection: Connection, *, after: int, limit: int) -> list[Client]:
    """The parties on the list with larger ids than `after`, smallest first."""
    wanted = select(profiles).where(profiles.c.party_id > after, profiles.c.listing.is_not(None))
    found = connection.execute(wanted.order_by(profiles.c.party_id).limit(limit))
    return [_client(row) for row in found.mappings()]


def application_of(
    connection: Connection, application_id: ApplicationId, *, party_id: PartyId | None
) -> Application | None:
    """The application of this id, if it is this party's; None asks for the operator."""
    wanted = select(applications).where(applications.c.application_id == application_id)
    if party_id is not None:
        wanted = wanted.where(applications.c.party_id == party_id)
    row = connection.execute(wanted).mappings().one_or_none()
    return None if row is None else _application(row)


def applications_after(
    connection: Connection,
    *,
    party_id: PartyId | None,
    state: ApplicationState | None,
    after: int,
    limit: int,
) -> list[Application]:
    """Applications with larger ids than `after`, smallest first: of the party, or of all."""
    wanted = select(applications).where(applications.c.application_id > after)
    if party_id is not None:
        wanted = wanted.where(applications.c.party_id == party_id)
    if state is not None:
        wanted = wanted.where(applications.c.state == int(state))
    found = connection.execute(wanted.order_by(applications.c.application_id).limit(limit))
    return [_application(row) for row in found.mappings()]


def certifications_of_venue(connection: Connection) -> dict[PartyId, Certification]:
    """Who was certified, and until when, whether it holds still or not. Cost: O(those)."""
    columns = profiles.c.party_id, profiles.c.certification_basis, profiles.c.certified_until
    wanted = select(*columns).where(profiles.c.certification_basis.is_not(None))
    return {
        party_id: Certification(CertificationBasis(basis), until)
        for party_id, basis, until in connection.execute(wanted)
    }


def certifications_in(rows: Iterable[Row]) -> Iterator[tuple[PartyId, Certification | None]]:
    """Whose profiles a commit has written, and their certifications. Cost: O(rows)."""
    names = profiles.c.keys()
    for row in rows:
        named: dict[str, Any] = dict(zip(names, row, strict=True))
        yield named["party_id"], _certification(named)


def _certification(row: RowMapping | Mapping[str, Any]) -> Certification | None:
    basis = row["certification_basis"]
    if basis is None:
        return None
    return Certification(CertificationBasis(basis), row["certified_until"])


def _client(row: RowMapping) -> Client:
    level, risk = row["risk_level"], row["cdd_risk"]
    listing = row["listing"]
    return Client(
        party_id=row["party_id"],
        profile=Profile(
            certification=_certification(row),
            risk=(
                None
                if level is None
                else RiskAssessment(level, row["assessed_on"], row["assessed_until"])
            ),
            assessments=_days.decode(row["assessments"]),
            professional=bool(row["professional"]),
            due_diligence=(
                None if risk is None else DueDiligence(CddRisk(risk), row["cdd_review_by"])
            ),
            listed=listing is not None,
            owner_id=row["owner_id"],
            affiliate_of=_parties.decode(row["affiliate_of"]),
            layers=row["layers"],
            lookthrough_count=row["lookthrough_count"],
            certified_on=row["certified_on"],
            reviewed_on=row["cdd_reviewed_on"],
        ),
        listing=None if listing is None else ListingReason(listing),
        listed_by=row["listed_by"],
        notices=[row["certification_notices"], row["assessment_notices"], row["cdd_notices"]],
    )


def _application(row: RowMapping) -> Application:
    rejection = row["rejection"]
    return Application(
        application_id=row["application_id"],
        party_id=row["party_id"],
        basis=CertificationBasis(row["basis"]),
        professional=bool(row["professional"]),
        owner_id=row["owner_id"],
        evidence=_documents.decode(row["evidence"]),
        submitted_at_ns=row["submitted_at_ns"],
        state=ApplicationState(row["state"]),
        rejection=None if rejection is None else ApplicationRejection(rejection),
        officer_id=row["officer_id"],
        decided_at_ns=row["decided_at_ns"],
    )
