"""What is missing, as the wire shows it."""

from api.schemas.base import Answer
from api.schemas.decimals import Decimal, format_decimal


class Means(Answer):
    """What there is, what more it would take, and what of it is missing: yuan, or units. What
    stands behind the order already is not counted."""

    available: Decimal
    needed: Decimal
    missing: Decimal


def means_shown(*, available: int, needed: int, scale: int) -> Means:
    """Fen, or units, as the wire shows them.

    Args:
        scale: decimals of the amounts.
    """
    return Means(
        available=format_decimal(available, scale=scale),
        needed=format_decimal(needed, scale=scale),
        missing=format_decimal(needed - available, scale=scale),
    )
