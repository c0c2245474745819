#!/usr/bin/env bash
# The layer table of docs/design.md: who may include what.
#
#   drivers/      itself, and the compiler's own headers: no libc, no arch #ifdef
#   firmware/     itself, drivers/, newlib; one arch never includes another
#   host-tools/   itself, the host's libraries, and firmware/wire.h
#   tests/        anything
#
# SPDX-License-Identifier: MIT
set -u
cd "$(dirname "$0")/../.." || exit 1
bad=0

# forbid WHY PATTERN FOLDER [ALLOWED]: no line of the folder's sources matches, but for the allowed.
forbid() {
    local found
    found=$(grep -rnE --include='*.[chS]' "$2" "$3" | grep -vE "${4:-^\$}")
    [ -z "$found" ] && return
    echo "not ok layers: $1" && echo "$found" | sed 's/^/    /'
    bad=$((bad + 1))
}

freestanding='<(stdint|stddef|stdbool|stdarg|limits|stdatomic|stdalign)\.h>'
forbid 'drivers/ includes only itself' '^#\s*include\s+"' drivers '#\s*include\s+"drivers/'
forbid 'drivers/ has no libc' '^#\s*include\s+<' drivers "$freestanding"
forbid 'drivers/ knows no architecture' '^#\s*(el)?if.*(__x86_64__|__i386__|__aarch64__|__arm__|__riscv|__ARM)' drivers
forbid 'firmware/ includes itself and drivers/' '^#\s*include\s+"' firmware '#\s*include\s+"(firmware|drivers)/'
forbid 'host-tools/ takes only wire.h from the guest' '^#\s*include\s+"(firmware|drivers)/' host-tools '"firmware/wire\.h"'
for arch in firmware/arch/*/; do
    arch=$(basename "$arch")
    forbid "arch/$arch includes no other arch" '^#\s*include\s+"firmware/arch/[^/"]+/' "firmware/arch/$arch" \
        "\"firmware/arch/($arch|common[^/]*)/"
done
for platform in firmware/platform/*/; do
    platform=$(basename "$platform")
    forbid "platform/$platform includes no arch's folder and no other platform" \
        '^#\s*include\s+"firmware/(arch|platform)/[^/"]+/' "firmware/platform/$platform" "\"firmware/platform/$platform/"
done

[ "$bad" = 0 ] && echo "ok layers: $(find drivers firmware host-tools -name '*.[chS]' | wc -l) files keep to the table"
[ "$bad" = 0 ]
