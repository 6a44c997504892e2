"""The checkout as the architecture tests see it: its files, its modules, and which are pure.

It reads the folder and not the version control, so that it works in a plain copy too.
"""

from collections.abc import Iterator
from fnmatch import fnmatch
from functools import cache
from pathlib import Path, PurePosixPath
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[2]

PRODUCT_PACKAGES: Final = ("matching", "registry", "exchange", "api")
CORE_PACKAGES: Final = ("matching", "registry", "exchange")

# The shells of the core: they hold the clock, the disk, the loop, and no rule. Every other module
# of the core packages is pure, new ones included.
SHELL_MODULES: Final = (
    "registry.store",
    "registry.trust_company",
    "exchange.clock",
    "exchange.custodian",
    "exchange.past_rulings",
    "exchange.recovery",
    "exchange.sequencer",
    "exchange.service",
    "exchange.snapshotter",
    "exchange.store",
    "exchange.verify",
    "exchange.what_if",
)

# The one module that reads a clock.
CLOCK_MODULE: Final = "exchange.clock"

# What a pure module does not import, because its answer would no longer be a function of its
# arguments. import-linter forbids the same and follows the chains.
AMBIENT_MODULES: Final = (
    "asyncio",
    "concurrent",
    "datetime",
    "logging",
    "multiprocessing",
    "os",
    "pathlib",
    "random",
    "secrets",
    "signal",
    "socket",
    "sqlite3",
    "subprocess",
    "tempfile",
    "threading",
    "time",
    "uuid",
    "zoneinfo",
)
EDGE_LIBRARIES: Final = (
    "alembic",
    "apsw",
    "cryptography",
    "fastapi",
    "httpcore",
    "httptools",
    "httpx",
    "openpyxl",
    "pydantic",
    "rich",
    "sqlalchemy",
    "starlette",
    "typer",
    "uvicorn",
    "uvloop",
    "websockets",
    "xlsxwriter",
)


@cache
def ignored_names() -> tuple[str, ...]:
    """The patterns of .gitignore, which here are plain names."""
    lines = (ROOT / ".gitignore").read_text(encoding="utf-8").splitlines()
    return (".git", *(line.strip("/") for line in lines if line and not line.startswith("#")))


@cache
def project_files() -> tuple[PurePosixPath, ...]:
    """Every file of the project, relative to its root, in sorted order; generated ones left out."""

    def walk(folder: Path) -> Iterator[Path]:
        for entry in sorted(folder.iterdir()):
            if any(fnmatch(entry.name, pattern) for pattern in ignored_names()):
                continue
            if entry.is_dir():
                yield from walk(entry)
            else:
                yield entry

    return tuple(PurePosixPath(path.relative_to(ROOT).as_posix()) for path in walk(ROOT))


def module_name(path: PurePosixPath) -> str:
    """The dotted name under which Python imports the file."""
    parts = path.with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def is_core(path: PurePosixPath) -> bool:
    """Whether the file is Python of matching, registry or exchange."""
    return path.suffix == ".py" and path.parts[0] in CORE_PACKAGES


def is_product(path: PurePosixPath) -> bool:
    """Whether the file is Python that is shipped."""
    return path.suffix == ".py" and path.parts[0] in PRODUCT_PACKAGES


def is_pure(path: PurePosixPath) -> bool:
    """Whether the file is a pure module: of the core, and not one of its shells."""
    name = module_name(path)
    in_shell = any(name == shell or name.startswith(f"{shell}.") for shell in SHELL_MODULES)
    return is_core(path) and not in_shell


def pure_modules() -> frozenset[str]:
    """The names of all pure modules, the packages themselves left out."""
    names = (module_name(path) for path in project_files() if is_pure(path))
    return frozenset(name for name in names if "." in name)
