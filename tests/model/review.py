"""How a trust company decides: alone, or where the product has review a maker and a checker, who
are two people.

Source: domain D4, maker and checker; REG-03 of D1.
"""

from __future__ import annotations

from exchange import commands as given
from exchange.refusals import Refusal
from exchange.review_commands import (
    ClaimTransfer,
    ProposeDecision,
    ReassignTransfer,
    ReleaseClaim,
    ReviewCommand,
)
from exchange.transfer_commands import ReturnTransfer
from exchange.types import OfficerId
from registry.types import TransferId
from tests.model.cases import ModelCase, Suggestion, is_waiting
from tests.model.clients import Clients
from tests.model.desk import Applies, rules_for_officer
from tests.model.ledger import Ledger, ModelTransfer
from tests.model.limits import Limits
from tests.model.reading import digest_of, things_read
from tests.model.transfer import OPEN, outcome

Decides = given.ConfirmTransfer | given.RejectTransfer
MEANS = {
    given.ConfirmTransfer: "CONFIRM",
    given.RejectTransfer: "REJECT",
    ClaimTransfer: "CLAIM",
    ReassignTransfer: "CLAIM",
    ReleaseClaim: "RELEASE",
    ProposeDecision: "MAKE",
}
CAN_BE_SIGNED = (given.ConfirmTransfer, given.RejectTransfer, ProposeDecision)
WORKERS = ("MAKER", "CHECKER")


class Reviews(Clients):
    """The deals, with what officers do to them."""

    def __init__(self, limits: Limits) -> None:
        super().__init__(limits)
        self.signatures: list[tuple[object, ...]] = []

    def all_that_is_read(self, transfer: ModelTransfer) -> dict[str, bytes]:
        """A digest of each thing that officers read of it."""
        return things_read(self, transfer)

    def review(self, command: Decides | ReviewCommand) -> None:
        """A claim, a suggestion or a decision that is not refused."""
        transfer = self.transfers[command.transfer_id]
        event = MEANS[type(command)]
        self.forget_disturbances()
        self.write_down_signature(command)
        case = transfer.case
        match command:
            case ClaimTransfer():
                self.assign(transfer, command.officer_id)
            case ReassignTransfer():
                self.assign(transfer, command.assigned_id)
            case ProposeDecision():
                if _takes_it_too(command, transfer):
                    self.assign(transfer, command.officer_id)
                    self.happens(transfer, "CLAIM", officer=command.officer)
                case = transfer.case
                assert case is not None
                case.suggestion = Suggestion(
                    by=command.officer_id,
                    reason=command.reason,
                    seen=command.criteria,
                    seen_of=self.all_that_is_read(transfer),
                )
                case.lapsed, case.others = "", frozenset()
            case given.ConfirmTransfer() | given.RejectTransfer() if case is not None:
                case.checked_by = command.officer_id
            case _:
                pass
        reason = command.reason if isinstance(command, given.RejectTransfer) else None
        self.happens(transfer, event, officer=command.officer, reason=reason)

    def write_down_signature(self, command: Decides | ReviewCommand) -> None:
        """What somebody has signed is kept for ever."""
        if not isinstance(command, CAN_BE_SIGNED) or command.signature is None:
            return
        suggests = isinstance(command, ProposeDecision)
        self.signatures.append(
            (
                *(self.sequence, command.transfer_id, 2 if suggests else 1),
                *(command.officer_id, command.criteria),
                None if isinstance(command, given.ConfirmTransfer) else command.reason,
                *(command.signature.key_id, command.signature.signature, self.at_ns),
            )
        )

    def assign(self, transfer: ModelTransfer, officer_id: OfficerId) -> None:
        if transfer.case is None:
            transfer.case = ModelCase()
        transfer.case.claimed_by = officer_id

    def look(self) -> None:
        """Somebody looks what other papers mean for the first that is suggested."""
        disturbance = self.disturbances[0]
        number = disturbance.still(waiting_for(self))[0]
        disturbance.looked_at = number
        transfer = self.transfers[TransferId(number)]
        assert transfer.case is not None
        assert transfer.case.suggestion is not None
        if transfer.case.suggestion.seen != digest_of(self.all_that_is_read(transfer)):
            self.happens(transfer, "RESET")


def rules_for_review(papers: Reviews, command: Decides | ReviewCommand) -> Applies:
    """Each refusal, and whether it applies."""
    transfer = papers.transfers.get(command.transfer_id)
    if transfer is None or transfer.state.name not in OPEN:
        return [(Refusal.UNKNOWN_TRANSFER, True)]
    if transfer.product.terms.trust_company_id != command.actor:
        return [(Refusal.UNKNOWN_TRANSFER, True)]
    found = outcome(transfer.state.name, MEANS[type(command)], transfer.product.uses)
    nobodys = transfer.state.name == "SUBMITTED" and "REVIEW" in transfer.product.uses
    if nobodys and isinstance(command, ProposeDecision | ReleaseClaim):
        # As one that somebody had: nobody has it.
        event = "CLAIM" if _takes_it_too(command, transfer) else MEANS[type(command)]
        found = outcome("UNDER_REVIEW", event, transfer.product.uses)
    stops = found is not None and not found.goes_on_under_an_overlay
    rules = [
        (Refusal.TRANSFER_NOT_IN_STATE, found is None),
        (Refusal.TRANSFER_HELD, bool(transfer.overlays) and stops),
        *_rules_of_who(papers, command, transfer),
        (Refusal.SIGNATURE_MISSING, _is_unsigned(command, transfer)),
        (Refusal.CRITERIA_MISSING, _says_nothing(command, transfer)),
        *_rules_of_what_was_read(papers, command, transfer),
    ]
    return rules if found is None else rules + _rules_of_its_own(papers, command, transfer)


def _rules_of_who(
    papers: Reviews, command: Decides | ReviewCommand, transfer: ModelTransfer
) -> Applies:
    match command:
        case given.ConfirmTransfer() | given.RejectTransfer():
            return rules_for_reviewer(papers, command, transfer, ("CHECKER",))
        case ProposeDecision():
            return rules_for_officer(papers, command.actor, command.officer_id, "MAKER")
        case ReassignTransfer():
            head = rules_for_officer(papers, command.actor, command.officer_id, "HEAD")
            return head + rules_for_officer(papers, command.actor, command.assigned_id, *WORKERS)
        case _:
            return rules_for_officer(papers, command.actor, command.officer_id, *WORKERS)


def _takes_it_too(command: Decides | ReviewCommand, transfer: ModelTransfer) -> bool:
    """Who suggests something about what nobody has may take it with that."""
    if not isinstance(command, ProposeDecision) or not command.claims:
        return False
    return transfer.case is None or transfer.case.claimed_by is None


def _is_unsigned(command: Decides | ReviewCommand, transfer: ModelTransfer) -> bool:
    """A signature is somebody's and over what he has read; where it is asked for, one is needed."""
    if not isinstance(command, CAN_BE_SIGNED):
        return False
    if command.signature is None:
        return transfer.product.terms.transfer_terms.signed_decisions
    return command.officer_id is None or command.criteria is None


def _says_nothing(command: Decides | ReviewCommand, transfer: ModelTransfer) -> bool:
    """Under review a decision says what was read."""
    if not isinstance(command, given.ConfirmTransfer | given.RejectTransfer):
        return False
    return "REVIEW" in transfer.product.uses and command.criteria is None


def _rules_of_what_was_read(
    papers: Reviews, command: Decides | ReviewCommand, transfer: ModelTransfer
) -> Applies:
    """A decision may name the version, or what it says, or both; nothing is no answer. Where there
    is review it says what, and the maker has seen the same."""
    stale = transfer.version != command.version
    if not isinstance(command, CAN_BE_SIGNED):
        return [(Refusal.TRANSFER_VERSION_STALE, stale)]
    only_what = command.version is None and command.criteria is not None
    if isinstance(command, ProposeDecision):
        return [(Refusal.TRANSFER_VERSION_STALE, stale and not only_what)]
    now = digest_of(papers.all_that_is_read(transfer))
    differs = command.criteria is not None and command.criteria != now
    case = transfer.case
    if case is not None:
        seen = None if case.suggestion is None else case.suggestion.seen
        differs = command.criteria != now or seen not in (None, now)
    return [
        (Refusal.TRANSFER_VERSION_STALE, stale and not only_what),
        (Refusal.CRITERIA_STALE, differs),
    ]


def _rules_of_its_own(
    papers: Reviews, command: Decides | ReviewCommand, transfer: ModelTransfer
) -> Applies:
    case = transfer.case
    if isinstance(command, ReassignTransfer):
        return []
    free = case is None or case.claimed_by is None
    another = is_anothers(papers, transfer, command.officer_id)
    match command:
        case ClaimTransfer():
            return [(Refusal.CLAIMED_BY_ANOTHER, another)]
        case ReleaseClaim():
            return [(Refusal.NOT_CLAIMED, free), (Refusal.CLAIMED_BY_ANOTHER, another)]
        case ProposeDecision():
            now = digest_of(papers.all_that_is_read(transfer))
            return [
                (Refusal.NOT_CLAIMED, free and not command.claims),
                (Refusal.CLAIMED_BY_ANOTHER, another),
                (Refusal.CRITERIA_STALE, command.criteria != now),
            ]
        case _ if case is None:
            return []
        case _:
            reason = command.reason if isinstance(command, given.RejectTransfer) else None
            made = case.suggestion
            is_his = made is not None and _person(papers, made.by) == _person(
                papers, command.officer_id
            )
            return [
                (Refusal.CLAIMED_BY_ANOTHER, another),
                (Refusal.SAME_PERSON, is_his),
                (Refusal.DECISION_DIFFERS, made is None or made.reason != reason),
            ]


def rules_for_reviewer(
    ledger: Ledger,
    command: Decides | ReturnTransfer,
    transfer: ModelTransfer,
    roles: tuple[str, ...],
) -> Applies:
    """With review an officer in one of these roles decides; without it any officer may, and a key
    that is nobody's."""
    reviewed = "REVIEW" in transfer.product.uses
    if command.officer_id is None:
        return [(Refusal.NOT_PERMITTED, reviewed)]
    if not reviewed:
        return rules_for_officer(ledger, command.actor, command.officer_id)
    return rules_for_officer(ledger, command.actor, command.officer_id, *roles)


def is_anothers(ledger: Ledger, transfer: ModelTransfer, officer_id: OfficerId | None) -> bool:
    """Whether another person works on it."""
    if transfer.case is None or transfer.case.claimed_by is None:
        return False
    return _person(ledger, transfer.case.claimed_by) != _person(ledger, officer_id)


def waiting_for(papers: Reviews) -> list[ModelTransfer]:
    """The applications about which something is suggested."""
    return [transfer for transfer in papers.pending_transfers() if is_waiting(transfer)]


def _person(ledger: Ledger, officer_id: OfficerId | None) -> int | None:
    officer = None if officer_id is None else ledger.officers.get(officer_id)
    return None if officer is None else int(officer.appointed.person)
