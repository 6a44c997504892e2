"""The build that is tested is the one that was asked for: plain Python, or the compiled copy."""

import importlib
import os
import pkgutil
from pathlib import Path
from typing import Final

import pytest

import matching

ASKED_FOR: Final = os.environ.get("TRUSTEX_BUILD", "plain")
MODULES: Final = [
    "matching",
    *(f"matching.{m.name}" for m in pkgutil.iter_modules(matching.__path__)),
]


def test_the_build_that_was_asked_for_is_the_one_that_runs() -> None:
    assert ASKED_FOR in ("plain", "compiled")
    assert (ASKED_FOR == "compiled") == matching.COMPILED


@pytest.mark.parametrize("name", MODULES)
def test_every_module_is_of_that_build(name: str) -> None:
    file = Path(str(importlib.import_module(name).__file__))
    assert (file.suffix == ".py") == (ASKED_FOR == "plain")
