#!/usr/bin/env bash
# Every check there is, one after the other; a failing one does not keep the next
# from running.  The last line counts all tests of all of them.
# SPDX-License-Identifier: MIT
set -u
logs=$BUILD/check
mkdir -p "$logs" && rm -f "$logs"/*
jobs=-j$(nproc)

# Nothing is written outside: temporary files lie in the build folder as well, if the
# names of sockets in it stay short enough (108 bytes, unix(7)).
tmp=$(realpath "$BUILD")/tmp
[ "${#tmp}" -lt 64 ] && mkdir -p "$tmp" && export TMPDIR=$tmp
passed=0 failed=0 skipped=0 failures=

# check NAME COMMAND...: counts the command's closing line "N passed, N failed[, N skipped]",
# or the command as one test if it has none.
check() {
    local name=$1 log=$logs/$1.log last status
    shift
    echo "== $name"
    "$@" 2>&1 | tee "$log"
    status=${PIPESTATUS[0]}
    last=$(grep -E '^[0-9]+ passed, [0-9]+ failed' "$log" | tail -n 1)
    [ -n "$last" ] || { [ "$status" = 0 ] && last='1 passed, 0 failed' || last='0 passed, 1 failed'; }
    set -- $(echo "$last" | grep -oE '[0-9]+')
    [ "$status" != 0 ] && [ "$2" = 0 ] && set -- "$1" 1 "${3:-0}"
    passed=$((passed + $1)) failed=$((failed + $2)) skipped=$((skipped + ${3:-0}))
    [ "$2" = 0 ] || failures="$failures $name"
}

check lint     $MAKE --no-print-directory BUILD="$BUILD" -k lint
check firmware $MAKE --no-print-directory BUILD="$BUILD" $jobs -k firmware
check tool     $MAKE --no-print-directory BUILD="$BUILD" $jobs -k tutti
check clang    $MAKE --no-print-directory BUILD="$BUILD" $jobs -k clang
check unit     $MAKE --no-print-directory BUILD="$BUILD" $jobs -k unit
check boot     $MAKE --no-print-directory BUILD="$BUILD" boot
check explain  env BUILD="$BUILD" tests/explain.sh
check monitors env BUILD="$BUILD" tests/monitors.sh
check docs     env BUILD="$BUILD" tests/docs.sh
check clients  $MAKE --no-print-directory BUILD="$BUILD" clients

# What depends on QEMU's version, once more with a newer one, if it can be had.
next=$BUILD/qemu-next log=$logs/qemu-next.log
echo "== qemu-next"
if $MAKE --no-print-directory BUILD="$BUILD" qemu-next >"$log" 2>&1; then
    check boot-next    $MAKE --no-print-directory BUILD="$BUILD" QEMU_DIR="$next" MATRIX="tests/boot/qemu-next.yaml tests/boot/hub.yaml" boot
    check explain-next env BUILD="$BUILD" QEMU_DIR="$next" tests/explain.sh
    check clients-next $MAKE --no-print-directory BUILD="$BUILD" QEMU_DIR="$next" CLIENTS=picocom clients
else
    echo "skip boot-next, explain-next, clients-next: $(grep '^qemu-next:' "$log" || tail -n 1 "$log")"
    skipped=$((skipped + 3))
fi

[ -z "$failures" ] || echo "failed:$failures (logs: $logs)"
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" = 0 ]
