#!/bin/sh
# Makes two targets side by side: `beside.sh make FIRST SECOND`. Fails where one of them does.
#
# What the first says is kept until the second is done, so that the two are not mixed, and it is
# said last, next to the failure that it may tell of.
set -u
cd "$(dirname "$0")/.."

make=$1
first=$2
second=$3
mkdir -p build
log=build/$first.log
# A shell without a terminal of its own makes what it leaves behind deaf to Ctrl-C.
trap 'kill "$beside" 2> /dev/null; wait "$beside"; exit 130' INT TERM
"$make" "$first" > "$log" 2>&1 &
beside=$!
"$make" "$second"
second_status=$?
wait "$beside"
first_status=$?
cat "$log"
for outcome in "$second:$second_status" "$first:$first_status"; do
    if [ "${outcome#*:}" != 0 ]; then
        echo "${outcome%%:*} failed, with status ${outcome#*:}: see above" >&2
        exit "${outcome#*:}"
    fi
done
