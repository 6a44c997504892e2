"""Which market modes a venue may run: its licence decides. Source: domain A2, rule VEN-01.

A mode that a licence allows on condition needs an approval, which the venue names when it is
opened. The columns of mainland China rest on 国发 2011 38号 and 国办发 2012 37号.
"""

from collections.abc import Mapping
from typing import Final

from exchange.modes.types import MarketMode, Permission
from exchange.types import VenueProfile

BARRED, CONDITIONAL, ALLOWED = Permission.BARRED, Permission.CONDITIONAL, Permission.ALLOWED

MODES: Final = (
    MarketMode.NEGOTIATED,
    MarketMode.LISTED_PRICE,
    MarketMode.ENGLISH_AUCTION,
    MarketMode.RFQ,
    MarketMode.CALL_AUCTION,
    MarketMode.CONTINUOUS,
)
MATRIX: Final[Mapping[VenueProfile, Mapping[MarketMode, Permission]]] = {
    profile: dict(zip(MODES, permissions, strict=True))
    for profile, permissions in (
        # Negotiated, listed price, English auction, RFQ, call auction, continuous.
        (VenueProfile.SANDBOX, (ALLOWED, ALLOWED, ALLOWED, ALLOWED, ALLOWED, ALLOWED)),
        (VenueProfile.CN_VENUE_38, (ALLOWED, ALLOWED, ALLOWED, CONDITIONAL, BARRED, BARRED)),
        (
            VenueProfile.CN_VENUE_LICENSED,
            (ALLOWED, ALLOWED, ALLOWED, ALLOWED, CONDITIONAL, CONDITIONAL),
        ),
        (VenueProfile.JP_PTS, (CONDITIONAL, ALLOWED, CONDITIONAL, CONDITIONAL, ALLOWED, ALLOWED)),
    )
}


def may_run(profile: VenueProfile, mode: MarketMode, *, is_approved: bool) -> bool:
    """Whether a venue of this licence may run the mode. VEN-01. Cost: O(1).

    Args:
        is_approved: whether the venue names an approval.
    """
    permission = MATRIX[profile][mode]
    return permission is ALLOWED or (permission is CONDITIONAL and is_approved)


def first_mode(profile: VenueProfile, *, is_approved: bool) -> MarketMode:
    """The mode in which a product of this venue begins: CONTINUOUS where it may, else NEGOTIATED,
    which no venue that may not run a book is barred from. Cost: O(1)."""
    if may_run(profile, MarketMode.CONTINUOUS, is_approved=is_approved):
        return MarketMode.CONTINUOUS
    assert may_run(profile, MarketMode.NEGOTIATED, is_approved=is_approved), profile
    return MarketMode.NEGOTIATED
