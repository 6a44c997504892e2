#!/bin/sh
# Prints where this machine's browser is, which the tests of the pages need, or says how to get one.
set -eu

for name in chromium chromium-browser google-chrome; do
    if command -v "$name"; then
        exit 0
    fi
done
echo "The tests of the web pages need a browser: apt-get install chromium" >&2
exit 1
