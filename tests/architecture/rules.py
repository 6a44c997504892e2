"""The rules of the house that can be read off one file, each a function from its text.

A rule takes the path, relative to the root, and the text; it returns one line for each violation.
There is no list of exemptions.
"""

import ast
import io
import re
import sys
import tokenize
from collections.abc import Callable, Iterator
from functools import cache
from itertools import zip_longest
from pathlib import PurePosixPath
from typing import Final, TypeAlias, TypeGuard

from tests.architecture.tree import (
    AMBIENT_MODULES,
    CLOCK_MODULE,
    EDGE_LIBRARIES,
    is_core,
    is_product,
    is_pure,
    module_name,
)

Rule: TypeAlias = Callable[[PurePosixPath, str], list[str]]
Function: TypeAlias = ast.FunctionDef | ast.AsyncFunctionDef

FUNCTION_LINES_MAX: Final = 70
FILE_LINES_MAX: Final = 500
COLUMNS_MAX: Final = 100
REASON_LETTERS_MIN: Final = 12

CODE_SUFFIXES: Final = frozenset({".py", ".sh", ".toml", ".mako", ".ts", ".tsx", ".css", ""})
HAND_WRITTEN_SUFFIXES: Final = frozenset({".py", ".sh", ".ts", ".tsx", ".css"})

# Folders of tests that need no port, no clock and no waiting.
CORE_TESTS: Final = ("matching", "registry", "exchange", "model", "properties", "scenarios")

# Beyond imports: what else makes an answer depend on more than the arguments. hash() and id()
# differ from process to process, so only a __hash__ may call the one, and none the other.
AMBIENT_CALLS: Final = frozenset(
    {"__import__", "eval", "exec", "hash", "id", "input", "open", "print"}
)
CLOCK_CALLS: Final = re.compile(
    r"^(time\.(time|time_ns|gmtime|localtime|clock_gettime(_ns)?)|(datetime\.)*(utc)?now"
    r"|(datetime\.)*datetime\.(now|utcnow|today)|(datetime\.)*date\.today)$"
)
SHORT_NAMES: Final = re.compile(
    r"(^|_)(ts|qty|px|amt|usr|mgr|manager|utils?|helpers?|num|cnt|idx)(_|$)"
    r"|^(max|min)_|(^|_)timeout$"
)
SUPPRESSION: Final = re.compile(
    r"#\s*(type:\s*ignore(\[[\w, -]*\])?|(ruff:\s*)?noqa(:\s*[A-Z]+[0-9]+(,\s*[A-Z]+[0-9]+)*)?"
    r"|pragma:\s*no (cover|branch)|mypy:.*)"
)
FOREIGN_PLACES: Final = (
    # Each is written so that it does not match itself.
    (re.compile(r"(?<![\w.])/(?:[w]ork|[r]oot|[h]ome/\w|[U]sers/\w|[o]pt/)"), "path of a machine"),
    (re.compile(r"[p]ypi\.org|[p]ythonhosted\.org|[n]pmjs\.(org|com)|[d]ebian\.org"), "registry"),
    (re.compile(r"(?<![\w/-])(?:\.\./)?[s]hared/"), "file outside the project"),
)


@cache
def parse(text: str) -> ast.Module:
    """The syntax tree, made once for all rules."""
    return ast.parse(text)


def imported_modules(text: str) -> Iterator[tuple[int, str]]:
    """Line and name of every absolute import, inside functions and type-checking blocks too."""
    for node in ast.walk(parse(text)):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            assert node.module is not None
            yield node.lineno, node.module


def code_lines(function: Function) -> int:
    """The lines of a function from `def` to its end, its docstring left out."""
    assert function.end_lineno is not None
    lines = function.end_lineno - function.lineno + 1
    if ast.get_docstring(function, clean=False) is not None:
        docstring = function.body[0]
        assert docstring.end_lineno is not None
        lines -= docstring.end_lineno - docstring.lineno + 1
    return lines


def functions_fit_a_screen(path: PurePosixPath, text: str) -> list[str]:
    """A function has at most 70 lines, its docstring aside."""
    if path.suffix != ".py":
        return []
    return [
        f"{path}:{node.lineno} {node.name} has {code_lines(node)} lines"
        for node in ast.walk(parse(text))
        if isinstance(node, Function) and code_lines(node) > FUNCTION_LINES_MAX
    ]


def files_fit_a_sitting(path: PurePosixPath, text: str) -> list[str]:
    """A file that people write has at most 500 lines."""
    lines = len(text.splitlines())
    if path.suffix in HAND_WRITTEN_SUFFIXES and lines > FILE_LINES_MAX:
        return [f"{path} has {lines} lines"]
    return []


def lines_fit_the_page(path: PurePosixPath, text: str) -> list[str]:
    """A line of code has at most 100 columns."""
    if path.suffix not in CODE_SUFFIXES:
        return []
    return [
        f"{path}:{number} has {len(line)} columns"
        for number, line in enumerate(text.splitlines(), start=1)
        if len(line) > COLUMNS_MAX
    ]


def the_core_counts_in_whole_numbers(path: PurePosixPath, text: str) -> list[str]:
    """No float and no true division in the pure modules of matching, registry and exchange."""
    if not is_pure(path):
        return []
    violations = []
    for node in ast.walk(parse(text)):
        if isinstance(node, ast.Constant) and isinstance(node.value, float | complex):
            violations.append(f"{path}:{node.lineno} the number {node.value}")
        elif isinstance(node, ast.BinOp | ast.AugAssign) and isinstance(node.op, ast.Div):
            violations.append(f"{path}:{node.lineno} true division")
        elif isinstance(node, ast.Name) and node.id in {"float", "complex"}:
            violations.append(f"{path}:{node.lineno} {node.id}")
    return violations


def pure_modules_have_no_surroundings(path: PurePosixPath, text: str) -> list[str]:
    """Time, randomness, files and order come into a pure module as arguments; it never waits."""
    if not is_pure(path):
        return []
    forbidden = {*AMBIENT_MODULES, *EDGE_LIBRARIES}
    violations = [
        f"{path}:{line} imports {name}"
        for line, name in imported_modules(text)
        if name.partition(".")[0] in forbidden
    ]
    hashing = {
        call
        for node in ast.walk(parse(text))
        if isinstance(node, ast.FunctionDef) and node.name == "__hash__"
        for call in ast.walk(node)
        if is_call_of(call, frozenset({"hash"}))
    }
    for node in ast.walk(parse(text)):
        if isinstance(node, ast.AsyncFunctionDef | ast.Await | ast.AsyncFor | ast.AsyncWith):
            violations.append(f"{path}:{node.lineno} async")
        elif is_call_of(node, AMBIENT_CALLS) and node not in hashing:
            violations.append(f"{path}:{node.lineno} {ast.unparse(node)}")
    return violations


def is_call_of(node: ast.AST, names: frozenset[str]) -> TypeGuard[ast.Call]:
    """Whether the node calls one of the named functions."""
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in names


def only_the_clock_reads_a_clock(path: PurePosixPath, text: str) -> list[str]:
    """The core's time comes from exchange/clock.py; nothing that is shipped asks for today's."""
    if not is_product(path) or module_name(path) == CLOCK_MODULE:
        return []
    violations = []
    if is_core(path):
        violations += [
            f"{path}:{line} imports {name}"
            for line, name in imported_modules(text)
            if name == "time"
        ]
    for node in ast.walk(parse(text)):
        if isinstance(node, ast.Call) and CLOCK_CALLS.match(ast.unparse(node.func)):
            violations.append(f"{path}:{node.lineno} calls {ast.unparse(node.func)}()")
    return violations


def matching_stands_alone(path: PurePosixPath, text: str) -> list[str]:
    """matching imports itself, the standard library and sortedcontainers."""
    if not is_product(path) or path.parts[0] != "matching":
        return []
    allowed = {*sys.stdlib_module_names, "sortedcontainers", "matching"}
    return [
        f"{path}:{line} imports {name}"
        for line, name in imported_modules(text)
        if name.partition(".")[0] not in allowed
    ]


def suppressions_have_a_reason(path: PurePosixPath, text: str) -> list[str]:
    """A comment that silences a tool is followed by why."""
    if path.suffix != ".py":
        return []
    violations = []
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type != tokenize.COMMENT:
            continue
        found = SUPPRESSION.search(token.string)
        reason = token.string[found.end() :] if found else None
        if reason is not None and sum(map(str.isalpha, reason)) < REASON_LETTERS_MIN:
            violations.append(f"{path}:{token.start[0]} {token.string}")
    return violations


def no_test_is_set_aside(path: PurePosixPath, text: str) -> list[str]:
    """No test is skipped or expected to fail, and none replaces a part by a mock."""
    if path.suffix != ".py" or path.parts[0] != "tests":
        return []
    aside = re.compile(r"^(pytest|unittest)\..*(skip|skipIf|skipif|xfail|importorskip|mock)$")
    named = [
        f"{path}:{node.lineno} {ast.unparse(node)}"
        for node in ast.walk(parse(text))
        if isinstance(node, ast.Attribute) and aside.match(ast.unparse(node))
    ]
    imported = [
        f"{path}:{line} imports {name}"
        for line, name in imported_modules(text)
        if name in {"unittest.mock", "mock"}
    ]
    return named + imported


def core_tests_do_not_wait(path: PurePosixPath, text: str) -> list[str]:
    """A test of the core has no sleep; giving way to the loop, asyncio.sleep(0), is none."""
    if path.suffix != ".py" or path.parts[0] != "tests" or path.parts[1] not in CORE_TESTS:
        return []
    return [
        f"{path}:{node.lineno} {ast.unparse(node)}"
        for node in ast.walk(parse(text))
        if isinstance(node, ast.Call)
        and ast.unparse(node.func).split(".")[-1] == "sleep"
        and [ast.unparse(argument) for argument in node.args] != ["0"]
    ]


def defined_names(text: str) -> Iterator[tuple[int, str]]:
    """Line and name of everything that the file itself names."""
    for node in ast.walk(parse(text)):
        if isinstance(node, Function | ast.ClassDef):
            yield node.lineno, node.name
        elif isinstance(node, ast.arg):
            yield node.lineno, node.arg
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.lineno, node.id
        elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
            yield node.lineno, node.attr


def names_are_whole_words(path: PurePosixPath, text: str) -> list[str]:
    """No abbreviations, and unit and bound come last: `batch_commands_max`, `timeout_ns`."""
    if path.suffix != ".py" or path.name.startswith("_"):
        return []
    named = [(1, path.stem), *defined_names(text)]
    return [f"{path}:{line} {name}" for line, name in named if SHORT_NAMES.search(name.lower())]


def look_alike_arguments_are_named(path: PurePosixPath, text: str) -> list[str]:
    """Two arguments of one type are keyword-only, so that they cannot change places."""
    if not is_product(path):
        return []
    violations = []
    for node in ast.walk(parse(text)):
        if not isinstance(node, Function) or node.name.startswith("__"):
            continue
        positional = [*node.args.posonlyargs, *node.args.args]
        types = [ast.unparse(each.annotation) for each in positional if each.annotation]
        twice = {name for name in types if types.count(name) > 1}
        violations += [f"{path}:{node.lineno} {node.name}: {name}" for name in sorted(twice)]
    return violations


def enum_members_say_what_they_mean(path: PurePosixPath, text: str) -> list[str]:
    """A member of an enum has its one line: a comment at it or above it, or a docstring below."""
    if not is_product(path):
        return []
    lines = ["", *text.splitlines()]
    violations = []
    for node in ast.walk(parse(text)):
        if not isinstance(node, ast.ClassDef) or "Enum" not in "".join(
            map(ast.unparse, node.bases)
        ):
            continue
        for statement, below in zip_longest(node.body, node.body[1:]):
            if not isinstance(statement, ast.Assign) or "#" in lines[statement.lineno]:
                continue
            said_above = lines[statement.lineno - 1].lstrip().startswith("#")
            said_below = isinstance(below, ast.Expr) and isinstance(below.value, ast.Constant)
            if not said_above and not said_below:
                violations.append(f"{path}:{statement.lineno} {ast.unparse(statement)}")
    return violations


def names_an_enum(base: ast.expr) -> bool:
    """Whether a base class is one of the standard library's enums."""
    return ast.unparse(base).endswith(("Enum", "Flag"))


def a_state_changes_in_one_place(path: PurePosixPath, text: str) -> list[str]:
    """A file of the core has at most one assignment to an attribute `.state`, __init__ aside."""
    if not is_core(path):
        return []
    initial = {
        target
        for node in ast.walk(parse(text))
        if isinstance(node, ast.FunctionDef) and node.name == "__init__"
        for target in ast.walk(node)
    }
    assigned = [
        f"{path}:{node.lineno} {ast.unparse(node)}"
        for node in ast.walk(parse(text))
        if isinstance(node, ast.Attribute)
        and isinstance(node.ctx, ast.Store)
        and node.attr == "state"
        and node not in initial
    ]
    return assigned if len(assigned) > 1 else []


def nothing_points_outside(path: PurePosixPath, text: str) -> list[str]:
    """No file names a path of one machine, a registry's host, or what lies beside the checkout."""
    return [
        f"{path}:{number} names a {what}"
        for number, line in enumerate(text.splitlines(), start=1)
        for pattern, what in FOREIGN_PLACES
        if pattern.search(line)
    ]


RULES: Final[tuple[Rule, ...]] = (
    functions_fit_a_screen,
    files_fit_a_sitting,
    lines_fit_the_page,
    the_core_counts_in_whole_numbers,
    pure_modules_have_no_surroundings,
    only_the_clock_reads_a_clock,
    matching_stands_alone,
    suppressions_have_a_reason,
    no_test_is_set_aside,
    core_tests_do_not_wait,
    names_are_whole_words,
    look_alike_arguments_are_named,
    enum_members_say_what_they_mean,
    a_state_changes_in_one_place,
    nothing_points_outside,
)
