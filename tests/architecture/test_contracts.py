"""The import contracts of pyproject.toml hold, cover every module, and are seen to break."""

import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any, Final

import pytest

from tests.architecture.tree import (
    AMBIENT_MODULES,
    EDGE_LIBRARIES,
    ROOT,
    SHELL_MODULES,
    module_name,
    project_files,
    pure_modules,
)

LINTER: Final = Path(sys.executable).with_name("lint-imports")

# (contract, file, a line that breaks the contract when it is added to the file)
PLANTED: Final = (
    ("layers", "matching/types.py", "import registry.types"),
    ("layers", "registry/types.py", "import matching.types"),
    ("layers", "registry/types.py", "import exchange.types"),
    ("layers", "exchange/types.py", "import api"),
    ("layers", "api/__init__.py", "import tests"),
    ("layers", "exchange/types.py", "import benchmarks"),
    ("pure", "matching/types.py", "import random"),
    ("pure", "registry/types.py", "import sqlalchemy"),
    ("pure", "exchange/types.py", "def today() -> None:\n    import datetime\n"),
    ("pure", "exchange/types.py", "import exchange.store"),
    # A chain: a pure module, a shell, SQL.
    ("pure", "exchange/types.py", "import registry.store.tables"),
    ("demo", "api/cli/demo/__init__.py", "import exchange.types"),
)


def configuration() -> dict[str, Any]:
    """What pyproject.toml says to import-linter."""
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    section: dict[str, Any] = tomllib.loads(text)["tool"]["importlinter"]
    return section


def contract(contract_id: str) -> dict[str, Any]:
    """One contract by its id."""
    (found,) = (each for each in configuration()["contracts"] if each["id"] == contract_id)
    assert isinstance(found, dict)
    return found


def lint(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run import-linter over a checkout, without the cache that parallel tests would share."""
    command = [str(LINTER), "--no-logo", "--no-cache", *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


def covers(module: str, name: str) -> bool:
    """Whether `name` is the module or lies in it."""
    return name == module or name.startswith(f"{module}.")


def test_the_contracts_hold() -> None:
    linted = lint(ROOT)
    assert linted.returncode == 0, linted.stdout


@pytest.mark.parametrize(("contract_id", "file", "line"), PLANTED)
def test_a_planted_import_breaks_the_contract(
    tmp_path: Path, contract_id: str, file: str, line: str
) -> None:
    for path in project_files():
        if path.suffix == ".py" or path.name == "pyproject.toml":
            (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / path, tmp_path / path)
    with (tmp_path / file).open("a", encoding="utf-8") as planted:
        planted.write(f"\n{line}\n")
    linted = lint(tmp_path, "--contract", contract_id)
    assert linted.returncode == 1, linted.stdout
    assert f"{contract(contract_id)['name']} BROKEN" in linted.stdout


def test_every_contract_has_a_planted_violation() -> None:
    contracts = {each["id"] for each in configuration()["contracts"]}
    assert {contract_id for contract_id, *_ in PLANTED} == contracts


def test_every_package_is_under_the_contracts() -> None:
    packages = {path.parts[0] for path in project_files() if path.name == "__init__.py"}
    assert packages == set(configuration()["root_packages"])


def test_every_pure_module_is_under_the_contract_of_purity() -> None:
    sources = contract("pure")["source_modules"]
    pure = pure_modules()
    assert {name for name in pure if not any(covers(source, name) for source in sources)} == set()
    modules = {module_name(path) for path in project_files() if path.suffix == ".py"}
    for source in sources:
        inside = {name for name in modules if covers(source, name)}
        assert inside - pure - {"matching"} == set(), source


def test_purity_forbids_every_shell_and_everything_ambient() -> None:
    forbidden = set(contract("pure")["forbidden_modules"])
    modules = {module_name(path) for path in project_files()}
    assert forbidden == {*AMBIENT_MODULES, *EDGE_LIBRARIES, *(modules & set(SHELL_MODULES))}
