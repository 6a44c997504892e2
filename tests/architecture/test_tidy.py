"""Every file keeps the rules of the house, and every rule is seen to catch what it is for."""

import re
import subprocess
import sys
from pathlib import PurePosixPath
from typing import Final

import pytest

from tests.architecture import rules
from tests.architecture.rules import RULES, Rule
from tests.architecture.tree import CORE_PACKAGES, ROOT, project_files, pure_modules

BODY: Final = "    number = 1\n"
SLASH: Final = "/"

# (rule, path, a text that breaks it, the nearest text that does not)
PLANTED: Final[tuple[tuple[Rule, str, str, str], ...]] = (
    (
        rules.functions_fit_a_screen,
        "api/routes/orders.py",
        "def place() -> None:\n" + BODY * 70,
        'def place() -> None:\n    """Long.\n\n    But said.\n    """\n' + BODY * 69,
    ),
    (
        rules.functions_fit_a_screen,
        "tests/api/test_orders.py",
        "class Market:\n    async def run(self) -> None:\n" + "        number = 1\n" * 70,
        "class Market:\n    async def run(self) -> None:\n" + "        number = 1\n" * 69,
    ),
    (rules.files_fit_a_sitting, "matching/book.py", "a = 1\n" * 501, "a = 1\n" * 500),
    (rules.lines_fit_the_page, "scripts/setup.sh", "#" * 101, "#" * 100),
    (rules.the_core_counts_in_whole_numbers, "exchange/fees.py", "a = 1.0", "a = 1"),
    (rules.the_core_counts_in_whole_numbers, "exchange/fees.py", "a = 1e3", "a = 1000"),
    (rules.the_core_counts_in_whole_numbers, "matching/book.py", "a = 4 / 2", "a = 4 // 2"),
    (rules.the_core_counts_in_whole_numbers, "registry/lots.py", "a /= 2", "a //= 2"),
    (rules.the_core_counts_in_whole_numbers, "registry/lots.py", "a = float(b)", "a = int(b)"),
    (
        rules.pure_modules_have_no_surroundings,
        "exchange/engine.py",
        "def apply() -> None:\n    from time import time_ns\n",
        "def apply(at_ns: int) -> None:\n    from enum import Enum\n",
    ),
    (rules.pure_modules_have_no_surroundings, "matching/book.py", "import os.path", "import enum"),
    (
        rules.pure_modules_have_no_surroundings,
        "registry/check.py",
        "from sqlalchemy import select",
        "from registry.store_of_value import select",
    ),
    (
        rules.pure_modules_have_no_surroundings,
        "exchange/orders.py",
        "async def place() -> None: ...",
        "def place() -> None: ...",
    ),
    (
        rules.pure_modules_have_no_surroundings,
        "exchange/state.py",
        "def digest(self): return hash(self.number)",
        "def __hash__(self): return hash(self.number)",
    ),
    (rules.only_the_clock_reads_a_clock, "exchange/service.py", "import time", "import timeit"),
    (
        rules.only_the_clock_reads_a_clock,
        "api/routes/orders.py",
        "at = datetime.datetime.now(UTC)",
        "at = time.monotonic()",
    ),
    (
        rules.only_the_clock_reads_a_clock,
        "api/app.py",
        "at_ns = time.time_ns()",
        "at_ns = clock.time_ns()",
    ),
    (
        rules.matching_stands_alone,
        "matching/level.py",
        "import msgspec",
        "from sortedcontainers import SortedDict",
    ),
    (
        rules.suppressions_have_a_reason,
        "api/app.py",
        "a = b  # noqa: S105",
        "a = b  # noqa: S105  a name of a header, not a secret",
    ),
    (
        rules.suppressions_have_a_reason,
        "api/app.py",
        "a = b  # type: ignore[arg-type]",
        "a = b  # type: ignore[arg-type]  # the stub says str where the code takes bytes",
    ),
    (
        rules.suppressions_have_a_reason,
        "api/app.py",
        "a = b  # pragma: no cover",
        'a = "# pragma: no cover"',
    ),
    (
        rules.no_test_is_set_aside,
        "tests/api/test_app.py",
        "@pytest.mark.skip\ndef test_a() -> None: ...",
        "@pytest.mark.parametrize('skip', [1])\ndef test_a(skip: int) -> None: ...",
    ),
    (
        rules.no_test_is_set_aside,
        "tests/api/test_app.py",
        "from unittest.mock import Mock",
        "from unittest import TestCase",
    ),
    (
        rules.core_tests_do_not_wait,
        "tests/matching/test_book.py",
        "time.sleep(0.1)",
        "asyncio.sleep(0)",
    ),
    (rules.names_are_whole_words, "api/app.py", "max_orders = 1", "orders_max = 1"),
    (
        rules.names_are_whole_words,
        "api/app.py",
        "def f(qty: int): ...",
        "def f(quantity: int): ...",
    ),
    (rules.names_are_whole_words, "api/app.py", "self.timeout = 1", "self.timeout_s = 1"),
    (rules.names_are_whole_words, "api/utils.py", "", "connect(timeout=5, max_size=9)"),
    (
        rules.look_alike_arguments_are_named,
        "registry/register.py",
        "def move(source: HolderId, target: HolderId) -> None: ...",
        "def move(*, source: HolderId, target: HolderId) -> None: ...",
    ),
    (
        rules.enum_members_say_what_they_mean,
        "exchange/refusals.py",
        "class Refusal(IntEnum):\n    A = 1  # why\n    B = 2\n",
        'class Refusal(IntEnum):\n    A = 1  # why\n    B = 2\n    """Why."""\n    # c\n    C = 3',
    ),
    (
        rules.a_state_changes_in_one_place,
        "registry/transfer.py",
        "def confirm(a): a.state = 1\ndef reject(a): a.state = 2",
        "def __init__(self): self.state = 1\ndef change(self): self.state = 2",
    ),
    (rules.nothing_points_outside, "README.md", f"{SLASH}root/venue", "var/root/venue"),
    (rules.nothing_points_outside, "docs/a.md", f"see ..{SLASH}shared{SLASH}a.md", "shared state"),
    (rules.nothing_points_outside, "a.lock", "https://pypi" + ".org/simple", "a==1.0"),
)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_every_file_keeps_the_rule(rule: Rule) -> None:
    violations = []
    for path in project_files():
        try:
            text = (ROOT / path).read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue  # a picture or a font has no lines
        violations += rule(path, text)
    assert not violations, "\n".join(["", *violations])


@pytest.mark.parametrize(
    ("rule", "path", "broken", "kept"), PLANTED, ids=lambda each: getattr(each, "__name__", "")
)
def test_the_rule_catches_a_planted_violation(
    rule: Rule, path: str, broken: str, kept: str
) -> None:
    assert rule(PurePosixPath(path), broken) != []
    innocent = PurePosixPath("api/orders.py" if path == "api/utils.py" else path)
    assert rule(innocent, kept) == []


def test_every_rule_has_a_planted_violation() -> None:
    assert {rule for rule, *_ in PLANTED} == set(RULES)


def test_the_rules_see_the_modules_they_are_about() -> None:
    # If the walk went wrong, every rule would hold of nothing.
    assert {"matching.book", "registry.transfer", "exchange.engine"} <= pure_modules()
    assert not any(name.startswith("exchange.store") for name in pure_modules())
    assert PurePosixPath("tests/architecture/test_tidy.py") in project_files()
    assert not any(path.parts[0] in {".venv", ".git"} for path in project_files())


def test_every_folder_of_tests_is_a_package() -> None:
    # Without it pytest would put tests/ on the path, and tests/matching would shadow matching.
    folders = {path.parent for path in project_files() if path.parts[0] == "tests"}
    modules = {path.parent for path in project_files() if path.name == "__init__.py"}
    with_python = {
        path.parent for path in project_files() if path.parts[0] == "tests" and path.suffix == ".py"
    }
    assert with_python <= folders
    assert with_python - modules == set()


@pytest.mark.parametrize("package", CORE_PACKAGES)
def test_a_core_without_its_assertions_refuses_to_start(package: str) -> None:
    command = [sys.executable, "-O", "-c", f"import {package}"]
    refused = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert refused.returncode != 0
    assert re.search("RuntimeError: .*-O", refused.stderr)
