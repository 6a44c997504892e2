"""A file is known by how it begins, and taken as nothing else."""

from __future__ import annotations

import pytest

from api.evidence.types import KINDS, media_type_of
from exchange.evidence_types import MediaType
from tests.api.evidence.files import BEGINNINGS

ALSO = {
    ("video/mp4", "audio/mp4"),  # some phones give sound alone the brand of any MP4
}


def test_every_type_has_a_kind() -> None:
    assert set(KINDS) == set(MediaType)
    assert {kind.name for kind in KINDS.values()} == set(BEGINNINGS)


@pytest.mark.parametrize("name", BEGINNINGS)
def test_a_file_fits_its_own_type_and_no_other(name: str) -> None:
    fitting = {kind.name for kind in KINDS.values() if kind.fits(BEGINNINGS[name])}
    also = {other for begins, other in ALSO if begins == name}
    # What begins like text is text too.
    text = {"text/csv"} if name in {"application/xml", "application/pdf"} else set()
    assert fitting == {name} | also | text


@pytest.mark.parametrize("head", [b"", b"\x00", b"MZ\x90\x00", b"<html>\x00", b"PK\x03\x04zip"])
def test_what_is_of_no_type_fits_none(head: bytes) -> None:
    assert [kind.name for kind in KINDS.values() if kind.fits(head)] == []


@pytest.mark.parametrize(
    ("content_type", "expected"),
    [
        ("application/pdf", MediaType.PDF),
        (" Application/PDF ; charset=binary", MediaType.PDF),
        ("text/csv; charset=gb18030", MediaType.CSV),
        ("text/html", None),
        ("application/pdf2", None),
        ("", None),
    ],
)
def test_a_content_type_names_a_type(content_type: str, expected: MediaType | None) -> None:
    assert media_type_of(content_type) is expected
