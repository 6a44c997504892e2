"""`trustex verify --evidence` reads every file that was ever referred to."""

from __future__ import annotations

from pathlib import Path

import pytest

from api.evidence.audit import audit
from api.founding import DATABASE, EVIDENCE
from exchange.evidence_types import EvidenceFault
from tests.api.command_line import trustex_here
from tests.api.evidence.files import PDF, attached, upload
from tests.api.venue import TestVenue


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    """A venue with three files that are referred to, one of them by a document that was replaced,
    and one that is not; closed in order."""
    with TestVenue(tmp_path / "venue") as venue:
        party = venue.new_party()
        first = attached(venue, party, "PARTY", party.party_id)
        attached(venue, party, "PARTY", party.party_id, replaces=first["link_id"])
        attached(venue, party, "PARTY", party.party_id)
        upload(venue, party)
        return venue.directory


def files(directory: Path) -> list[Path]:
    return sorted((directory / EVIDENCE).rglob("*/*"))


def test_it_counts_what_is_referred_to_and_finds_what_is_wrong(
    directory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("api.evidence.audit.FILES_PER_PAGE", 2)
    seen: list[int] = []
    report = audit(database=directory / DATABASE, folder=directory / EVIDENCE, progress=seen.append)
    assert (report.files, report.bytes_count, report.faults) == (3, 3 * len(PDF), [])
    assert seen == [1, 2, 3]
    for path in files(directory):
        path.unlink()
    report = audit(database=directory / DATABASE, folder=directory / EVIDENCE)
    assert [fault.fault for fault in report.faults] == [EvidenceFault.MISSING] * 3


def test_the_command_says_so(directory: Path) -> None:
    said = trustex_here("verify", str(directory), "--evidence")
    assert said.returncode == 0, said.stdout
    assert "files of evidence equal" in said.stdout
    for path in files(directory):
        path.write_bytes(PDF[:-1] + b"!")
    assert trustex_here("verify", str(directory)).returncode == 0
    said = trustex_here("verify", str(directory), "--evidence")
    assert said.returncode == 1
    assert said.stdout.count("is different") == 3
