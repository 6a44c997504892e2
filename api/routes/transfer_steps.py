"""What parties, trust company and operator do with a transfer besides deciding it."""

from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Path, Response

from api.auth.principal import Principal
from api.dependencies import (
    GivenServices,
    IdempotencyKey,
    IdInPath,
    IfMatch,
    Operator,
    Services,
    SignedIn,
    Trader,
    TrustCompany,
    etag_of,
    version_in,
)
from api.four_eyes import act_responses, propose
from api.responses import COMMAND, problems
from api.routes.transfers import submit_about_transfer
from api.schemas.transfer_steps import (
    OverlayBody,
    OverlayName,
    RedemptionBody,
    ReturnBody,
    TransferStep,
    step_of,
)
from api.strict_input import StrictRoute
from api.submission import mark_replayed, money_in, what_happened
from exchange.limits import DEPOSIT_MAX
from exchange.transfer_commands import (
    AcknowledgeRegistration,
    CancelTrade,
    CancelTransfer,
    DeclareSellerDefault,
    FundTransfer,
    LiftOverlay,
    RedeemTransfer,
    RescindTransfer,
    ResubmitTransfer,
    ReturnTransfer,
    SetOverlay,
    SignAgreement,
    TransferCommand,
)
from exchange.types import ReturnReason
from registry.transfer import Overlay, Who
from registry.types import TransferId

STEP_PROBLEMS: Final = problems(*COMMAND, 404, 409, 412, 428)

router = APIRouter(route_class=StrictRoute, tags=["transfers"])


@dataclass(frozen=True, slots=True)
class Named:
    """Which transfer a step is about, as of which version, and the step's key."""

    transfer_id: TransferId
    key: str
    if_match: str

    @property
    def version(self) -> int:
        """The version that was read; ends the request if it cannot be one of ours."""
        return version_in(self.if_match)


async def named_transfer(
    idempotency_key: IdempotencyKey, if_match: IfMatch, transfer_id: IdInPath
) -> Named:
    """What every step names. Its version is looked at when nothing is wrong with the rest."""
    return Named(TransferId(int(transfer_id)), idempotency_key, if_match)


# Given like the transfer, so that the API's description names it after the transfer: clients that
# are made of the description may take the two by their place.
async def named_overlay(overlay: Annotated[OverlayName, Path()]) -> Overlay:
    """The overlay in the path."""
    return Overlay[overlay]


NamedTransfer = Annotated[Named, Depends(named_transfer)]
NamedOverlay = Annotated[Overlay, Depends(named_overlay)]


@router.post(
    "/v1/transfers/{transfer_id}/sign",
    operation_id="sign_agreement",
    responses=STEP_PROBLEMS,
)
async def sign_agreement(
    response: Response,
    services: GivenServices,
    trader: Trader,
    named: NamedTransfer,
) -> TransferStep:
    """Sign the transfer agreement. For the buyer and the seller."""
    command = SignAgreement(
        actor=trader.party_id,
        key=named.key,
        transfer_id=named.transfer_id,
        version=named.version,
    )
    return await _take(response, services, trader, command)


@router.post(
    "/v1/transfers/{transfer_id}/fund",
    operation_id="fund_transfer",
    responses=STEP_PROBLEMS,
)
async def fund_transfer(
    response: Response,
    services: GivenServices,
    trader: Trader,
    named: NamedTransfer,
) -> TransferStep:
    """Put the rest that is due in escrow, where the match took a deposit. For the buyer."""
    command = FundTransfer(
        actor=trader.party_id,
        key=named.key,
        transfer_id=named.transfer_id,
        version=named.version,
    )
    return await _take(response, services, trader, command)


@router.post(
    "/v1/transfers/{transfer_id}/cancel",
    operation_id="cancel_transfer",
    responses=STEP_PROBLEMS,
)
async def cancel_transfer(
    response: Response,
    services: GivenServices,
    trader: Trader,
    named: NamedTransfer,
) -> TransferStep:
    """Agree to cancel. For the buyer and the seller.

    When the other has agreed too, everything goes back. A natural buyer in his cooling-off needs
    nobody else: he withdraws.
    """
    command = CancelTransfer(
        actor=trader.party_id,
        key=named.key,
        transfer_id=named.transfer_id,
        version=named.version,
    )
    return await _take(response, services, trader, command)


@router.post(
    "/v1/transfers/{transfer_id}/rescind",
    operation_id="rescind_transfer",
    responses=STEP_PROBLEMS,
)
async def rescind_transfer(
    response: Response,
    services: GivenServices,
    trader: Trader,
    named: NamedTransfer,
) -> TransferStep:
    """Have everything back, fees too, after an overlay's longest time or a corporate event. For the
    buyer.
    """
    command = RescindTransfer(
        actor=trader.party_id,
        key=named.key,
        transfer_id=named.transfer_id,
        version=named.version,
    )
    return await _take(response, services, trader, command)


@router.post(
    "/v1/transfers/{transfer_id}/return",
    operation_id="return_transfer",
    responses=STEP_PROBLEMS,
)
async def return_transfer(
    response: Response,
    services: GivenServices,
    officer: TrustCompany,
    named: NamedTransfer,
    body: ReturnBody,
) -> TransferStep:
    """Have the pack completed before deciding. For the trust company."""
    command = ReturnTransfer(
        actor=officer.party_id,
        key=named.key,
        transfer_id=named.transfer_id,
        version=named.version,
        officer=officer.key_id,
        officer_id=officer.officer_id,
        reason=ReturnReason[body.reason],
        returned_to=reduce(or_, (Who[side] for side in body.returned_to)),
    )
    return await _take(response, services, officer, command)


@router.post(
    "/v1/transfers/{transfer_id}/resubmit",
    operation_id="resubmit_transfer",
    responses=STEP_PROBLEMS,
)
async def resubmit_transfer(
    response: Response,
    services: GivenServices,
    principal: SignedIn,
    named: NamedTransfer,
) -> TransferStep:
    """The pack is complete. For buyer, seller and operator."""
    command = ResubmitTransfer(
        actor=principal.party_id,
        key=named.key,
        transfer_id=named.transfer_id,
        version=named.version,
    )
    return await _take(response, services, principal, command)


@router.post(
    "/v1/transfers/{transfer_id}/overlays",
    operation_id="set_overlay",
    responses=STEP_PROBLEMS,
)
async def set_overlay(
    response: Response,
    services: GivenServices,
    principal: SignedIn,
    named: NamedTransfer,
    body: OverlayBody,
) -> TransferStep:
    """Stop the clocks of a transfer.

    HELD and CORPORATE_EVENT: the trust company; HALTED: it and the operator; DISPUTED: it and the
    parties; AML_HOLD: the operator.
    """
    command = SetOverlay(
        actor=principal.party_id,
        key=named.key,
        transfer_id=named.transfer_id,
        version=named.version,
        overlay=Overlay[body.overlay],
        officer=principal.key_id,
    )
    return await _take(response, services, principal, command)


@router.delete(
    "/v1/transfers/{transfer_id}/overlays/{overlay}",
    operation_id="lift_overlay",
    responses=STEP_PROBLEMS,
)
async def lift_overlay(
    response: Response,
    services: GivenServices,
    principal: SignedIn,
    named: NamedTransfer,
    overlay: NamedOverlay,
) -> TransferStep:
    """What stopped the clocks is over: with the last overlay they go on, a working day at least.

    For whoever may set it; a dispute for who raised it and the trust company.
    """
    command = LiftOverlay(
        actor=principal.party_id,
        key=named.key,
        transfer_id=named.transfer_id,
        version=named.version,
        overlay=overlay,
        officer=principal.key_id,
    )
    return await _take(response, services, principal, command)


@router.post(
    "/v1/transfers/{transfer_id}/cancel-trade",
    operation_id="cancel_trade",
    response_model=TransferStep,
    responses=act_responses(*COMMAND, 404, 409, 412, 428),
)
async def cancel_trade(
    response: Response,
    services: GivenServices,
    operator: Operator,
    named: NamedTransfer,
) -> TransferStep | Response:
    """Cancel an erroneous trade before it settles: everything goes back. For the operator."""
    command = CancelTrade(
        actor=operator.party_id,
        key=named.key,
        transfer_id=named.transfer_id,
        version=named.version,
        officer=operator.key_id,
    )
    proposed = await propose(services, operator, command)
    return proposed or await _take(response, services, operator, command)


@router.post(
    "/v1/transfers/{transfer_id}/seller-default",
    operation_id="declare_seller_default",
    response_model=TransferStep,
    responses=act_responses(*COMMAND, 404, 409, 412, 428),
)
async def declare_seller_default(
    response: Response,
    services: GivenServices,
    operator: Operator,
    named: NamedTransfer,
) -> TransferStep | Response:
    """The units were not the seller's to sell: the buyer has everything back. For the operator."""
    command = DeclareSellerDefault(
        actor=operator.party_id,
        key=named.key,
        transfer_id=named.transfer_id,
        version=named.version,
        officer=operator.key_id,
    )
    proposed = await propose(services, operator, command)
    return proposed or await _take(response, services, operator, command)


@router.post(
    "/v1/transfers/{transfer_id}/registration",
    operation_id="acknowledge_registration",
    responses=STEP_PROBLEMS,
)
async def acknowledge_registration(
    response: Response,
    services: GivenServices,
    officer: TrustCompany,
    named: NamedTransfer,
) -> TransferStep:
    """The change registration of a settled transfer is done. For the trust company."""
    command = AcknowledgeRegistration(
        actor=officer.party_id,
        key=named.key,
        transfer_id=named.transfer_id,
        version=named.version,
        officer=officer.key_id,
    )
    return await _take(response, services, officer, command)


@router.post(
    "/v1/transfers/{transfer_id}/redemption",
    operation_id="redeem_transfer",
    responses=STEP_PROBLEMS,
)
async def redeem_transfer(
    response: Response,
    services: GivenServices,
    officer: TrustCompany,
    named: NamedTransfer,
    body: RedemptionBody,
) -> TransferStep:
    """Settle a confirmed transfer whose plan has ended: the seller has the price, and the units are
    paid out to the buyer. For the trust company, from the money that it has at the venue."""
    command = RedeemTransfer(
        actor=officer.party_id,
        key=named.key,
        transfer_id=named.transfer_id,
        version=named.version,
        proceeds=money_in(body.proceeds, pointer="/proceeds", amount_max=DEPOSIT_MAX),
        officer=officer.key_id,
    )
    return await _take(response, services, officer, command)


async def _take(
    response: Response, services: Services, principal: Principal, command: TransferCommand
) -> TransferStep:
    outcome = await submit_about_transfer(services, principal, command)
    event = what_happened(outcome)
    mark_replayed(response, outcome)
    response.headers["ETag"] = etag_of(event.version)
    terms = services.exchange.view.products[event.product_id].terms
    return step_of(event, terms, principal, at_ns=outcome.at_ns)
