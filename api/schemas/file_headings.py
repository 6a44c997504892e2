"""Trust companies' own headings on the wire."""

from collections.abc import Mapping
from typing import Annotated

from pydantic import Field

from api.schemas.base import Answer, Body, name_of
from api.store.files import FileKind
from registry.trust_company.mapping import Profile


class HeadingsBody(Body):
    """The trust company's own headings in files of one kind."""

    headings: Annotated[
        dict[str, str],
        Field(
            max_length=64,
            description="By field. They replace those that were set before; fields that are left "
            "out have the common headings alone.",
            examples=[{"units": "受益权份额"}],
        ),
    ]


class FileColumn(Answer):
    """A column, and by what headings it is known."""

    field: str
    heading_zh: str
    heading_en: str
    own_heading: Annotated[
        str | None, Field(description="Of the trust company: it is written, and read too.")
    ]
    is_required: bool


class FileColumns(Answer):
    """The columns of one kind of file."""

    file: Annotated[str, name_of(FileKind)]
    columns: list[FileColumn]


class FileHeadings(Answer):
    """The columns of a trust company's files."""

    trust_company_id: str
    items: list[FileColumns]


def file_columns_of(kind: FileKind, profile: Profile) -> FileColumns:
    """The columns of a kind of file as the wire shows them."""
    own: Mapping[str, str] = profile.own_headings
    return FileColumns(
        file=kind.name,
        columns=[
            FileColumn(
                field=column.field,
                heading_zh=column.heading.zh,
                heading_en=column.heading.en,
                own_heading=own.get(column.field),
                is_required=column.is_required,
            )
            for column in profile.columns
        ],
    )
