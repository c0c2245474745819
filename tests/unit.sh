#!/usr/bin/env bash
# Run the unit test programs that are named, in parallel, each for at most three
# minutes; show the output of those that fail, and end with the totals.
# SPDX-License-Identifier: MIT
set -u
logs=$BUILD/tests/logs
mkdir -p "$logs" && rm -f "$logs"/*

run_one() {
    log=$1/$(basename "$2").log
    timeout 180 "$2" >"$log" 2>&1
    echo "exit $?" >>"$log"
}
export -f run_one
export ASAN_OPTIONS=detect_leaks=1:allocator_may_return_null=1 UBSAN_OPTIONS=print_stacktrace=1
printf '%s\n' "$@" | xargs -P "$(nproc)" -I{} bash -c 'run_one "$0" "$1"' "$logs" {}

passed=0 failed=0
for test in "$@"; do
    log=$logs/$(basename "$test").log
    ok=$(grep -c '^\[       OK \]' "$log")
    bad=$(grep '^\[  FAILED  \] [a-z]' "$log" | sort -u | wc -l)
    # A program that crashed, or ran no test at all, failed as a whole.
    if ! tail -n 1 "$log" | grep -qx 'exit 0' || [ "$ok" = 0 ]; then
        [ "$bad" = 0 ] && bad=1
        cat "$log"
    fi
    [ "$bad" = 0 ] && mark=ok || mark='not ok'
    echo "$mark $(basename "$test"): $ok passed, $bad failed"
    passed=$((passed + ok)) failed=$((failed + bad))
done
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
