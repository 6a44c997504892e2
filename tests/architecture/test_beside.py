"""Two targets that are made side by side fail where one of them does, and do not talk at once.

Make is a stand-in that says what its target is told to say: what is tested is the script.
"""

import shutil
import subprocess
from pathlib import Path
from typing import Final

import pytest

from tests.architecture.tree import ROOT

# Each target is a script beside it.
MAKE: Final = '#!/bin/sh\nexec sh "./$1.sh"\n'
TIMEOUT_S: Final = 60


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    folder = tmp_path / "checkout with a space"
    (folder / "scripts").mkdir(parents=True)
    shutil.copy(ROOT / "scripts" / "beside.sh", folder / "scripts")
    (folder / "make").write_text(MAKE, encoding="utf-8")
    (folder / "make").chmod(0o755)
    return folder


def begun(checkout: Path, *, first: str, second: str) -> "subprocess.Popen[str]":
    """The script under way, with targets that do so."""
    (checkout / "first.sh").write_text(first, encoding="utf-8")
    (checkout / "second.sh").write_text(second, encoding="utf-8")
    return subprocess.Popen(
        ["/bin/sh", "scripts/beside.sh", "./make", "first", "second"],
        cwd=checkout,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_both_run_at_once_and_speak_one_after_the_other(checkout: Path) -> None:
    # Each waits for a word of the other's.
    first = "touch a; echo 1; while [ ! -f b ]; do sleep 0.01; done; echo 2; touch c"
    second = "while [ ! -f a ]; do sleep 0.01; done; echo 3; touch b\n"
    second += "while [ ! -f c ]; do sleep 0.01; done; echo 4"
    process = begun(checkout, first=first, second=second)
    assert process.communicate(timeout=TIMEOUT_S) == ("3\n4\n1\n2\n", "")
    assert process.returncode == 0


@pytest.mark.parametrize(
    ("first", "second", "status", "failed"),
    [(3, 0, 3, "first"), (0, 4, 4, "second"), (3, 4, 4, "second")],
)
def test_where_one_fails_both_are_heard_and_the_two_have_failed(
    checkout: Path, first: int, second: int, status: int, failed: str
) -> None:
    process = begun(
        checkout,
        first=f"echo what was wrong >&2; exit {first}",
        second=f"echo what was right; exit {second}",
    )
    said, complained = process.communicate(timeout=TIMEOUT_S)
    assert said == "what was right\nwhat was wrong\n"
    assert complained == f"{failed} failed, with status {status}: see above\n"
    assert process.returncode == status


def test_who_stops_it_stops_the_one_that_runs_beside_too(checkout: Path) -> None:
    process = begun(
        checkout,
        first="trap 'touch stopped; exit' TERM; touch up; while :; do sleep 0.01; done",
        second="while [ ! -f up ]; do sleep 0.01; done; kill -TERM $PPID",
    )
    process.communicate(timeout=TIMEOUT_S)
    assert process.returncode == 130
    assert (checkout / "stopped").exists()
