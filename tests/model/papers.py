"""What the rulebook wants of a product before it is traded, and of a transfer's papers, typed from
its words (domain A2, D1): no packs, no facts, no stages but those named."""

from __future__ import annotations

from dataclasses import dataclass, field

from tests.model.market import permission

OF_CHINA = {"CN-2007", "CN-AMT-2025D"}
OF_VENUES = {"CN-VENUE-38": "CN_VENUE_38", "CN-VENUE-LICENSED": "CN_VENUE_LICENSED"}


@dataclass(frozen=True, kw_only=True)
class Applicant:
    """A product that wants to be traded."""

    signed_off: bool
    code: str | None
    licence: str
    approved: bool
    mode: str
    lot: int
    called_expected_yield: bool


def not_admitted(packs: set[str], who: Applicant) -> set[str]:
    """Which rules of these packs keep the product from being traded."""
    against = set()
    if packs & OF_CHINA and (not who.signed_off or who.code is None):
        against.add("PRD-01")
    if "CN-AMT-2025D" in packs and who.called_expected_yield:
        against.add("PRD-06")
    for pack, licence in OF_VENUES.items():
        says = {permission(each, who.mode) for each in (licence, who.licence)}
        if pack in packs and ("N" in says or ("C" in says and not who.approved)):
            against.add("VEN-01")
    if "CN-VENUE-38" in packs and who.lot > 1:
        against.add("VEN-05")
    return against


@dataclass(kw_only=True)
class Side:
    """One party to a transfer, and what has come in about it."""

    buys: bool
    is_natural: bool
    both_have_signed: bool
    hours_to_withdraw: int
    own_account: bool
    papers: set[tuple[str, str]] = field(default_factory=set)
    """What, and whose: SELLER, BUYER or BOTH."""

    def has(self, kind: str) -> bool:
        mine = "BUYER" if self.buys else "SELLER"
        return bool({(kind, mine), (kind, "BOTH")} & self.papers)


def lacking(packs: set[str], side: Side, *, settles: bool) -> set[str]:
    """Which rules of these packs keep the transfer from the trust company, or from its effect,
    because of this party."""
    against = set()
    has_venue = bool(packs & {*OF_VENUES, "JP-TBI"})
    if has_venue and not side.own_account:
        against.add("AML-03")
    if settles:
        if "JP-TBI" in packs and not side.buys and not side.has("FIXED_DATE"):
            against.add("REG-04")
        return against
    if has_venue and not (side.buys and side.is_natural) and not side.has("AUTHORITY"):
        against.add("OWN-04")
    if not packs & OF_CHINA:
        return against
    if not side.has("NO_REPURCHASE"):
        against.add("PTY-03")
    if side.buys and not side.has("OWN_FUNDS"):
        against.add("QI-03")
    if side.buys and side.is_natural:
        if not (side.has("RISK_STATEMENT") and side.has("DUAL_RECORDING")):
            against.add("SUI-04")
        if not side.both_have_signed or side.hours_to_withdraw < 24:
            against.add("SUI-05")
    return against
