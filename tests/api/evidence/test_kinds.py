"""What may be handed in is every kind of document that there is."""

from __future__ import annotations

from typing import get_args

from api.schemas.evidence import KindName
from registry.terms import DocumentKind


def test_every_kind_of_document_may_be_handed_in() -> None:
    assert set(get_args(KindName)) == set(DocumentKind.__members__)
