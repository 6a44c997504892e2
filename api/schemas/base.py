"""What every body on the wire has in common, and pages of them."""

import base64
import binascii
import re
from enum import Enum
from typing import Annotated, Final, Generic, Literal, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field
from pydantic.config import JsonDict
from pydantic.fields import FieldInfo
from pydantic_core import PydanticCustomError

from api.errors import invalid_parameter

PAGE_ITEMS_MAX: Final = 500
PAGE_ITEMS_DEFAULT: Final = 100
KEY_PATTERN: Final = r"^[!-~]{1,64}$"
"""Of keys that clients make: printable ASCII without the space."""
SYMBOL_PATTERN: Final = r"^[A-Z0-9][A-Z0-9.-]{1,31}$"
LINE_PATTERN: Final = (
    r"^[^\x00-\x1f\x7f-\x9f\u2028\u2029]*"
    r"[^\x00-\x1f\x7f-\x9f\u2028\u2029\s]"
    r"[^\x00-\x1f\x7f-\x9f\u2028\u2029]*$"
)
"""Any script, no control characters, and not blanks alone."""

ListOrder = Literal["OLDEST", "NEWEST"]
"""Which of a list comes first."""

Item = TypeVar("Item")


class Body(BaseModel):
    """What a client sends: exactly the declared fields, of exactly the declared types."""

    model_config = ConfigDict(
        extra="forbid", strict=True, frozen=True, use_attribute_docstrings=True
    )


class Answer(BaseModel):
    """What we send. Clients ignore fields that they do not know: more may come."""

    model_config = ConfigDict(frozen=True, use_attribute_docstrings=True)


class Page(Answer, Generic[Item]):
    """A part of a list."""

    # Where a page of something is named, to look for docstrings costs 20 ms and finds none.
    model_config = ConfigDict(use_attribute_docstrings=False)

    items: list[Item]
    next_cursor: Annotated[
        str | None, Field(description="Ask with it for what follows; null at the end.")
    ]


def name_of(enum: type[Enum]) -> FieldInfo:
    """The field of an answer that is a member's name."""
    names = [member.name for member in enum]

    def add_names(schema: JsonDict) -> None:
        """Where there may be none, the list is the text's: `null` is no name, and beside the two
        the list would forbid it."""
        match schema:
            case {"anyOf": [dict() as text, {"type": "null"}]}:
                text["enum"] = [*names]
            case _:
                schema["enum"] = [*names]

    field: FieldInfo = Field(json_schema_extra=add_names)
    return field


def _check_integer(value: object) -> object:
    if isinstance(value, str) and re.fullmatch(r"0|[1-9][0-9]{0,8}", value, re.ASCII):
        return int(value)
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    raise PydanticCustomError("must_be_integer", "Must be plain ASCII digits.")


PlainInteger = Annotated[int, BeforeValidator(_check_integer)]
"""An integer in a query: `int()` would take "1_0", " 1" and digits of any script."""

SymbolText = Annotated[
    str, Field(pattern=SYMBOL_PATTERN, max_length=32, examples=["DEMO-ZXD-2026-000123"])
]
Name = Annotated[str, Field(pattern=LINE_PATTERN, max_length=120)]
ClientKey = Annotated[str, Field(pattern=KEY_PATTERN, max_length=64, examples=["a3f1-0001"])]


def encode_cursor(*last: int) -> str:
    """An opaque text that says where the next page starts."""
    text = ":".join(map(str, (1, *last)))
    return base64.urlsafe_b64encode(text.encode("ascii")).decode("ascii").rstrip("=")


def decode_cursor(cursor: str | None, *, start: int) -> int:
    """The id after which the page starts: `start` without a cursor."""
    return start if cursor is None else decode_numbers(cursor, count=1)[0]


def decode_numbers(cursor: str, *, count: int) -> tuple[int, ...]:
    """So many numbers as `encode_cursor` was given; ends the request if the cursor is none."""
    try:
        decoded = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        decoded = b""
    version, *numbers = decoded.split(b":")
    well_formed = all(re.fullmatch(rb"[0-9]{1,18}", number) for number in numbers)
    if version != b"1" or len(numbers) != count or not well_formed:
        raise invalid_parameter(
            "invalid_cursor", detail="A cursor is passed on as it came.", parameter="cursor"
        )
    return tuple(map(int, numbers))
