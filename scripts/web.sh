#!/bin/sh
# Makes api/site/built, the pages of web/ as the server gives them out; does nothing when that has
# been done. `check` looks at their sources too, and `test` runs their tests.
#
# Node comes from the lock requirements-node.lock, what the pages are made of from
# web/package-lock.json. The stamp is written last, so a build that failed half-way is done again;
# the pages are put in place when they are whole, so a failure leaves those that were there.
set -eu
cd "$(dirname "$0")/.."

step=${1:-build}
built=api/site/built
stamp=build/web-stamp

state() {
    cksum requirements-node.lock scripts/web.sh docs/reference/openapi.json
    find web -name node_modules -prune -o -name '*.generated.ts' -prune -o -type f -print \
        | LC_ALL=C sort | tr '\n' '\0' | xargs -0 cksum
}

install() {
    sh scripts/extra.sh node
    PATH=$(pwd -P)/build/node/bin:$PATH
    export PATH
    installed=$(pwd -P; cksum web/package-lock.json web/.npmrc)
    if [ "$(cat web/node_modules/stamp 2>/dev/null)" != "$installed" ]; then
        echo "web: installing what web/package-lock.json names ..." >&2
        (cd web && npm ci --no-progress --loglevel=error > /dev/null)
        printf '%s\n' "$installed" > web/node_modules/stamp
    fi
}

run() { (cd web && npm run --silent "$@"); }

now=$(state)
if [ ! -f "$built/index.html" ] || [ "$(cat "$stamp" 2>/dev/null)" != "$now" ]; then
    install
    echo "web: building the pages ..." >&2
    run client > build/web.log 2>&1 && run build >> build/web.log 2>&1 \
        || { cat build/web.log >&2; exit 1; }
    rm -rf "$built"
    mv build/web "$built"
    printf '%s\n' "$now" > "$stamp"
    echo "web: done" >&2
fi

case $step in
    build) ;;
    check) install; run types; run lint ;;
    test) install; run test ;;
    *) echo "sh scripts/web.sh [build|check|test]" >&2; exit 2 ;;
esac
