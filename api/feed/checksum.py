"""The checksum by which a client knows that its book is ours."""

from collections.abc import Iterable, Sequence
from itertools import islice
from zlib import crc32

from api.feed.limits import CHECKSUM_LEVELS_MAX


def book_checksum(
    *,
    bids: Iterable[Sequence[object]],
    asks: Iterable[Sequence[object]],
    levels_max: int | None = CHECKSUM_LEVELS_MAX,
) -> int:
    """CRC-32 (IEEE, unsigned) of `B|price:quantity|…|A|price:quantity|…`, best level first.

    Over the strings exactly as they are on the wire, so that no client has to format a number.

    Args:
        bids: levels whose first two items are price and quantity as sent; what follows is ignored.
        asks: the same.
        levels_max: how many of each side count; None: all.
    """
    bid_texts = "".join([f"|{level[0]}:{level[1]}" for level in islice(bids, levels_max)])
    ask_texts = "".join([f"|{level[0]}:{level[1]}" for level in islice(asks, levels_max)])
    return crc32(f"B{bid_texts}|A{ask_texts}".encode("ascii"))
