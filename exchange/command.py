"""What every command has. The commands are in exchange/commands.py."""

import msgspec

from exchange.types import PartyId


class Command(
    msgspec.Struct, frozen=True, kw_only=True, array_like=True, forbid_unknown_fields=True, gc=False
):
    """What every command has.

    `actor` is the party that gives the command, as the edge has authenticated it; `key` was made
    by the client, at most 64 printable ASCII characters: the same key and the same body get the
    same answer, once.
    """

    actor: PartyId
    key: str
