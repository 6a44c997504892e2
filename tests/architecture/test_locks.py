"""Everything that is installed is named exactly, with the hashes of its files."""

import re
import tomllib
from typing import Any, Final

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.architecture.tree import ROOT

EXTRAS: Final = ("bench", "compiler", "mutate", "node")  # each has a lock of its own
LOCKS: Final = (
    "requirements.lock",
    "requirements-recording.lock",
    *(f"requirements-{extra}.lock" for extra in EXTRAS),
)
PIN: Final = re.compile(r"^([A-Za-z0-9._-]+)==([^\s;\\]+)(.*)$")


def pins(lock: str) -> dict[str, tuple[str, int]]:
    """The version, and the number of hashes, of each distribution in the text of a lock."""
    found: dict[str, tuple[str, int]] = {}
    name = None
    for line in lock.splitlines():
        pin = PIN.match(line)
        if pin is not None:
            name = canonicalize_name(pin[1])
            assert name not in found, name
            found[name] = (pin[2], 0)
        elif re.match(r"\s+--hash=sha256:[0-9a-f]{64}\b", line):
            assert name is not None
            found[name] = (found[name][0], found[name][1] + 1)
        else:
            assert line.lstrip().startswith("#") or not line.strip(), line
    return found


def stale(requirements: list[str], lock: str) -> list[str]:
    """The requirements that the lock does not meet."""
    pinned = pins(lock)
    missing = []
    for text in requirements:
        requirement = Requirement(text)
        version, _ = pinned.get(canonicalize_name(requirement.name), ("", 0))
        if not version or not requirement.specifier.contains(version):
            missing.append(text)
    return missing


@pytest.mark.parametrize("name", LOCKS)
def test_every_locked_file_has_its_hash(name: str) -> None:
    pinned = pins((ROOT / name).read_text(encoding="utf-8"))
    assert pinned
    assert [each for each, (_, hashes) in pinned.items() if hashes == 0] == []


def read_pyproject() -> dict[str, Any]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("extra", EXTRAS)
def test_the_lock_of_an_extra_meets_what_it_requires(extra: str) -> None:
    required = read_pyproject()["project"]["optional-dependencies"][extra]
    assert stale(required, (ROOT / f"requirements-{extra}.lock").read_text(encoding="utf-8")) == []


def test_the_lock_meets_what_the_project_requires() -> None:
    pyproject = read_pyproject()
    project = pyproject["project"]
    required = [
        *pyproject["build-system"]["requires"],
        *project["dependencies"],
        *project["optional-dependencies"]["dev"],
    ]
    assert stale(required, (ROOT / "requirements.lock").read_text(encoding="utf-8")) == []


def test_a_stale_lock_is_seen() -> None:
    lock = f"a==1.4 \\\n    --hash=sha256:{'0' * 64}\n    # via trustex\n"
    assert pins(lock) == {"a": ("1.4", 1)}
    assert stale(["a>=1.4"], lock) == []
    assert stale(["a>=1.5", "b"], lock) == ["a>=1.5", "b"]
