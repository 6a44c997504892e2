"""A build compiles `matching` where it can, says so where it cannot, and stays plain where edited.

The package is a stand-in of one line, because what is tested is setup.py.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.tree import ROOT


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    shutil.copy(ROOT / "setup.py", tmp_path)
    (tmp_path / "matching").mkdir()
    (tmp_path / "matching" / "__init__.py").write_text("NUMBER = 1\n", encoding="utf-8")
    return tmp_path


def build(checkout: Path, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "setup.py", "-q", *words],
        cwd=checkout,
        env={**os.environ, "CC": "false", **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def test_without_a_compiler_the_build_is_plain_and_says_so(checkout: Path) -> None:
    built = build(checkout, "build", "--build-lib", "out", "--build-temp", "out")
    assert built.returncode == 0, built.stderr
    assert "matching is not compiled, plain Python runs" in built.stderr
    assert not list(checkout.rglob("*.so"))


def test_where_the_compiled_build_is_required_its_failure_is_one(checkout: Path) -> None:
    built = build(checkout, "build_ext", "--build-lib", "out", TRUSTEX_COMPILE="required")
    assert built.returncode != 0
    assert not list(checkout.rglob("*.so"))


def test_an_editable_install_does_not_compile(checkout: Path) -> None:
    built = build(checkout, "egg_info", TRUSTEX_COMPILE="required")
    assert built.returncode == 0, built.stderr
    assert not (checkout / "build").exists()
