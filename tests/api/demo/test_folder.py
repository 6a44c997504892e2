"""The demo removes demo venues and nothing else, and remembers what it must."""

import asyncio
import json
from pathlib import Path

import pytest

from api.cli.demo.credentials import (
    FILE_NAME,
    Credentials,
    CredentialsUnreadable,
    load_credentials,
    make_operator_key,
    save_credentials,
)
from api.cli.demo.folder import FolderRefused, make_demo, only_one, open_demo, remove_demo
from api.founding import create_venue


def make(directory: Path) -> Path:
    """A demo venue in the folder."""
    asyncio.run(make_demo(directory, seed=3, speed=100.0))
    return directory / "demo"


def listing(directory: Path) -> set[str]:
    """Everything below the folder."""
    return {str(path.relative_to(directory)) for path in directory.rglob("*")}


def test_a_demo_venue_is_made_with_its_credentials(tmp_path: Path) -> None:
    venue = make(tmp_path)
    credentials = open_demo(tmp_path)
    assert credentials is not None
    assert (credentials.seed, credentials.speed, credentials.starts) == (3, 100.0, 0)
    assert credentials.operator_key.startswith("demo_")
    assert (venue / FILE_NAME).stat().st_mode & 0o777 == 0o600
    assert json.loads((venue / "venue.json").read_text())["demo"] is True


def test_an_empty_folder_holds_no_demo_yet(tmp_path: Path) -> None:
    assert open_demo(tmp_path) is None
    remove_demo(tmp_path)
    assert listing(tmp_path) == set()


def test_what_an_interrupted_start_left_is_made_again(tmp_path: Path) -> None:
    make(tmp_path)
    (tmp_path / "demo").rename(tmp_path / "demo.new")
    (tmp_path / "demo.new" / "venue.json").unlink()
    venue = make(tmp_path)
    assert (venue / "venue.json").exists()
    assert not (tmp_path / "demo.new").exists()


def test_fresh_removes_a_demo_venue(tmp_path: Path) -> None:
    make(tmp_path)
    (tmp_path / "other").write_text("stays")
    remove_demo(tmp_path)
    assert listing(tmp_path) == {"other"}


def test_fresh_removes_what_was_uploaded_and_nothing_else_of_it(tmp_path: Path) -> None:
    venue = make(tmp_path)
    folder = venue / "evidence" / "3f"
    folder.mkdir(parents=True)
    for name in ("3f" + "0" * 30, "3f" + "1" * 30 + ".part"):
        (folder / name).write_bytes(b"%PDF-")
    (folder / "letter.pdf").write_bytes(b"mine")
    with pytest.raises(FolderRefused, match="evidence"):
        remove_demo(tmp_path)
    assert len(listing(folder)) == 3
    (folder / "letter.pdf").unlink()
    remove_demo(tmp_path)
    assert listing(tmp_path) == set()


def test_fresh_leaves_a_link_among_the_uploaded_alone(tmp_path: Path) -> None:
    venue = make(tmp_path)
    (venue / "evidence").mkdir()
    (venue / "evidence" / "3f").symlink_to(tmp_path)
    with pytest.raises(FolderRefused, match="evidence"):
        remove_demo(tmp_path)


@pytest.mark.parametrize("said", [{"format": 1}, {"format": 99}, {"format": 99, "more": [1]}])
def test_fresh_removes_a_demo_of_another_version_and_a_start_names_it(
    tmp_path: Path, said: dict[str, object]
) -> None:
    description = make(tmp_path) / "venue.json"
    description.write_text(json.dumps(json.loads(description.read_text()) | said))
    with pytest.raises(FolderRefused, match="--fresh"):
        open_demo(tmp_path)
    remove_demo(tmp_path)
    assert listing(tmp_path) == set()


def test_fresh_leaves_a_real_venue_of_another_version_alone(tmp_path: Path) -> None:
    asyncio.run(create_venue(tmp_path / "demo", demo=False, trust_company_name="A"))
    description = tmp_path / "demo" / "venue.json"
    description.write_text(json.dumps(json.loads(description.read_text()) | {"format": 1}))
    before = listing(tmp_path)
    for attempt in (remove_demo, open_demo):
        with pytest.raises(FolderRefused) as refused:
            attempt(tmp_path)
        assert "made by an earlier version of trustex" in str(refused.value)
        assert "--fresh" not in str(refused.value)
    assert listing(tmp_path) == before


def test_fresh_leaves_a_real_venue_alone(tmp_path: Path) -> None:
    asyncio.run(create_venue(tmp_path / "demo", demo=False, trust_company_name="A"))
    before = listing(tmp_path)
    with pytest.raises(FolderRefused, match="real venue"):
        remove_demo(tmp_path)
    with pytest.raises(FolderRefused, match="real venue"):
        open_demo(tmp_path)
    assert listing(tmp_path) == before


@pytest.mark.parametrize("name", ["notes.txt", "venue"])
def test_fresh_leaves_a_folder_with_other_things_alone(tmp_path: Path, name: str) -> None:
    venue = make(tmp_path)
    (venue / name).mkdir()
    before = listing(tmp_path)
    with pytest.raises(FolderRefused, match=name):
        remove_demo(tmp_path)
    assert listing(tmp_path) == before


def test_a_folder_that_is_no_venue_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "demo").mkdir()
    (tmp_path / "demo" / "credentials.json").write_text("{}")
    with pytest.raises(FolderRefused, match="no demo venue"):
        remove_demo(tmp_path)
    with pytest.raises(FolderRefused, match="no demo venue"):
        make(tmp_path)
    assert listing(tmp_path) == {"demo", "demo/credentials.json"}


def test_two_demos_do_not_share_a_folder(tmp_path: Path) -> None:
    directory = tmp_path / "var"
    with only_one(directory):
        with pytest.raises(FolderRefused, match="Another demo"), only_one(directory):
            pass
        assert directory.is_dir()
    with only_one(directory):
        pass


def test_a_folder_that_cannot_be_used_is_told(tmp_path: Path) -> None:
    (tmp_path / "var").write_text("a file")
    with pytest.raises(FolderRefused, match="cannot be used"), only_one(tmp_path / "var"):
        pass


def test_credentials_are_read_as_they_were_written(tmp_path: Path) -> None:
    written = Credentials(
        seed=1,
        speed=2.5,
        opened_on="2026-11-23",
        operator_key=make_operator_key(),
        starts=4,
        is_set_up=True,
        parties={"person-001": "17"},
        keys={"person-001": make_operator_key()},
    )
    save_credentials(tmp_path, written)
    save_credentials(tmp_path, written)
    assert load_credentials(tmp_path) == written
    assert listing(tmp_path) == {FILE_NAME}


def test_a_key_that_is_no_demo_key_is_not_taken_from_the_file(tmp_path: Path) -> None:
    real = Credentials(seed=1, speed=1, opened_on="2026-11-23", operator_key="tx_" + "a1" * 20)
    save_credentials(tmp_path, real)
    with pytest.raises(CredentialsUnreadable, match="no demo key"):
        load_credentials(tmp_path)


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"seed": "1"}', "\x00"])
def test_a_damaged_file_is_told(tmp_path: Path, text: str) -> None:
    (tmp_path / FILE_NAME).write_text(text)
    with pytest.raises(CredentialsUnreadable):
        load_credentials(tmp_path)
