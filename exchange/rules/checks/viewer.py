"""Whom quotes are shown to: VIS-01. The edge asks (api/quote_access.py), before anybody deals."""

from exchange.rules.check import NOT_APPLICABLE, Answer, Aspect, NoParams, check
from exchange.rules.checks.investor import GET_CERTIFIED
from exchange.rules.facts import Deal
from exchange.types import TRADING_KINDS


@check("VIS-01", NoParams, "signed_in", "certified_until_on", looks_at={Aspect.VIEWER})
def viewer_is_certified(deal: Deal, _params: NoParams) -> Answer:
    """Quotes are for investors who have signed in and whose certification holds, on its last day
    too. Who does not trade, as trust companies and the operator, is not asked. Source: 集合办法
    Art. 8."""
    viewer = deal.viewer
    if viewer is None or (viewer.kind is not None and viewer.kind not in TRADING_KINDS):
        return NOT_APPLICABLE
    inputs: dict[str, bool | int] = {"signed_in": viewer.kind is not None}
    holds = False
    if viewer.certification is not None:
        inputs["certified_until_on"] = viewer.certification.valid_until
        holds = deal.day <= viewer.certification.valid_until
    return Answer(holds, inputs, GET_CERTIFIED)
