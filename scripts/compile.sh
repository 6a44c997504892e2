#!/bin/sh
# Makes build/compiled: a copy of matching/ that is compiled; does nothing when that has been done.
#
# Apart from the sources, because compiled files beside them would hide every edit. The stamp is
# written last, so a build that failed half-way is done again.
set -eu
cd "$(dirname "$0")/.."

python=$(pwd -P)/.venv/bin/python
target=build/compiled
stamp=$target/stamp
state=$(pwd -P; cksum setup.py pyproject.toml requirements.lock scripts/compile.sh matching/*.py)

if [ -f "$stamp" ] && [ "$(cat "$stamp")" = "$state" ]; then
    exit 0
fi

echo "compile: translating matching/ to C ..." >&2
rm -rf "$target"
mkdir -p "$target"
# Without a compiler of the machine's own, the one that setup.sh has then put into .venv.
if ! command -v "${CC:-cc}" > /dev/null; then
    printf '#!/bin/sh\nexec "%s" -m ziglang cc "$@"\n' "$python" > build/cc
    chmod +x build/cc
    CC=$(pwd -P)/build/cc
    LDSHARED="$CC -shared"
    export CC LDSHARED
fi
if ! TRUSTEX_COMPILE=required "$python" setup.py -q build_ext --build-lib "$target" \
    --build-temp build/temp > build/compile.log 2>&1; then
    cat build/compile.log >&2
    exit 1
fi
# The sources beside them are for people and tests that read them; Python takes the compiled ones.
mkdir -p "$target/matching"
cp matching/*.py "$target/matching/"
printf '%s\n' "$state" > "$stamp"
echo "compile: done" >&2
