#!/usr/bin/env bash
# Rule -> code -> test: every citation of a numbered section, with the files that
# keep it and the tests that prove it.  Gaps (code without a test) end the list.
# SPDX-License-Identifier: MIT
set -u
cd "$(dirname "$0")/../.." || exit 1
cite='(VIRTIO 1\.2|DDI 0183G|PC16550D|PCI 3\.0|PCIe 4\.0|P2P 1\.2|xHCI 1\.2|USB 2\.0|UHCI 1\.1|OHCI 1\.0a|ACPI 6\.4|DT 0\.4) (§[0-9.]*[0-9]|(table|chapter) [0-9A-Z.]*[0-9])'

# "cite<TAB>file" for each place in the folders that are named.
places() {
    grep -rnoE --include='*.[chS]' "$cite" "$@" | sed -E 's/^([^:]+):[0-9]+:(.*)$/\2\t\1/' | sort -u
}

work=$(mktemp -d) && trap 'rm -rf "$work"' EXIT
places drivers firmware >"$work/code"
places tests >"$work/test"
awk -F'\t' '
    { file = $2; sub(/.*\//, "", file) }
    FILENAME ~ /code$/ { code[$1] = code[$1] " " file }
    FILENAME ~ /test$/ { test[$1] = test[$1] " " file }
    END {
        for (rule in code) {
            if (rule in test) printf "%-24s %s  <-%s\n", rule, code[rule], test[rule] | "sort -V"
            else gaps[rule]
        }
        close("sort -V")
        for (rule in gaps) printf "no test: %-15s %s\n", rule, code[rule] | "sort -V"
    }' "$work/code" "$work/test"
