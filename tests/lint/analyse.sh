#!/usr/bin/env bash
# Static analysis: cppcheck over everything, its findings are errors.
# SPDX-License-Identifier: MIT
set -u
cd "$(dirname "$0")/../.." || exit 1
cache=$1/cppcheck
mkdir -p "$cache"
cppcheck -q -j "$(nproc)" --cppcheck-build-dir="$cache" --std=c11 --enable=warning,performance,portability \
    --inline-suppr --suppress=missingIncludeSystem --suppress=unusedStructMember \
    --error-exitcode=1 -I. -D__GNUC__=12 -DTUTTI_VERSION='""' -DTUTTI_BUILD='""' -DLOG_RING_SIZE=65536u \
    drivers firmware host-tools || { echo 'not ok analyse: cppcheck'; exit 1; }
echo "ok analyse: cppcheck"
