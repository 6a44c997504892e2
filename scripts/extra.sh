#!/bin/sh
# Makes build/NAME, a virtual environment with what requirements-NAME.lock names; does nothing when
# that has been done. For what is no part of .venv, because it would get in the way there.
set -eu
cd "$(dirname "$0")/.."

name=$1
target=build/$name
lock=requirements-$name.lock
state=$(pwd -P; cksum "$lock" scripts/extra.sh)

if [ -f "$target/stamp" ] && [ "$(cat "$target/stamp")" = "$state" ]; then
    exit 0
fi
echo "$name: installing what $lock names ..." >&2
rm -rf "$target"
.venv/bin/python -m venv "$target"
"$target/bin/python" -m pip install -qq --disable-pip-version-check --no-input \
    --require-hashes -r "$lock"
printf '%s\n' "$state" > "$target/stamp"
echo "$name: done" >&2
