"""The folder of files: what is on the disk when, and what is left of what went wrong."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path
from typing import Any

import pytest

from api.evidence.store import (
    UPLOADS_AT_ONCE_MAX,
    EvidenceFiles,
    FileFaulty,
    StoredFile,
)
from exchange.errors import Busy
from exchange.evidence_types import EvidenceFault, EvidenceId
from exchange.limits import EVIDENCE_BYTES_MAX


@pytest.fixture
def files(tmp_path: Path) -> EvidenceFiles:
    """An empty folder."""
    return EvidenceFiles.open(tmp_path / "evidence")


def store(files: EvidenceFiles, *parts: bytes) -> StoredFile:
    upload = files.begin()
    for part in parts:
        upload.write(part)
    file = upload.finish()
    upload.release()
    return file


def paths(files: EvidenceFiles) -> list[Path]:
    return sorted(path for path in files.path_of(EvidenceId(bytes(16))).parents[1].rglob("*/*"))


def check(files: EvidenceFiles, file: StoredFile) -> None:
    files.check(file.evidence_id, sha256=file.sha256, bytes_count=file.bytes_count)


def test_a_file_lies_under_its_random_name_and_nobody_else_reads_it(files: EvidenceFiles) -> None:
    file = store(files, b"one ", b"and two")
    assert (file.bytes_count, file.sha256) == (11, hashlib.sha256(b"one and two").digest())
    path = files.path_of(file.evidence_id)
    assert paths(files) == [path]
    assert path.read_bytes() == b"one and two"
    assert path.name == file.evidence_id.hex()
    assert path.parent.name == path.name[:2]
    assert path.stat().st_mode & 0o777 == 0o600
    for folder in (path.parent, path.parent.parent):
        assert folder.stat().st_mode & 0o777 == 0o700
    check(files, file)


def test_the_same_bytes_are_two_files(files: EvidenceFiles) -> None:
    assert store(files, b"x").evidence_id != store(files, b"x").evidence_id


def test_bytes_are_synced_before_the_name_and_the_name_before_the_answer(
    files: EvidenceFiles, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[str] = []
    sync, rename = os.fsync, Path.rename

    def note_sync(descriptor: int) -> None:
        name = Path(f"/proc/self/fd/{descriptor}").readlink().name
        done.append(f"sync {name.removeprefix(upload_name)}")
        sync(descriptor)

    def note_rename(path: Path, target: Path) -> Any:
        done.append("rename")
        return rename(path, target)

    upload = files.begin()
    upload_name = next(iter(files.in_progress)).hex()
    monkeypatch.setattr("os.fsync", note_sync)
    monkeypatch.setattr("pathlib.Path.rename", note_rename)
    upload.write(b"bytes")
    upload.finish()
    assert done == ["sync .part", "rename", f"sync {upload_name[:2]}"]


def test_a_new_folder_is_synced_into_the_one_above(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[str] = []
    sync = os.fsync

    def note(descriptor: int) -> None:
        synced.append(str(Path(f"/proc/self/fd/{descriptor}").readlink()))
        sync(descriptor)

    monkeypatch.setattr("os.fsync", note)
    files = EvidenceFiles.open(tmp_path / "evidence")
    assert synced == [str(tmp_path)]
    files.begin().abort()
    assert synced == [str(tmp_path), str(tmp_path / "evidence")]


def test_nothing_stays_of_an_upload_that_is_given_up(files: EvidenceFiles) -> None:
    started = files.begin()
    started.write(b"half")
    assert len(paths(files)) == 1
    started.abort()
    finished = files.begin()
    finished.write(b"whole")
    finished.finish()
    finished.abort()
    assert paths(files) == []
    assert not files.in_progress


def test_a_file_has_a_size(files: EvidenceFiles) -> None:
    upload = files.begin()
    upload.write(bytes(EVIDENCE_BYTES_MAX))
    with pytest.raises(AssertionError):
        upload.write(b"1")
    upload.abort()


def test_so_many_files_are_received_at_once(files: EvidenceFiles) -> None:
    uploads = [files.begin() for _ in range(UPLOADS_AT_ONCE_MAX)]
    with pytest.raises(Busy):
        files.begin()
    uploads.pop().abort()
    files.begin().abort()
    for upload in uploads:
        upload.abort()


def test_the_beginning_is_kept_however_it_comes(files: EvidenceFiles) -> None:
    upload = files.begin()
    for number in range(5_000):
        upload.write(bytes([number % 251]))
    assert upload.head == bytes(number % 251 for number in range(4_096))
    upload.abort()


@pytest.mark.parametrize(
    ("spoil", "fault"),
    [
        (lambda path: path.unlink(), EvidenceFault.MISSING),
        (lambda path: path.write_bytes(b"other bytes"), EvidenceFault.DIFFERENT),
        (lambda path: path.write_bytes(b"one and tWo"), EvidenceFault.DIFFERENT),
        (lambda path: path.write_bytes(b""), EvidenceFault.DIFFERENT),
    ],
)
def test_a_file_that_is_not_what_it_was_is_seen(
    files: EvidenceFiles, spoil: Any, fault: EvidenceFault
) -> None:
    file = store(files, b"one and two")
    spoil(files.path_of(file.evidence_id))
    with pytest.raises(FileFaulty) as caught:
        check(files, file)
    assert (caught.value.evidence_id, caught.value.fault) == (file.evidence_id, fault)


def test_what_is_being_received_is_no_litter(files: EvidenceFiles) -> None:
    upload = files.begin()
    (evidence_id,) = files.in_progress
    subfolder = evidence_id.hex()[:2]
    assert list(files.names_in(subfolder)) == []
    upload.release()
    ((name, path),) = files.names_in(subfolder)
    assert (name, path.name) == (evidence_id, f"{evidence_id.hex()}.part")
    upload.abort()


def test_a_file_of_another_kind_in_the_folder_is_left_alone(files: EvidenceFiles) -> None:
    file = store(files, b"x")
    path = files.path_of(file.evidence_id)
    (path.parent / "README").write_text("mine")
    assert [name for name, _ in files.names_in(path.parent.name)] == [file.evidence_id]
    assert list(files.names_in("zz")) == []
