#!/bin/sh
# Changes a copy of matching/, one small thing at a time, and counts what the tests notice.
#
# Arguments are names of functions as mutmut writes them: 'matching.book*'; without any, all are
# changed.
# What was tried is kept in build/mutants, so a run that was stopped goes on where it was.
set -eu
cd "$(dirname "$0")/.."

sh scripts/extra.sh mutate
work=build/mutants
mkdir -p "$work"
rm -rf "$work/docs" "$work/matching" "$work/tests"
cp -Rp docs matching tests pyproject.toml "$work"
# What these read or count are the lines of matching, which are not the same when they are changed.
rm -f "$work/tests/matching/test_build.py" "$work/tests/matching/test_cost.py" \
    "$work/tests/matching/test_examples.py"
cd "$work"
../mutate/bin/mutmut run --max-children 2 "$@"
../mutate/bin/mutmut export-cicd-stats > mutmut.log
../mutate/bin/mutmut results | grep survived > survivors.txt || true
sed -n 's/[",:]//g; s/^ *\([a-z_]* [1-9][0-9]*\)$/\1/p' mutants/mutmut-cicd-stats.json
echo "survivors: $work/survivors.txt; one of them: cd $work && ../mutate/bin/mutmut show NAME"
