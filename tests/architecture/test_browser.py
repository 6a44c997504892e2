"""`make test` on a machine without a browser says so before anything else, with the remedy."""

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.architecture.tree import ROOT


def make_test(tmp_path: Path, *words: str) -> "subprocess.CompletedProcess[str]":
    """`make test` where nothing but a shell can be found, in a folder of its own: the
    Makefile's next step fails there, because it has no scripts/setup.sh."""
    make, shell = shutil.which("make"), shutil.which("sh")
    assert make is not None
    assert shell is not None
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "sh").symlink_to(shell)
    (tmp_path / "scripts").mkdir()
    shutil.copy(ROOT / "Makefile", tmp_path)
    shutil.copy(ROOT / "scripts" / "browser.sh", tmp_path / "scripts")
    return subprocess.run(
        [make, "test", *words],
        cwd=tmp_path,
        # Nothing of the make that may be running this test.
        env={"PATH": str(tmp_path / "bin")},
        capture_output=True,
        text=True,
        check=False,
    )


def test_without_a_browser_the_remedy_is_the_first_thing_said(tmp_path: Path) -> None:
    done = make_test(tmp_path)
    assert done.returncode != 0
    said = done.stderr.splitlines()
    assert said[0] == "The tests of the web pages need a browser: apt-get install chromium"
    assert "setup.sh" not in done.stdout + done.stderr


def test_who_names_tests_is_not_asked(tmp_path: Path) -> None:
    done = make_test(tmp_path, "TEST_ARGS=-k book")
    assert "apt-get" not in done.stderr
    assert "setup.sh" in done.stderr


@pytest.mark.parametrize("name", ["chromium", "chromium-browser", "google-chrome"])
def test_a_browser_is_found_by_each_of_its_names(tmp_path: Path, name: str) -> None:
    browser = tmp_path / name
    browser.write_text("#!/bin/sh\n", encoding="utf-8")
    browser.chmod(0o755)
    done = subprocess.run(
        ["/bin/sh", ROOT / "scripts" / "browser.sh"],
        env={"PATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout.strip()) == (0, str(browser))
