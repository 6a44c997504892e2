"""A file of decisions comes in: each row of an application that is decided becomes a command."""

from collections.abc import Mapping, Sequence
from typing import Final

from api.auth.principal import Principal
from api.decisions import decision_in, effects_of, take
from api.dependencies import Services
from api.files.returned_sheets import Intake, MarkedSheet, import_sheet
from api.files.transfer_texts import fact_texts
from api.store.files import FileKind
from exchange.commands import ConfirmTransfer
from exchange.refusals import Refusal
from exchange.review import Decides
from exchange.types import RejectionReason
from registry.trust_company.decisions import (
    CONFIRMED,
    REJECTED,
    StatedDecision,
    read_decisions,
)
from registry.trust_company.words import Words
from registry.types import TransferId

REASONS: Final = {
    RejectionReason.DOCUMENTS_INCOMPLETE.name: Words("材料不全", "Documents incomplete"),
    RejectionReason.BUYER_NOT_QUALIFIED.name: Words("受让方不合格", "Buyer not qualified"),
    RejectionReason.TITLE_DISPUTED.name: Words("权属争议", "Title disputed"),
    RejectionReason.TRANSFER_RESTRICTED.name: Words("限制转让", "Transfer restricted"),
    RejectionReason.OTHER.name: Words("其他", "Other"),
}
ALL_OR_NOTHING: Final = "all or nothing"
EACH: Final = "each by itself"


async def import_decisions(
    services: Services, officer: Principal, content: bytes, *, all_or_nothing: bool
) -> tuple[MarkedSheet, bool]:
    """Take the decisions that a file states, as `import_sheet` does.

    Args:
        all_or_nothing: nothing is submitted unless every row passes the preview.
    """

    def command_of(stated: StatedDecision, key: str) -> Decides:
        return decision_in(
            officer,
            key=key,
            transfer_id=stated.transfer_id,
            version=None,
            criteria=stated.criteria,
            reason=stated.reason,
        )

    async def take_all(commands: Sequence[Decides]) -> list[Refusal | None]:
        _, refusals = await take(services, officer, commands)
        return refusals

    def foresee(commands: Sequence[Decides]) -> Mapping[TransferId, Refusal]:
        return dict(effects_of(services, officer, commands).refused)

    intake = Intake(
        kind=FileKind.DECISIONS,
        options=ALL_OR_NOTHING if all_or_nothing else EACH,
        read=lambda rows, columns: read_decisions(rows, columns, reasons=REASONS),
        facts_of=fact_texts,
        command_of=command_of,
        take=take_all,
        done=lambda each: CONFIRMED if isinstance(each, ConfirmTransfer) else REJECTED,
        foresee=foresee if all_or_nothing else None,
    )
    return await import_sheet(services, officer, content, intake)
