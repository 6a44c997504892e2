"""`make setup` builds once, again when something has changed, and never half.

Python is a stand-in that writes down what it is asked for: what is tested is the script.
"""

import os
import shutil
import subprocess
from pathlib import Path
from typing import Final

import pytest

from tests.architecture.tree import ROOT

FILES: Final = (
    "pyproject.toml",
    "requirements.lock",
    "requirements-compiler.lock",
    "requirements-recording.lock",
    "scripts/setup.sh",
    "setup.py",
)
# Stands for the machine's Python and for the one in .venv: `-c` answers the questions after the
# version, `-m venv` makes a .venv of itself, and pip fails while the file `broken` is there.
PYTHON: Final = """#!/bin/sh
here=$(pwd -P)
case "$*" in
    "-m venv .venv") mkdir -p .venv/bin; cp "$here/python" .venv/bin/python ;;
    *--version*) echo "Python 3.11.0" ;;
    *"pip install"*) echo "$*" | sed 's/.*--no-input //' >> log; test ! -f broken ;;
esac
"""
LOCKED: Final = "--require-hashes -r requirements.lock"
RECORDING: Final = "--require-hashes --no-deps -r requirements-recording.lock"
COMPILER: Final = "--require-hashes -r requirements-compiler.lock"
PROJECT: Final = "--no-deps --no-build-isolation --editable ."


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    folder = tmp_path / "checkout with a space"
    (folder / "scripts").mkdir(parents=True)
    for name in FILES:
        shutil.copy(ROOT / name, folder / name)
    (folder / "python").write_text(PYTHON, encoding="utf-8")
    (folder / "python").chmod(0o755)
    return folder


def set_up(checkout: Path, *, compiler: str = "sh") -> tuple[int, list[str]]:
    """The exit status of one set-up, and what it installed, where `compiler` is the C compiler."""
    log = checkout / "log"
    log.write_text("", encoding="utf-8")
    done = subprocess.run(
        ["/bin/sh", "scripts/setup.sh"],
        cwd=checkout,
        env={**os.environ, "PYTHON": "./python", "CC": compiler},
        capture_output=True,
        check=False,
    )
    return done.returncode, log.read_text(encoding="utf-8").splitlines()


def test_the_first_set_up_installs_what_is_locked_and_the_second_nothing(checkout: Path) -> None:
    assert set_up(checkout) == (0, [LOCKED, RECORDING, PROJECT])
    assert set_up(checkout) == (0, [])


def test_a_machine_without_a_compiler_gets_one(checkout: Path) -> None:
    without = "no-such-compiler"
    assert set_up(checkout, compiler=without) == (0, [LOCKED, RECORDING, COMPILER, PROJECT])
    assert set_up(checkout, compiler=without) == (0, [])
    assert set_up(checkout) == (0, [LOCKED, RECORDING, PROJECT])


def test_a_copied_checkout_is_set_up_anew(checkout: Path) -> None:
    set_up(checkout)
    copy = checkout.with_name("copy")
    shutil.copytree(checkout, copy)
    assert set_up(copy) == (0, [LOCKED, RECORDING, PROJECT])
    assert set_up(checkout) == (0, [])


def test_another_lock_is_set_up_anew(checkout: Path) -> None:
    set_up(checkout)
    with (checkout / "requirements.lock").open("a", encoding="utf-8") as lock:
        lock.write("# another\n")
    assert set_up(checkout) == (0, [LOCKED, RECORDING, PROJECT])


def test_another_pyproject_installs_only_the_project(checkout: Path) -> None:
    set_up(checkout)
    with (checkout / "pyproject.toml").open("a", encoding="utf-8") as pyproject:
        pyproject.write("# another\n")
    assert set_up(checkout) == (0, [PROJECT])


def test_a_set_up_that_failed_is_done_again(checkout: Path) -> None:
    (checkout / "broken").touch()
    status, installed = set_up(checkout)
    assert status != 0
    assert installed == [LOCKED]
    (checkout / "broken").unlink()
    assert set_up(checkout) == (0, [LOCKED, RECORDING, PROJECT])


def test_an_environment_without_its_python_is_built_again(checkout: Path) -> None:
    set_up(checkout)
    (checkout / ".venv" / "bin" / "python").unlink()
    assert set_up(checkout) == (0, [LOCKED, RECORDING, PROJECT])
