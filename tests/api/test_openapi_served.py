"""What a venue tells those who write clients."""

from pathlib import Path

from api.openapi import openapi_document
from tests.api.venue import TestVenue


def test_the_venue_serves_its_openapi_document(tmp_path: Path) -> None:
    with TestVenue(tmp_path / "venue") as venue:
        answer = venue.ask("GET", "/openapi.json")
        assert answer.status_code == 200
        assert answer.json() == openapi_document()
