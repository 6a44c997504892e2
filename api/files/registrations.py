"""A file of acknowledgements comes in: each row of a transfer whose change registration is done
becomes a command."""

from collections.abc import Sequence

from api.auth.principal import Principal
from api.decisions import take
from api.dependencies import Services
from api.files.returned_sheets import Intake, MarkedSheet, import_sheet
from api.files.transfer_texts import settled_texts
from api.store.files import FileKind
from exchange.refusals import Refusal
from exchange.transfer_commands import AcknowledgeRegistration
from registry.trust_company.registration import (
    REGISTERED,
    StatedRegistration,
    read_registrations,
)


async def import_registrations(
    services: Services, officer: Principal, content: bytes
) -> tuple[MarkedSheet, bool]:
    """Take the acknowledgements that a file states, each by itself, as `import_sheet` does."""

    def command_of(stated: StatedRegistration, key: str) -> AcknowledgeRegistration:
        return AcknowledgeRegistration(
            actor=officer.party_id,
            key=key,
            transfer_id=stated.transfer_id,
            version=None,
            officer=officer.key_id,
        )

    async def take_all(commands: Sequence[AcknowledgeRegistration]) -> list[Refusal | None]:
        _, refusals = await take(services, officer, commands)
        return refusals

    intake = Intake(
        kind=FileKind.REGISTRATIONS,
        options="",
        read=read_registrations,
        facts_of=settled_texts,
        command_of=command_of,
        take=take_all,
        done=lambda _: REGISTERED,
    )
    return await import_sheet(services, officer, content, intake)
