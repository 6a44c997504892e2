#!/bin/sh
# Makes .venv with the locked dependencies and trustex itself; does nothing when that has been done.
#
# The stamps are written last, so a set-up that failed half-way is done again. The first names the
# locks and the checkout's path, because a virtual environment holds absolute paths: in a copied
# checkout it is built anew. The second names what the last step reads.
set -eu
cd "$(dirname "$0")/.."

environment_stamp=.venv/stamp-environment
project_stamp=.venv/stamp-project
has_compiler() { command -v "${CC:-cc}" > /dev/null; }

environment_state=$(
    pwd -P
    cksum requirements.lock requirements-recording.lock requirements-compiler.lock scripts/setup.sh
    has_compiler || echo 'no compiler'
)
project_state=$(cksum pyproject.toml setup.py)

stamped() { [ -f "$1" ] && [ "$(cat "$1")" = "$2" ]; }

if stamped "$environment_stamp" "$environment_state" \
    && stamped "$project_stamp" "$project_state" && .venv/bin/python -c ''; then
    exit 0
fi

find_python() {
    for candidate in ${PYTHON:-} python3 python3.13 python3.12 python3.11; do
        # The name may be a launcher of a version that is not there, so it is run, not looked up.
        if "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            printf '%s\n' "$candidate"
            return
        fi
    done
    echo "trustex needs Python 3.11 or later: none of python3, python3.13, .12, .11 is one." >&2
    echo "Name yours: make setup PYTHON=/path/to/python3" >&2
    return 1
}

install() {
    .venv/bin/python -m pip install -qq --disable-pip-version-check --no-input "$@"
}

if ! stamped "$environment_stamp" "$environment_state" || ! .venv/bin/python -c ''; then
    python=$(find_python)
    echo "setup: building .venv with $("$python" --version) ..." >&2
    rm -rf .venv
    if ! "$python" -m venv .venv; then
        rm -rf .venv
        echo "Python's venv module is incomplete (Debian: apt-get install python3-venv)." >&2
        exit 1
    fi
    install --require-hashes -r requirements.lock
    # Apart and without its dependencies: only the recording that it carries is read, no code of it.
    install --require-hashes --no-deps -r requirements-recording.lock
    # scripts/compile.sh makes the compiled build that the tests want.
    if ! has_compiler; then
        install --require-hashes -r requirements-compiler.lock
    fi
    printf '%s\n' "$environment_state" > "$environment_stamp"
fi

install --no-deps --no-build-isolation --editable .
printf '%s\n' "$project_state" > "$project_stamp"
echo "setup: done" >&2
