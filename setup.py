"""Compiles `matching` with mypyc where a C compiler is found; the same source runs plain elsewhere.

All of it is compiled or none: half a package would not start. An editable install stays plain,
because compiled files beside the sources would hide every edit.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from mypyc.build import mypycify
from setuptools import Extension, setup
from setuptools.command.build_ext import build_ext
from setuptools.errors import CompileError, ExecError, LinkError, PlatformError

# Of the commands that a build consists of, those that need the compiled modules.
COMPILING = frozenset({"bdist_wheel", "build", "build_ext", "install"})
# Where the tests want the compiled build, a failure is a failure and no fallback.
REQUIRED = os.environ.get("TRUSTEX_COMPILE") == "required"


class BuildExtensions(build_ext):
    """Builds every extension, or leaves all of them out and says so."""

    def run(self) -> None:
        try:
            super().run()
        except (CompileError, ExecError, LinkError, PlatformError) as error:
            if REQUIRED:
                raise
            say(error)
            for built in map(Path, self.get_outputs()):
                built.unlink(missing_ok=True)
            self.extensions = []


def extensions() -> list[Extension]:
    """The modules of `matching` in C, or none where they cannot be translated."""
    if COMPILING.isdisjoint(sys.argv):
        return []
    sources = sorted(Path("matching").glob("*.py"))
    try:
        return mypycify([str(path) for path in sources], group_name="matching", target_dir="build")
    # mypyc leaves by SystemExit where the types are wrong. Whatever it was, plain Python will do.
    except (Exception, SystemExit) as error:
        if REQUIRED:
            raise
        say(error)
        return []


def say(error: BaseException) -> None:
    print(f"matching is not compiled, plain Python runs: {error}", file=sys.stderr)


setup(ext_modules=extensions(), cmdclass={"build_ext": BuildExtensions})
