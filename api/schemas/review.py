"""What a trust company's officers do with a transfer under review, on the wire."""

from api.schemas.base import Body
from api.schemas.decimals import IdText
from api.schemas.decisions import DecisionBody
from api.schemas.signed_decisions import CriteriaText, SignatureText


class ReassignBody(Body):
    """Who has the transfer from now on."""

    officer_id: IdText


class ProposeDecisionBody(DecisionBody):
    """What a maker proposes to decide."""

    criteria: CriteriaText
    signature: SignatureText | None = None
