#!/usr/bin/env bash
# The programs that people use, on the chardevs where they use them: does each receive
# the whole log, byte for byte?
#
#   tests/clients.sh [CLIENT...]        # tests/clients/CLIENT.sh; all of them by default
#
# Each file of tests/clients has one program and its rows.  A row boots tutti's firmware
# with two consoles: the first goes to a file, the reference; the second goes where the
# program reads.  Both are judged together.  docs/clients.md shows the same commands for
# people.
# SPDX-License-Identifier: MIT
set -u
cd "$(dirname "$0")/.." || exit 99
BUILD=$(realpath -m "${BUILD:-build}")
TUTTI=$BUILD/tutti
export TUTTI_BUILD_DIR=$BUILD LC_ALL=C
[ -z "${QEMU_DIR:-}" ] || export QEMU_DIR=$(realpath -m "$QEMU_DIR") # rows have folders of their own
ROW_SECONDS=60 # a row takes two or three; the host may be busy
passed=0 failed=0 skipped=0
. tests/clients/guest.bash

work=$BUILD/tests/clients
rm -rf "$work" && mkdir -p "$work" || exit 99

skip() { # NAME REASON
    echo "skip $1: $2"
    skipped=$((skipped + 1))
}

# needs PROGRAM...: a file's rows are skipped if one of them is missing.
needs() {
    missing=
    for program in "$@"; do
        command -v "$program" >/dev/null || missing="$missing $program"
    done
}

# row NAME FRONTEND CHARDEV CLIENT [ALTER]
#
# FRONTEND  the guest's device for the client: isa-serial, virtserialport, ...
# CHARDEV   as QEMU has it.  With the word PORT in it the client listens, and QEMU connects.
# CLIENT    function that becomes the client, and has it write the file "copy".  It knows
#           $pty or $port of the chardev.
# ALTER     filter: what this client makes of the log by its nature.  Without it the copy
#           must be the log itself.
row() {
    local name=$1
    shift
    run "$name" run_row "$@"
}

# waits NAME CHARDEV CLIENT: `tutti run` with a chardev that QEMU waits on.
waits() {
    local name=$1
    shift
    run "$name" run_waiting "$@"
}

# refuses NAME CHARDEV CLIENT MESSAGE: this client can't open that, and says so.
refuses() {
    local name=$1
    shift
    run "$name" run_refusal "$@"
}

# catches NAME FRONTEND CHARDEV CLIENT VERDICT: what this client does to the log is found.
catches() {
    local name=$1
    shift
    run "$name" run_catch "$@"
}

run() { # NAME FUNCTION ARGUMENT...
    local name=$1 group status
    shift
    [ -z "$missing" ] || { skip "$name" "not installed:$missing"; return; }
    dir=$work/${name//[^A-Za-z0-9]/-}
    mkdir "$dir" || exit 99
    # A process group of its own, so that nothing of it is left behind.
    set -m
    (cd "$dir" && "$@") >"$dir/log" 2>&1 </dev/null &
    group=$!
    set +m
    timeout "$ROW_SECONDS" tail -s 0.1 --pid="$group" -f /dev/null
    kill -KILL -- "-$group" 2>/dev/null
    wait "$group" 2>/dev/null
    status=$?
    result "$name" "$status"
}

result() { # NAME STATUS
    case $2 in
    0) echo "ok $1" && passed=$((passed + 1)) ;;
    77) skip "$1" "$(tail -n 1 "$dir/log")" ;;
    *)
        echo "not ok $1 (all of it: $dir)"
        [ "$2" != 137 ] || echo "  # not done after $ROW_SECONDS s"
        tail -n 12 "$dir/log" | sed 's/^/  # /'
        failed=$((failed + 1))
        ;;
    esac
}

[ $# -gt 0 ] || set -- tests/clients/*.sh
for client in "$@"; do
    missing=
    . "tests/clients/$(basename "$client" .sh).sh" || exit 99
done
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" = 0 ]
