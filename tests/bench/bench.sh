#!/usr/bin/env bash
# What a byte costs.  Counts come from QEMU's own trace events and are exact; times
# are medians, and only their ratios within this run mean anything.
#
# usage: make bench   (BENCH_RUNS=N for more or fewer timed runs)
# SPDX-License-Identifier: MIT
set -u
cd "$(dirname "$0")/../.." || exit 1
out=$(realpath -m "$BUILD")/bench
runs=${BENCH_RUNS:-7}
rm -rf "$out" && mkdir -p "$out"
export TUTTI_BUILD_DIR=$BUILD

# A row of a table: what, the value, the aim, and whether it is met.
row() {
    awk -v what="$1" -v value="$2" -v aim="$3" -v unit="$4" 'BEGIN {
        printf "  %-46s %10s  %-22s aim %6s  %s\n", what, value, unit, aim, (value + 0 > 0 && value + 0 <= aim + 0 ? "met" : "MISSED") }'
}

ratio() {
    awk -v a="$1" -v b="$2" 'BEGIN { printf (b ? "%.3f" : "none"), (b ? a / b : 0) }'
}

# --- Counts, on a flood of 64 KiB ---------------------------------------------------------

# count MACHINE CONSOLE TRACE-PATTERN EVENTS...: boots, prints "EVENTS-THAT-MATCH BYTES-OF-THE-LOG".
count() {
    local machine=$1 console=$2 pattern=$3 dir event traces=()
    shift 3
    dir=$out/$machine-${console//[^a-z0-9]/_}
    for event in "$@"; do traces+=(-trace "$event"); done
    "$TUTTI" run -M "$machine" -c "$console" -a flood=65536 -o "$dir" -q -- "${traces[@]}" -D "$dir.trace" \
        >"$dir.out" 2>&1 || { echo "0 0"; cat "$dir.out" >&2; return; }
    echo "$(grep -cE "$pattern" "$dir.trace") $(grep -ahoE 'end: bytes=[0-9]+' "$dir"/* | head -n 1 | cut -d= -f2)"
}

accesses() {
    local label=$1 machine=$2 console=$3
    shift 3
    set -- $(count "$machine" "$console" "$(IFS='|'; echo "^($*)")" "$@")
    row "$label" "$(ratio "$1" "$2")" 1.08 "accesses per byte"
}

# Port 0's transmit queue is number 1.  (QEMU itself notifies each queue of a PCI device once at its start.)
kicks() {
    set -- "$1" $(count "$2" "$3" 'virtio_queue_notify .* n 1 ' virtio_queue_notify)
    row "$1" "$2" 16 "kicks for $3 bytes"
}

echo "Device accesses per byte of the log (64 KiB flood, counted by QEMU's trace events):"
accesses "16550 on ports (q35, isa-serial)"    q35     isa-serial serial_write serial_read
accesses "16550 on a PCI card (q35, pci-serial)" q35   pci-serial serial_write serial_read
accesses "16550 in memory (riscv64-m, uart)"   riscv64-m uart     serial_write serial_read
accesses "16550 behind PCI (aarch64, pci-serial)" aarch64 pci-serial serial_write serial_read
accesses "PL011 (aarch64, uart)"               aarch64 uart       pl011_write pl011_read
accesses "PL011 (arm, uart)"                   arm     uart       pl011_write pl011_read
echo
echo "Doorbells for a 64 KiB flood on one virtconsole:"
kicks "virtio-mmio, version 1 (aarch64)"       aarch64 virtio-serial-device/virtconsole
kicks "virtio-mmio, version 1 (riscv64)"       riscv64 virtio-serial-device/virtconsole
kicks "virtio-mmio (microvm)"                  microvm virtio-serial-device/virtconsole
kicks "virtio-pci (q35)"                       q35     virtio-serial-pci/virtconsole
kicks "virtio-pci (aarch64)"                   aarch64 virtio-serial-pci/virtconsole

# --- First byte -----------------------------------------------------------------------------

gcc -O1 -o "$out/first_byte" tests/bench/first_byte.c || exit 1

# first_byte MACHINE COMPILER LINK-ADDRESS IMAGE QEMU-ARGS...
first_byte() {
    local name=$1 source=$2 compiler=$3 address=$4 image=$5 null=$out/null-$1.elf
    shift 5
    $compiler -nostdlib -static -Wl,--build-id=none -Wl,-Ttext="$address" -o "$null" "tests/bench/null/$source.S" || return
    set -- $("$out/first_byte" "$((runs * 2 + 1))" "$null" "$image" "$@" -nodefaults -display none)
    row "$name: null guest ${1:-?} ms, tutti ${2:-?} ms" "${3:-none}" 1.05 "times the null guest"
}

echo
echo "From the start of QEMU to the first byte (medians, by turns):"
first_byte q35     x86_64  'gcc -m32' 0x100000 "$BUILD/x86_64/firmware.elf" qemu-system-x86_64 -M q35
first_byte pc      x86_64  'gcc -m32' 0x100000 "$BUILD/x86_64/firmware.elf" qemu-system-x86_64 -M pc
first_byte microvm x86_64  'gcc -m32' 0x100000 "$BUILD/x86_64/firmware.elf" qemu-system-x86_64 -M microvm
first_byte aarch64 aarch64 aarch64-linux-gnu-gcc 0x40100000 "$BUILD/aarch64/firmware.elf" qemu-system-aarch64 -M virt -cpu cortex-a57
first_byte arm     arm     'arm-none-eabi-gcc -march=armv7-a' 0x40100000 "$BUILD/arm/firmware.elf" qemu-system-arm -M virt
first_byte riscv64-m riscv64 riscv64-unknown-elf-gcc 0x80000000 "$BUILD/riscv64/firmware-m.elf" qemu-system-riscv64 -M virt -bios none

# --- Many consoles ----------------------------------------------------------------------------

# time_run RUNS ARGS...: the median of the wall time of `tutti run`, in milliseconds.
time_run() {
    local n=$1 i begin
    shift
    for ((i = 0; i < n; i++)); do
        begin=$(date +%s%N)
        "$TUTTI" run -q "$@" >"$out/many.out" 2>&1 || { cat "$out/many.out" >&2; echo 0; return; }
        echo $((($(date +%s%N) - begin) / 1000))
    done | sort -n | sed -n "$((n / 2 + 1))p" | awk '{ printf "%.1f", $1 / 1000 }'
}

# many TRANSPORT MACHINE AIM-AT-4 AIM-AT-31
many() {
    local one ms ports aim spec
    for ports in 1 2 4 8 16 31 62; do
        spec=(-c "${ports}x$2/virtconsole")
        [ "$ports" = 62 ] && spec=(-c "31x$2/virtconsole" -c "31x$2,id=second/virtconsole")
        ms=$(time_run "$runs" -M "$1" "${spec[@]}" -a flood=1048576)
        [ "$ports" = 1 ] && one=$ms
        case $ports in 4) aim=1.3 ;; 31) aim=1.5 ;; *) aim=9 ;; esac
        row "$1, $2: $ports ports, $ms ms" "$(ratio "$ms" "$one")" "$aim" "times one port"
    done
}

echo
echo "1 MiB to many virtconsoles at once (whole run of tutti, boot and verdict included):"
many q35     virtio-serial-pci
many aarch64 virtio-serial-device

mixed() {
    local label=$1 one
    shift
    one=$(time_run "$runs" -M q35 -c isa-serial -a flood=262144)
    row "q35: $label" "$(ratio "$(time_run "$runs" -M q35 "$@" -a flood=262144)" "$one")" 1.5 "times one isa-serial"
}
echo
echo "256 KiB to mixed sets (the slowest console alone is a 16550):"
mixed "isa-serial + 4 virtconsoles" -c isa-serial -c 4xvirtio-serial-pci/virtconsole
mixed "isa-serial + 31 virtconsoles" -c isa-serial -c 31xvirtio-serial-pci/virtconsole

echo
# The row of an image's .size file.
size() {
    row "$2" "$(sed 's/.*loaded //; s/ bytes//' "$1")" 65536 bytes
}
echo "Loaded image (text + data):"
make -s BUILD="$out/no-usb" USB=0 firmware >/dev/null || exit 1
for image in "$BUILD"/*/firmware*.size; do
    name=$(basename "$(dirname "$image")")/$(basename "$image" .size)
    size "$image" "$name"
    size "$out/no-usb/${image#"$BUILD"/}" "$name, USB=0"
done
