#!/usr/bin/env bash
# QEMU's monitors in every arrangement that it knows, typed at like a person: does the log
# keep every byte?
#
#   tests/monitors.sh
#
# Each row boots tutti's firmware with one console on a file, the reference, and a monitor
# somewhere; tests/monitors/drive.c types.  The reference is judged by `tutti check`; where
# monitor and console share a line, that line must have every byte of it, and what is left
# over is what the monitor said.  Rows where nobody types are in tests/boot/monitors.yaml.
# SPDX-License-Identifier: MIT
set -u
cd "$(dirname "$0")/.." || exit 99
build=$(realpath -m "${BUILD:-build}")
tutti=$build/tutti
work=$build/tests/monitors
rm -rf "$work" && mkdir -p "$work" || exit 99
passed=0 failed=0 skipped=0
export TUTTI_BUILD_DIR=$build LC_ALL=C

for program in drive without; do
    "${CC:-gcc}" -std=gnu17 -O1 -Wall -Wextra -D_GNU_SOURCE -o "$work/$program" "tests/monitors/$program.c" -lutil || exit 99
done

# The command of `tutti run -n` without its console, its chardev and -nodefaults: each row has its own.
eval "words=($("$tutti" run -n -c isa-debugcon -a 'flood=200K linger=700' | sed 's/\\$//' | tr '\n' ' '))" || exit 99
qemu=()
while [ "${#words[@]}" -gt 0 ]; do
    case ${words[0]} in
    -chardev | -device) words=("${words[@]:2}") ;;
    -nodefaults) words=("${words[@]:1}") ;;
    *) qemu+=("${words[0]}") && words=("${words[@]:1}") ;;
    esac
done
root=${QEMU_DIR:-}
[ -n "$root" ] && export QEMU_MODULE_DIR=$root/usr/lib/$(uname -m)-linux-gnu/qemu

# row NAME STEPS... -- QEMU-ARGUMENTS...: the steps come true, and the reference is complete.
row() {
    local name=$1 steps=()
    shift
    while [ "$1" != -- ]; do steps+=("$1") && shift; done
    shift
    dir=$work/${name//[^A-Za-z0-9]/-}
    mkdir "$dir" || exit 99
    timeout 120 "$work/drive" "$dir/line" "${steps[@]}" -- "${qemu[@]}" \
        -chardev "file,id=reference,path=$dir/reference.log" -device isa-debugcon,chardev=reference "$@" 2>"$dir/drive.log" &&
        "$tutti" check "$dir/reference.log" >"$dir/verdict"
    tell $? "$name"
}

tell() { # STATUS NAME
    if [ "$1" = 0 ]; then
        passed=$((passed + 1)) && echo "ok $2"
    else
        failed=$((failed + 1)) && echo "not ok $2" && head -n 20 "$dir"/*.log "$dir/verdict" 2>/dev/null | cut -c1-200 | cat -v | tail -n 40
    fi
}

# said TEXT: the monitor said it.   said_not TEXT: nobody did.
said() { grep -aqF -- "$1" "$dir/line"; tell $? "... it said: $1"; }

# whole: the shared line has every byte of the log, in order, and little else: what the monitor said.
whole() {
    "$work/without" "$dir/reference.log" "$dir/line" >"$dir/rest" 2>"$dir/without.log" &&
        [ "$(wc -c <"$dir/rest")" -gt 20 ] && [ "$(wc -c <"$dir/rest")" -lt 4000 ]
    tell $? '... and the line that it shares has every byte of the log'
}

# identical: nobody typed on this line, and it has the log and nothing else.
identical() { cmp "$dir/reference.log" "$dir/line" >"$dir/cmp.log"; tell $? '... and the line is the log, byte for byte'; }

# --- A monitor of its own --------------------------------------------------------------------

row '-monitor stdio' 'wait:(qemu)' 'send:cont\r' 'wait:(qemu)' 'send:info status\r' 'wait:VM status: running' end -- \
    -S -nodefaults -monitor stdio
row '-mon chardev=ID,mode=readline' 'wait:(qemu)' 'send:cont\r' 'wait:(qemu)' end -- \
    -S -nodefaults -chardev stdio,id=m -mon chardev=m,mode=readline
row '-monitor pty' pty:0 'send:cont\r' 'wait:(qemu)' end -- -S -nodefaults -monitor pty

hello='send:{"execute":"qmp_capabilities"}\n'
row '-qmp stdio' 'wait:{"QMP": {' "$hello" 'wait:{"return": {}}' 'send:{"execute":"cont"}\n' 'wait:"RESUME"' 'wait:"SHUTDOWN"' end -- \
    -S -nodefaults -qmp stdio
row '-qmp-pretty stdio' 'wait:"version": {' "$hello" 'wait:"return": {' 'send:{"execute":"cont"}\n' 'wait:"event": "SHUTDOWN"' end -- \
    -S -nodefaults -qmp-pretty stdio
said '    "QMP": {'
row '-mon chardev=ID,mode=control' 'wait:{"QMP": {' "$hello" 'wait:{"return": {}}' 'send:{"execute":"cont"}\n' 'wait:"SHUTDOWN"' end -- \
    -S -nodefaults -chardev stdio,id=m -mon chardev=m,mode=control
row 'HMP through QMP' 'wait:{"QMP": {' "$hello" 'wait:{"return": {}}' \
    'send:{"execute":"human-monitor-command","arguments":{"command-line":"info chardev"}}\n' 'wait:reference: filename=file' \
    'send:{"execute":"cont"}\n' 'wait:"SHUTDOWN"' end -- -S -nodefaults -qmp stdio
row 'several monitors at once' 'wait:{"QMP": {' "$hello" 'wait:{"return": {}}' 'send:{"execute":"query-chardev"}\n' \
    'wait:"label": "compat_monitor' 'send:{"execute":"cont"}\n' 'wait:"SHUTDOWN"' end -- \
    -S -nodefaults -monitor null -monitor pty -qmp stdio -qmp-pretty null -chardev null,id=m -mon chardev=m,mode=control

# --- A monitor that shares the console's line --------------------------------------------------

# Ctrl-a c, a command, Ctrl-a c: in the middle of the log.
typed=(bytes:20000 'send:\x01c' 'wait:(qemu)' 'send:info status\r' 'wait:VM status: running' 'send:\x01c')
row '-serial mon:stdio, untouched' end -- -serial mon:stdio
identical
row '-serial mon:stdio' "${typed[@]}" end -- -serial mon:stdio
whole
row '-nographic' "${typed[@]}" end -- -nographic
whole
row 'mux=on, written out' "${typed[@]}" end -- \
    -chardev stdio,id=m,mux=on,signal=off -serial chardev:m -mon chardev=m,mode=readline -monitor none
whole
row 'many visits to the monitor' bytes:9000 'send:\x01c' 'wait:(qemu)' 'send:info status\r' 'wait:VM status' 'send:\x01c' \
    bytes:40000 'send:\x01c' 'send:info chardev\r' 'wait:reference: filename' 'send:\x01c' \
    bytes:80000 'send:\x01c' 'send:info version\r' 'wait:(qemu)' 'send:\x01c' end -- -serial mon:stdio
whole
# On a pty the first second of a reader is not flow-controlled: so it starts by HMP on that line.
row 'mux on a pty, started by HMP on it' pty:0 pause:1500 'send:\x01c' 'wait:(qemu)' 'send:cont\r' 'wait:(qemu)' 'send:\x01c' \
    bytes:30000 'send:\x01c' 'send:info status\r' 'wait:VM status: running' 'send:\x01c' end -- \
    -S -nodefaults -chardev pty,id=m,mux=on -serial chardev:m -mon chardev=m,mode=readline
whole
row 'four frontends on one mux' bytes:20000 'send:\x01c' pause:200 'send:\x01c' pause:200 'send:\x01c' pause:200 'send:\x01c' end -- \
    -chardev stdio,id=m,mux=on,signal=off -serial chardev:m -mon chardev=m,mode=readline -monitor none \
    -device isa-debugcon,iobase=0x4e9,chardev=m -device isa-debugcon,iobase=0x5e9,chardev=m
row 'QMP on a mux' 'wait:{"QMP": {' 'send:\x01c' "$hello" 'wait:{"return": {}}' 'send:{"execute":"cont"}\n' 'wait:"RESUME"' end -- \
    -S -nodefaults -chardev stdio,id=m,mux=on,signal=off -serial chardev:m -mon chardev=m,mode=control

# Ctrl-C ends QEMU where signal=on; with mon:stdio it is the guest's.
row 'Ctrl-C with signal=off' bytes:20000 'send:\x03' end -- -serial mon:stdio
identical
row 'Ctrl-a x' 'wait:end: bytes=' pause:300 'send:\x01x' wait:Terminated end -- -serial mon:stdio

dir=$work/ctrl-c && mkdir "$dir"
timeout 60 "$work/drive" "$dir/line" bytes:5000 'send:\x03' end -- "${qemu[@]}" -serial stdio 2>"$dir/drive.log" && ! grep -aq 'end: bytes=' "$dir/line"
tell $? '-serial stdio: Ctrl-C ends QEMU in the middle of the log'

echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" = 0 ]
