"""The simulated disk itself: what was synced survives, the rest in all the ways of disks."""

from __future__ import annotations

from random import Random

import pytest

from tests.simulation.disk import SECTOR_BYTES, Disk, DiskFault, PowerCut

SEEDS = range(300)
OLD, NEW = b"o" * 2_000, b"n" * 2_000


def after_power_cut(seed: int, *, synced: bool) -> bytes:
    """What is found of a file of old bytes that was overwritten by new ones."""
    disk = Disk(Random(seed), {"file": OLD})
    disk.write(disk.files["file"], 0, NEW)
    if synced:
        disk.sync(disk.files["file"], with_folder=False)
    disk.boot(power_was_lost=True)
    return bytes(disk.files["file"].content)


def test_what_was_synced_survives() -> None:
    assert {after_power_cut(seed, synced=True) for seed in SEEDS} == {NEW}


def test_what_was_not_synced_is_kept_lost_or_torn_by_sectors() -> None:
    found = {after_power_cut(seed, synced=False) for seed in SEEDS}
    assert {OLD, NEW} < found
    for content in found:
        for start in range(0, len(content), SECTOR_BYTES):
            sector = content[start : start + SECTOR_BYTES]
            assert sector in (OLD[: len(sector)], NEW[: len(sector)])


def test_unsynced_writes_may_reach_the_disk_in_any_order() -> None:
    found = set()
    for seed in SEEDS:
        disk = Disk(Random(seed), {"file": b"."})
        for letter in (b"a", b"b", b"c"):
            disk.write(disk.files["file"], 0, letter)
        disk.boot(power_was_lost=True)
        found.add(bytes(disk.files["file"].content))
    assert found == {b".", b"a", b"b", b"c"}


def test_of_a_write_only_its_own_bytes_are_at_risk() -> None:
    for seed in SEEDS:
        disk = Disk(Random(seed), {"file": OLD})
        disk.write(disk.files["file"], 700, NEW[:100])
        disk.boot(power_was_lost=True)
        content = bytes(disk.files["file"].content)
        assert content[:700] + content[800:] == OLD[:700] + OLD[800:]


def test_a_write_beyond_the_end_leaves_zeros_before_it_and_a_truncation_may_be_lost() -> None:
    disk = Disk(Random(1), {"file": b"abc"})
    disk.write(disk.files["file"], 5, b"x")
    assert bytes(disk.files["file"].content) == b"abc\0\0x"
    sizes = set()
    for seed in SEEDS:
        disk = Disk(Random(seed), {"file": b"abc"})
        disk.truncate(disk.files["file"], 1)
        disk.boot(power_was_lost=True)
        sizes.add(len(disk.files["file"].content))
    assert sizes == {1, 3}


def test_a_killed_process_loses_nothing_that_the_machine_knows() -> None:
    disk = Disk(Random(1), {"file": OLD})
    disk.write(disk.files["file"], 0, NEW)
    disk.boot(power_was_lost=False)
    assert bytes(disk.files["file"].content) == NEW


@pytest.mark.parametrize(("with_folder", "found"), [(True, {True}), (False, {True, False})])
def test_a_new_name_is_sure_once_the_folder_was_synced(with_folder: bool, found: set[bool]) -> None:
    names = set()
    for seed in SEEDS:
        disk = Disk(Random(seed), {})
        disk.sync(disk.create("log"), with_folder=with_folder)
        disk.boot(power_was_lost=True)
        names.add("log" in disk.files)
    assert names == found


@pytest.mark.parametrize(("with_folder", "found"), [(True, {False}), (False, {True, False})])
def test_a_deleted_name_is_gone_once_the_folder_was_synced(
    with_folder: bool, found: set[bool]
) -> None:
    names = set()
    for seed in SEEDS:
        disk = Disk(Random(seed), {"log": OLD})
        disk.delete("log", with_folder=with_folder)
        disk.boot(power_was_lost=True)
        names.add("log" in disk.files)
    assert names == found


def test_power_fails_before_or_after_the_change_took_effect_and_all_calls_fail_then() -> None:
    found = set()
    for seed in SEEDS:
        disk = Disk(Random(seed), {"file": b"a"})
        disk.cut_at_call(1)
        disk.write(disk.files["file"], 0, b"b")
        with pytest.raises(PowerCut):
            disk.sync(disk.files["file"], with_folder=False)
        with pytest.raises(PowerCut):
            disk.write(disk.files["file"], 0, b"c")
        found.add(bytes(disk.files["file"].durable))
    assert found == {b"a", b"b"}


def test_after_a_failed_sync_what_is_seen_is_never_durable() -> None:
    disk = Disk(Random(1), {"file": b"a"})
    file = disk.files["file"]
    disk.write(file, 0, b"b")
    disk.fail_at_next_sync()
    with pytest.raises(DiskFault):
        disk.sync(file, with_folder=False)
    assert disk.has_hole("file")
    disk.sync(file, with_folder=False)
    assert (bytes(file.content), bytes(file.durable)) == (b"b", b"a")
    disk.boot(power_was_lost=True)
    assert bytes(disk.files["file"].content) == b"a"
    assert not disk.has_hole("file")


def test_a_write_that_fails_changes_nothing_and_the_next_may_succeed() -> None:
    disk = Disk(Random(1), {"file": b"a"})
    disk.fail_at_call(0)
    with pytest.raises(DiskFault):
        disk.write(disk.files["file"], 0, b"b")
    assert bytes(disk.files["file"].content) == b"a"
    disk.write(disk.files["file"], 0, b"b")
    assert bytes(disk.files["file"].content) == b"b"


def test_a_disk_that_ignores_sync_keeps_nothing_for_sure() -> None:
    found = set()
    for seed in SEEDS:
        disk = Disk(Random(seed), {"file": b"a"})
        disk.obeys_sync = False
        disk.write(disk.files["file"], 0, b"b")
        disk.sync(disk.files["file"], with_folder=True)
        disk.boot(power_was_lost=True)
        found.add(bytes(disk.files["file"].content))
    assert found == {b"a", b"b"}
