"""An act as the checker sees it: every field that it has, in the forms of the wire.

Nothing of it can be left out, because the fields are read from the act's own type: what a type is
called says how its numbers are written.
"""

from collections.abc import Callable
from enum import Enum, Flag
from functools import cache
from types import NoneType, UnionType
from typing import Any, Final, Union, get_args, get_origin, get_type_hints

import msgspec

from api.schemas.decimals import (
    format_day,
    format_decimal,
    format_moment,
    format_money,
    format_price,
)
from exchange.clearance_types import ClearanceId
from exchange.commands import AnyAct
from exchange.evidence_types import EvidenceLinkId
from exchange.halt_types import HaltId
from exchange.money_types import BankAccountId, PaymentId, WithdrawalId
from exchange.types import Fen, OfficerId, PartyId, PersonId
from matching import Price, Quantity
from registry.types import (
    DayNumber,
    EncumbranceId,
    HolderId,
    LotId,
    ProductId,
    TimeNs,
    TransferId,
    Units,
)

Json = None | bool | int | str | list["Json"] | dict[str, "Json"]


def _money(amount: int) -> str:
    return format_money(amount) if amount >= 0 else f"-{format_money(-amount)}"


FORMS: Final[dict[object, Callable[[Any], Json]]] = {
    Fen: _money,
    Price: format_price,
    TimeNs: format_moment,
    DayNumber: format_day,
    **dict.fromkeys((BankAccountId, ClearanceId, HaltId, PaymentId, WithdrawalId), str),
    **dict.fromkeys((PartyId, HolderId, OfficerId, PersonId, ProductId, LotId, TransferId), str),
    **dict.fromkeys((EncumbranceId, EvidenceLinkId), str),
    **dict.fromkeys((int, str, bool), lambda value: value),
    bytes: bytes.hex,
}
"""How a value is written, by the name of its type."""
COUNTED: Final = (Units, Quantity)
"""Numbers in a product's smallest unit."""
UNIONS: Final = (Union, UnionType)
COUNTED_NAMES: Final = frozenset({"units"})
MONEY_NAMES: Final = frozenset({"principal", "cost", "maximum"})
"""In the register, whose money is plain numbers of fen."""
NOT_SHOWN: Final = frozenset({"actor", "key"})
"""Of a command: who gives it is the operator, and the key is the client's."""


def act_shown(act: AnyAct, *, scale_of: Callable[[ProductId], int]) -> dict[str, Json]:
    """The act's fields by name, and its type."""
    product_id = getattr(act, "product_id", None)
    scale: int = getattr(act, "quantity_scale", 0) if product_id is None else scale_of(product_id)
    return {"type": type(act).__name__, **_members(act, scale)}


def _members(struct: msgspec.Struct, scale: int) -> dict[str, Json]:
    hints = _hints(type(struct))
    return {
        name: _shown(getattr(struct, name), hint=hints[name], name=name, scale=scale)
        for name in struct.__struct_fields__
        if name not in NOT_SHOWN
    }


def _shown(value: object, *, hint: object, name: str, scale: int) -> Json:
    if value is None:
        return None
    choices = [each for each in get_args(hint) if each is not NoneType]
    is_one_of_several = get_origin(hint) in UNIONS and len(choices) > 1
    if NoneType in get_args(hint) and not is_one_of_several:
        (hint,) = choices
    if isinstance(value, tuple):
        return [_shown(each, hint=choices[0], name=name, scale=scale) for each in value]
    if isinstance(value, msgspec.Struct):
        kind = {"type": type(value).__name__} if is_one_of_several else {}
        return {**kind, **_members(value, scale)}
    if is_one_of_several:
        return str(value)
    if isinstance(value, Flag):
        return [str(member.name) for member in value]
    if isinstance(value, Enum):
        return value.name
    if isinstance(value, int) and (hint in COUNTED or name in COUNTED_NAMES):
        return format_decimal(value, scale=scale)
    if isinstance(value, int) and name in MONEY_NAMES:
        return _money(value)
    return FORMS[hint](value)


@cache
def _hints(kind: type) -> dict[str, Any]:
    return get_type_hints(kind)
