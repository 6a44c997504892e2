"""Files are looked after: what nobody refers to goes a day later, what somebody refers to never;
and what is not what it was is reported."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

import pytest

from exchange.evidence_types import EvidenceId
from tests.api.evidence.files import PDF, attach, attached, send, upload
from tests.api.venue import Market, TestVenue

DAY_S = 86_400


@pytest.fixture
def venue(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> TestVenue:
    """A venue of the test's own: its time moves, and its worker does nothing unless told."""
    monkeypatch.setattr("api.workers.evidence.EvidenceWorker.start", lambda _worker: None)
    return TestVenue(tmp_path / "venue")


def path_of(venue: TestVenue, evidence_id: str) -> Path:
    return venue.venue.services.evidence.path_of(EvidenceId(bytes.fromhex(evidence_id)))


def is_there(venue: TestVenue, evidence_id: str) -> bool:
    return path_of(venue, evidence_id).exists()


def sweep(venue: TestVenue) -> int:
    """How many files went, of all folders."""
    worker = venue.venue.services.evidence_worker
    return sum(worker.sweep().files for _ in range(16))


def age(venue: TestVenue, path: Path, seconds: int) -> None:
    """The file is as old as that, by the venue's clock."""
    at_ns = venue.clock.now_ns() - seconds * 10**9
    os.utime(path, ns=(at_ns, at_ns))


def test_what_nobody_refers_to_goes_a_day_later_and_what_somebody_does_stays(
    venue: TestVenue,
) -> None:
    with venue:
        market = Market.make(venue)
        alone = upload(venue, market.seller)["evidence_id"]
        kept = attached(venue, market.seller, "PARTY", market.seller.party_id)["evidence_id"]
        venue.time_passes(DAY_S - 100)
        assert sweep(venue) == 0
        venue.clock.advance(100)
        assert sweep(venue) == 0, "the journal has not come so far"
        assert is_there(venue, alone)
        venue.time_passes(0)
        assert sweep(venue) == 1
        assert not is_there(venue, alone)
        assert is_there(venue, kept)
        response = attach(venue, market.seller, alone, "PARTY", market.seller.party_id)
        assert response.status_code == 404
        for _ in range(3):
            venue.time_passes(400 * DAY_S)
            assert sweep(venue) == 0
        assert is_there(venue, kept)


def test_what_a_replaced_document_was_made_of_stays(venue: TestVenue) -> None:
    with venue:
        party = venue.new_party()
        first = attached(venue, party, "PARTY", party.party_id)
        attached(venue, party, "PARTY", party.party_id, replaces=first["link_id"])
        venue.time_passes(2 * DAY_S)
        assert sweep(venue) == 0
        response = venue.ask("GET", f"/v1/evidence/{first['evidence_id']}", party)
        assert response.content == PDF


def test_a_file_that_is_too_old_to_be_attached_is_refused_before_it_is_swept(
    venue: TestVenue,
) -> None:
    """So that none can become referred to between the sweep's question and its deed."""
    with venue:
        party = venue.new_party()
        evidence_id = upload(venue, party)["evidence_id"]
        venue.time_passes(DAY_S)
        response = attach(venue, party, evidence_id, "PARTY", party.party_id)
        assert response.status_code == 404
        assert is_there(venue, evidence_id)
        assert sweep(venue) == 1


def test_litter_goes_a_day_later_and_what_is_referred_to_is_no_litter(venue: TestVenue) -> None:
    """Even if the edge's own database has forgotten the file."""
    with venue:
        party = venue.new_party()
        known = upload(venue, party)["evidence_id"]
        kept = attached(venue, party, "PARTY", party.party_id)["evidence_id"]
        with venue.venue.services.edge.transaction() as connection:
            connection.exec_driver_sql(
                "DELETE FROM evidence WHERE evidence_id = ?", (bytes.fromhex(kept),)
            )
        whole, part = path_of(venue, "ab" * 16), path_of(venue, "cd" * 16)
        half = part.with_name(f"{part.name}.part")
        for path in (whole, half):
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(b"litter")
            age(venue, path, DAY_S - 1)
        age(venue, path_of(venue, kept), 9 * DAY_S)
        age(venue, path_of(venue, known), 9 * DAY_S)
        assert sweep(venue) == 0
        age(venue, whole, DAY_S)
        age(venue, half, DAY_S)
        assert sweep(venue) == 2
        assert not whole.exists()
        assert not half.exists()
        assert is_there(venue, kept)
        assert is_there(venue, known)


def test_a_turn_sweeps_and_reads_what_is_due(
    venue: TestVenue, monkeypatch: pytest.MonkeyPatch
) -> None:
    with venue:
        party = venue.new_party()
        alone = upload(venue, party)["evidence_id"]
        spoilt = attached(venue, party, "PARTY", party.party_id)
        gone = attached(venue, party, "PARTY", party.party_id)
        sound = attached(venue, party, "PARTY", party.party_id)
        path_of(venue, spoilt["evidence_id"]).write_bytes(PDF[:-1] + b"!")
        path_of(venue, gone["evidence_id"]).unlink()
        venue.time_passes(DAY_S)
        monkeypatch.setattr("api.workers.evidence.SCRUBBED_PER_TURN_MAX", 1)
        worker = venue.venue.services.evidence_worker
        for _ in range(8):
            venue.runner.run(worker.step())
        assert not is_there(venue, alone)
        rows = venue.ask(
            "GET", f"/v1/evidence-links?subject=PARTY&subject_id={party.party_id}", party
        ).json()["items"]
        assert {row["link_id"]: row["status"] for row in rows} == {
            spoilt["link_id"]: "FAULTY",
            gone["link_id"]: "FAULTY",
            sound["link_id"]: "VALID",
        }
        venue.time_passes(DAY_S)
        before = venue.sequence
        for _ in range(8):
            venue.runner.run(worker.step())
        assert venue.sequence == before, "what is known is not reported again"


def test_a_file_that_cannot_be_read_now_is_not_faulty(
    venue: TestVenue, monkeypatch: pytest.MonkeyPatch
) -> None:
    with venue:
        party = venue.new_party()
        attached(venue, party, "PARTY", party.party_id)

        def broken(*_: object, **__: object) -> None:
            raise OSError(5, "Input/output error")

        with monkeypatch.context() as patch:
            patch.setattr("api.evidence.store.EvidenceFiles.check", broken)
            venue.clock.advance(DAY_S)
            venue.runner.run(venue.venue.services.evidence_worker.step())
        path = f"/v1/evidence-links?subject=PARTY&subject_id={party.party_id}"
        (row,) = venue.ask("GET", path, party).json()["items"]
        assert row["status"] == "VALID"


def test_a_file_restored_and_attached_again_can_fail_again(venue: TestVenue) -> None:
    with venue:
        party = venue.new_party()
        for _ in range(2):
            link = attached(venue, party, "PARTY", party.party_id)
            path_of(venue, link["evidence_id"]).unlink()
            response = venue.ask("GET", f"/v1/evidence/{link['evidence_id']}", party)
            assert response.status_code == 500
        path = f"/v1/evidence-links?subject=PARTY&subject_id={party.party_id}"
        rows = venue.ask("GET", path, party).json()["items"]
        assert [row["status"] for row in rows] == ["FAULTY", "FAULTY"]


def test_files_survive_a_restart(venue: TestVenue) -> None:
    with venue:
        party = venue.new_party()
        link = attached(venue, party, "PARTY", party.party_id)
        evidence_id = upload(venue, party)["evidence_id"]
        venue.restart()
        assert venue.ask("GET", f"/v1/evidence/{link['evidence_id']}", party).content == PDF
        assert attach(venue, party, evidence_id, "PARTY", party.party_id).status_code == 201
        assert send(venue, party).status_code == 201


def test_the_worker_does_so_by_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("api.workers.evidence.TURN_S", 0.01)
    with TestVenue(tmp_path / "venue") as venue:
        party = venue.new_party()
        alone = upload(venue, party)["evidence_id"]
        link = attached(venue, party, "PARTY", party.party_id)
        path_of(venue, link["evidence_id"]).unlink()
        for _ in range(2):
            venue.time_passes(DAY_S)  # the worker may look before the journal has come so far
        path = f"/v1/evidence-links?subject=PARTY&subject_id={party.party_id}"
        for _ in range(500):
            venue.runner.run(asyncio.sleep(0.01))
            (row,) = venue.ask("GET", path, party).json()["items"]
            if row["status"] == "FAULTY" and not is_there(venue, alone):
                return
        raise TimeoutError
