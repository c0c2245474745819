#!/usr/bin/env bash
# The examples of the documentation are run again: does each still print what is shown?
#
#   tests/docs.sh [FILE.md...]        docs/explain.md and docs/backends.md by default
#
# An example is a block ```console whose first line is "$ tutti ...".  A line "..." stands for
# any lines.  What varies from host to host is made
# equal on both sides: versions of QEMU and of its machines, numbers of ptys, times,
# the length of a mix.
# SPDX-License-Identifier: MIT
set -u
cd "$(dirname "$0")/.." || exit 99
build=$(realpath -m "${BUILD:-build}")
export TUTTI_BUILD_DIR=$build LC_ALL=C.UTF-8 PATH=$build:$PATH
passed=0 failed=0 skipped=0
[ $# -gt 0 ] || set -- docs/explain.md docs/backends.md
work=$(mktemp -d) && trap 'rm -rf "$work"' EXIT

same_on_all_hosts() {
    sed -E 's/QEMU [0-9]+\.[0-9]+\.[0-9]+/QEMU N/; s/machine (pc-q35|pc-i440fx|virt)-[0-9.]+/machine \1-N/;
        s#/dev/pts/[0-9]+#/dev/pts/N#g; s/\([0-9.]+ s\)/(T s)/; s/[0-9]+ bytes, ([0-9]+ whole)/N bytes, \1/; s/[[:space:]]+$//;
        s/Device (.[a-z]+.) is in use/chardev \1 is already in use/'
}

# A glob pattern for [[ == ]]: every line as it is, "..." for any lines.
pattern_of() {
    sed -E 's/[][\\*?]/\\&/g; s/^\.\.\.$/*/'
}

# try COMMAND EXPECTED-FILE PLACE
try() {
    local command=$1 expected=$2 place=$3 actual pattern
    # Some examples show a mistake: any status but "this QEMU has no such device" is fine.
    (cd "$work" && timeout 60 bash -c "$command") >"$work/actual" 2>&1 </dev/null
    if [ $? = 77 ]; then
        skipped=$((skipped + 1)) && echo "skip $place: $(head -n 1 "$work/actual")"
        return
    fi
    actual=$(same_on_all_hosts <"$work/actual")
    pattern=$(same_on_all_hosts <"$expected" | pattern_of)
    # An omission at the beginning, in the middle, at the end: it may be of no line at all.
    pattern=${pattern//$'\n*\n'/$'*\n'}
    # Nothing shown is nothing proved.
    if [[ $actual == $pattern ]] && grep -qvxF -e ... -e '' "$expected"; then
        passed=$((passed + 1))
    else
        failed=$((failed + 1)) && echo "not ok $place: $command"
        diff <(same_on_all_hosts <"$expected") <(printf '%s\n' "$actual") | head -n 40
    fi
}

check_file() {
    local file=$1 line number=0 inside= command= start
    while IFS= read -r line || [ -n "$line" ]; do
        number=$((number + 1))
        if [ "$inside" ] && [ "$line" = '```' ]; then
            [ -z "$command" ] || try "$command" "$work/expected" "$file:$start"
            inside= command=
        elif [ "$inside" ] && [[ $line == '$ tutti '* ]] && [ -z "$command" ]; then
            command=${line#\$ }
        elif [ "$inside" ] && [[ $command == *'\' ]]; then
            command=${command%\\}$line
        elif [ "$inside" ]; then
            printf '%s\n' "$line" >>"$work/expected"
        elif [ "$line" = '```console' ]; then
            inside=1 start=$number && : >"$work/expected"
        fi
    done <"$file"
}

for file in "$@"; do
    check_file "$file"
done
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" = 0 ]
