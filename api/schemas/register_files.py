"""Files of a trust company's register on the wire."""

from typing import Annotated

from pydantic import Field

from api.schemas.base import Answer, Body, name_of
from api.schemas.decimals import Decimal, Moment
from registry.posting import Posting

CONTENT_LENGTH_MAX = 700_000

Content = Annotated[
    str,
    Field(
        min_length=1,
        max_length=CONTENT_LENGTH_MAX,
        description="The file's bytes in base64: CSV in UTF-8 or GB18030, or XLSX.",
    ),
]
Signature = Annotated[
    str,
    Field(
        pattern=r"^[A-Za-z0-9+/]{86}==$",
        max_length=88,
        description="Ed25519 over the file's bytes, in base64, by a key that is registered for the "
        "product's trust company.",
    ),
]


class RegisterFileBody(Body):
    """A file of the trust company's register, with its signature."""

    content: Content
    signature: Signature


class RegisterFilePreviewBody(Body):
    """A file of the trust company's register, perhaps not signed yet."""

    content: Content
    signature: Signature | None = None


class RegisterImport(Answer):
    """A file that is posted: all of its rows."""

    file_sha256: str
    symbol: str
    file: Annotated[str, name_of(Posting)]
    rows: int
    lots: Annotated[list[str], Field(description="The new ones, in the order of their rows.")]
    encumbrances: Annotated[
        list[str], Field(description="The new pledges and freezes, in the order of their rows.")
    ]
    units_outstanding: Decimal
    principal_outstanding: Decimal
    signing_key_id: str
    sequence: Annotated[str, Field(description="Of the register, with the file's changes.")]
    posted_at: Moment


class RegisterFileFault(Answer):
    """One thing that is wrong with a file."""

    line: Annotated[
        int | None, Field(description="The row, as a spreadsheet counts; null: the file.")
    ]
    column: str | None
    code: str
    detail: str


class RegisterFilePreview(Answer):
    """What would become of a file."""

    file_sha256: str
    symbol: str | None
    file: Annotated[str | None, name_of(Posting)]
    rows: int | None
    units_outstanding: Annotated[Decimal | None, Field(description="As the file states.")]
    signing_key_id: Annotated[
        str | None, Field(description="Whose signature it has; null: nobody's that is known.")
    ]
    accepted: Annotated[bool, Field(description="It would be posted now, were it signed.")]
    faults: list[RegisterFileFault]
