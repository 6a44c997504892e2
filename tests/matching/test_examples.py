"""The examples in the documentation of `matching` are true, in the build that runs."""

from __future__ import annotations

import ast
import doctest
import importlib
import pkgutil
from collections.abc import Iterator
from types import ModuleType
from typing import Final

import pytest

import matching
from tests.architecture.tree import ROOT

MODULES: Final = [f"matching.{module.name}" for module in pkgutil.iter_modules(matching.__path__)]


def docstrings(module: ModuleType) -> Iterator[tuple[str, str]]:
    """Name and text of each, read from the source: compiled functions do not show theirs."""
    source = ROOT / "matching" / f"{module.__name__.rpartition('.')[2]}.py"
    for node in ast.walk(ast.parse(source.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef):
            text = ast.get_docstring(node)
            if text is not None:
                yield getattr(node, "name", module.__name__), text


def run_examples(module: ModuleType) -> doctest.TestResults:
    runner = doctest.DocTestRunner()
    for name, text in docstrings(module):
        names = dict(vars(module))
        runner.run(doctest.DocTestParser().get_doctest(text, names, name, module.__name__, 0))
    return runner.summarize()


@pytest.mark.parametrize("name", MODULES)
def test_the_examples_in_the_documentation_are_true(name: str) -> None:
    assert run_examples(importlib.import_module(name)).failed == 0


def test_every_command_of_the_book_has_an_example() -> None:
    texts = dict(docstrings(importlib.import_module("matching.book")))
    public = [name for name in vars(matching.OrderBook) if not name.startswith("_")]
    assert [name for name in public if ">>>" not in texts[name]] == []
