"""A decision that comes when its transfer has ended otherwise: it is refused and changes nothing,
and the trust company and the operator find it among their exceptions.

The engine has forgotten what has ended, so the edge tells it. The key of what it says is made of
the decision's own: asked again, the same is said once.
"""

import hashlib
import logging
from collections.abc import Sequence
from typing import Final

from api.batches import Submission
from api.dependencies import Services
from exchange.commands import ConfirmTransfer
from exchange.desk_commands import RaiseException
from exchange.late_decision import LateDecision
from exchange.review import Decides
from exchange.signed_decisions import reason_of
from exchange.transfer_desk import COMMAND_EVENTS
from exchange.types import ExceptionKind
from registry.transfer import TransferEvent, TransferState

CONFIRMED_STATES: Final = frozenset({TransferState.SETTLED, TransferState.REGISTERED})
DIGEST_BYTES: Final = 16

logger = logging.getLogger("trustex.exceptions")


def is_late(decision: Decides, ended: TransferState) -> bool:
    """Whether a transfer that has ended in this state ended otherwise than is decided now: who says
    the same twice is not late."""
    if isinstance(decision, ConfirmTransfer):
        return ended not in CONFIRMED_STATES
    else:
        return ended is not TransferState.REJECTED


async def raise_late(services: Services, decisions: Sequence[Decides]) -> None:
    """Let somebody look at these decisions, all of which are late.

    Raises:
        ApiProblem: the venue was too busy to take all.
        OutcomeUnknown: the venue stopped.
    """
    commands = [_exception(decision) for decision in decisions]
    outcomes = await Submission(services.exchange, commands).run()
    for command, outcome in zip(commands, outcomes, strict=True):
        if outcome.refusal is not None:
            logger.warning("transfer %s: %s", command.subject_id, outcome.refusal.name)


def _event_of(decision: Decides) -> TransferEvent:
    (event,) = COMMAND_EVENTS[type(decision)]
    return event


def _exception(decision: Decides) -> RaiseException:
    digest = hashlib.blake2b(decision.key.encode(), digest_size=DIGEST_BYTES).hexdigest()
    return RaiseException(
        actor=decision.actor,
        key=f"late-{digest}",
        kind=ExceptionKind.LATE_DECISION,
        subject_id=decision.transfer_id,
        party_id=decision.actor,
        late=LateDecision(
            decision=_event_of(decision),
            reason=reason_of(decision),
            officer_id=decision.officer_id,
            officer=decision.officer,
        ),
    )
