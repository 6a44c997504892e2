"""Which columns a kind of file has: the common headings, and those that a trust company has of its
own."""

from dataclasses import replace
from typing import Final

from api.dependencies import Services
from api.store.files import FileKind
from api.store.own_headings import own_headings_of
from exchange.types import PartyId
from registry.trust_company import decisions, holder_list, registration
from registry.trust_company.mapping import Profile

PROFILES: Final = {
    FileKind.DECISIONS: decisions.PROFILE,
    FileKind.REGISTRATIONS: registration.PROFILE,
    FileKind.HOLDERS: holder_list.PROFILE,
}
"""Register files are not among them: they are signed, and have one form."""


def profile_of(services: Services, party_id: PartyId, kind: FileKind) -> Profile:
    """The columns of the party's files of this kind."""
    with services.edge.transaction() as connection:
        own = own_headings_of(connection, party_id, kind)
    return replace(PROFILES[kind], own_headings=own)
