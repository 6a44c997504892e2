"""What buyer, seller, trust company and operator may do with a deal before it is decided, as the
rulebook of tests/model/transfer.py has it: who, when not, and what is noted."""

from __future__ import annotations

from exchange import transfer_commands as given
from exchange.refusals import Refusal
from exchange.types import PartyId, PartyKind
from registry.transfer import Overlay, Who
from tests.model.days import end_after
from tests.model.deals import Deals
from tests.model.ledger import OPERATOR, Ledger, ModelTransfer
from tests.model.liens import Liens
from tests.model.preemption import answer, rules_for_answer
from tests.model.redemption import redeem, rules_for_redemption
from tests.model.reversal import rules_for_reversal, undo
from tests.model.review import is_anothers, rules_for_reviewer
from tests.model.transfer import BEFORE_CONFIRMATION, WHO_SETS, outcome

PARTIES = {"BUYER", "SELLER"}
EVENTS: dict[type, str] = {
    given.SignAgreement: "SIGN",
    given.FundTransfer: "FUND",
    given.ResubmitTransfer: "RESUBMIT",
    given.RescindTransfer: "RESCIND",
    given.SetOverlay: "SET_OVERLAY",
    given.LiftOverlay: "LIFT_OVERLAY",
    given.CancelTrade: "CANCEL",
    given.DeclareSellerDefault: "SELLER_DEFAULT",
    given.ReturnTransfer: "RETURN",
    given.AcknowledgeRegistration: "REGISTER",
    given.RedeemTransfer: "REDEEM",
}
WHO: dict[type, set[str]] = {
    given.SignAgreement: PARTIES,
    given.CancelTransfer: PARTIES,
    given.FundTransfer: {"BUYER"},
    given.ResubmitTransfer: PARTIES | {"OPERATOR"},
    given.RescindTransfer: {"BUYER"},
    given.CancelTrade: {"OPERATOR"},
    given.DeclareSellerDefault: {"OPERATOR"},
    given.ReturnTransfer: {"TRUST_COMPANY"},
    given.AcknowledgeRegistration: {"TRUST_COMPANY"},
    given.RedeemTransfer: {"TRUST_COMPANY"},
}


class Steps(Liens):
    """The deals with everything that may happen on their way."""

    def step(self, command: given.TransferCommand) -> None:
        """What the command notes, and the event that it causes."""
        transfer = self.transfers[command.transfer_id]
        if isinstance(command, given.ReverseTransfer):
            undo(self, transfer, command)
            return
        if isinstance(command, given.AnswerPreemption):
            answer(self, transfer, command)
            return
        if isinstance(command, given.RedeemTransfer):
            redeem(self, transfer, command)
            return
        role = role_of(transfer, command.actor)
        event = event_of(self, command, transfer, role)
        officer = getattr(command, "officer", None)
        match command:
            case given.SignAgreement():
                transfer.signed.add(role)
            case given.FundTransfer():
                transfer.funded = True
            case given.SetOverlay():
                self.set_overlay(transfer, str(command.overlay.name), role)
            case given.LiftOverlay():
                transfer.overlays.remove(str(command.overlay.name))
            case given.ReturnTransfer():
                transfer.returns += 1
                transfer.returned_to = names(command.returned_to)
                transfer.return_reason = command.reason
            case _:
                pass
        if event in {"SIGN", "FUND", "RESUBMIT"} and role in PARTIES:
            transfer.consented = set()
        if event == "CONSENT":
            transfer.consented.add(role)
        self.happens(transfer, event, officer=officer)

    def set_overlay(self, transfer: ModelTransfer, overlay: str, role: str) -> None:
        transfer.overlays.add(overlay)
        terms = transfer.product.terms.transfer_terms
        if overlay == "DISPUTED":
            transfer.disputed_by = role
        if overlay == "CORPORATE_EVENT" and transfer.state.name in BEFORE_CONFIRMATION:
            calendar = self.calendar_of(transfer)
            transfer.rescind_until_ns = end_after(calendar, self.at_ns, terms.rescission_days)


def rules_for_step(ledger: Deals, command: given.TransferCommand) -> list[tuple[Refusal, bool]]:
    """Each refusal, and whether it applies."""
    if isinstance(command, given.ReverseTransfer):
        return rules_for_reversal(ledger, command)
    if isinstance(command, given.AnswerPreemption):
        return rules_for_answer(ledger, command)
    transfer = ledger.transfers.get(command.transfer_id)
    known = ledger.pending_transfers()
    if isinstance(command, given.AcknowledgeRegistration):
        known = known + ledger.unregistered_transfers()
    if transfer is None or transfer not in known:
        return [(Refusal.UNKNOWN_TRANSFER, True)]
    role = role_of(transfer, command.actor)
    if not role:
        return [(Refusal.UNKNOWN_TRANSFER, True)]
    event = event_of(ledger, command, transfer, role)
    found = outcome(transfer.state.name, event, transfer.product.uses)
    stops = found is not None and not found.goes_on_under_an_overlay
    return [
        (Refusal.NOT_PERMITTED, role not in who_may(command, transfer)),
        # An acknowledgement by a sheet names no version.
        (Refusal.TRANSFER_VERSION_STALE, command.version not in (None, transfer.version)),
        (Refusal.TRANSFER_NOT_IN_STATE, found is None),
        (Refusal.TRANSFER_HELD, bool(transfer.overlays) and stops),
        *_rules_of_its_own(ledger, command, transfer, role),
    ]


def _rules_of_its_own(
    ledger: Deals, command: given.TransferCommand, transfer: ModelTransfer, role: str
) -> list[tuple[Refusal, bool]]:
    match command:
        case given.SignAgreement():
            return [(Refusal.ALREADY_DONE, role in transfer.signed)]
        case given.CancelTransfer():
            consents = event_of(ledger, command, transfer, role) == "CONSENT"
            return [(Refusal.ALREADY_DONE, consents and role in transfer.consented)]
        case given.FundTransfer():
            due, has = transfer.cost - transfer.paid, ledger.money_available(command.actor)
            return [(Refusal.MONEY_NOT_AVAILABLE, due > has)]
        case given.SetOverlay():
            return [(Refusal.ALREADY_DONE, str(command.overlay.name) in transfer.overlays)]
        case given.LiftOverlay():
            absent = str(command.overlay.name) not in transfer.overlays
            return [
                (Refusal.TRANSFER_HELD, absent and bool(transfer.overlays)),
                (Refusal.ALREADY_DONE, absent),
            ]
        case given.RescindTransfer():
            return [(Refusal.NOT_RESCINDABLE, not may_rescind(ledger, transfer))]
        case given.RedeemTransfer():
            return rules_for_redemption(ledger, command, transfer)
        case given.ResubmitTransfer():
            return [(Refusal.DOCUMENTS_MISSING, bool(ledger.lacking(transfer)))]
        case given.ReturnTransfer():
            most = transfer.product.terms.transfer_terms.returns_max
            named = names(command.returned_to)
            return [
                (Refusal.RETURN_OUT_OF_RANGE, not named or not named <= PARTIES),
                (Refusal.RETURNS_MAX, transfer.returns >= most),
                *rules_for_reviewer(ledger, command, transfer, ("MAKER", "CHECKER")),
                (
                    Refusal.CLAIMED_BY_ANOTHER,
                    is_anothers(ledger, transfer, command.officer_id),
                ),
            ]
        case _:
            return []


def may_rescind(ledger: Deals, transfer: ModelTransfer) -> bool:
    """After the longest time of an overlay; for some days after a corporate event, too."""
    until_ns = transfer.rescind_until_ns
    if transfer.is_overdue or until_ns is None:
        return transfer.is_overdue
    if ledger.gap is not None and ledger.was_down_at(until_ns):
        until_ns = end_after(ledger.calendar_of(transfer), ledger.gap[1], 1)
    return ledger.at_ns < until_ns


def who_may(command: given.TransferCommand, transfer: ModelTransfer) -> set[str]:
    """In which roles a command is given; an overlay has its own, and a dispute is lifted by who
    raised it or by the trust company."""
    if not isinstance(command, given.SetOverlay | given.LiftOverlay):
        return WHO[type(command)]
    sets = set(WHO_SETS.get(str(command.overlay.name), "").upper().split())
    if isinstance(command, given.LiftOverlay) and command.overlay is Overlay.DISPUTED:
        return sets & {"TRUST_COMPANY", transfer.disputed_by}
    return sets


def event_of(
    ledger: Ledger, command: given.TransferCommand, transfer: ModelTransfer, role: str
) -> str:
    """What the command would cause."""
    if not isinstance(command, given.CancelTransfer):
        return EVENTS[type(command)]
    hours = transfer.product.terms.transfer_terms.cooling_off_hours
    natural = ledger.kinds[transfer.buy.party_id] is PartyKind.NATURAL_PERSON
    agreeing = transfer.state.name == "AGREEMENT_PENDING" and not transfer.waits_for_papers
    if role == "BUYER" and agreeing and natural and hours > 0:
        return "WITHDRAW"
    return "CANCEL" if transfer.consented == PARTIES - {role} else "CONSENT"


def role_of(transfer: ModelTransfer, party_id: PartyId) -> str:
    """What the party is in the deal, or nothing."""
    roles = {
        transfer.buy.party_id: "BUYER",
        transfer.sell.party_id: "SELLER",
        transfer.product.terms.trust_company_id: "TRUST_COMPANY",
        OPERATOR: "OPERATOR",
    }
    return roles.get(party_id, "")


def names(who: Who) -> set[str]:
    """Each by its name; a number that nobody has by itself."""
    known = {str(each.name) for each in Who if each in who}
    return known if who.value < 128 else known | {"UNKNOWN"}
