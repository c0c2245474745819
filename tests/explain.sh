#!/usr/bin/env bash
# tutti explain on real QEMU: for many command lines the long form must build the same
# machine, and pictures, JSON and mistakes must be what they should.
#
#   tests/explain.sh          with the tool in $BUILD, and the QEMU of $QEMU_DIR or $PATH
#
# SPDX-License-Identifier: MIT
set -u
cd "$(dirname "$0")/.." || exit 1
tutti=${BUILD:-build}/tutti
export TUTTI_BUILD_DIR=${BUILD:-build}
work=$(mktemp -d) && trap 'rm -rf "$work"' EXIT
passed=0 failed=0 skipped=0

ok() { passed=$((passed + 1)); }
not_ok() { failed=$((failed + 1)) && echo "not ok $*" && sed 's/^/    /' "$work/out" "$work/err"; }

run() { timeout 60 "$tutti" explain "$@" >"$work/out" 2>"$work/err" </dev/null; }

# same ARGUMENT...: the long form of these arguments is the same machine.
same() {
    run --check -- "$@"
    case $? in
    0) ok ;;
    77) skipped=$((skipped + 1)) && echo "skip $*: $(cat "$work/err")" ;;
    99) grep -q 'is not in' "$work/err" && skipped=$((skipped + 1)) && echo "skip $*: $(cat "$work/err")" || not_ok "same: $*" ;;
    *) not_ok "same: $*" ;;
    esac
}

# tells TEXT ARGUMENT...: it works, and the text (a fixed string) is in what it prints.
tells() {
    local text=$1
    shift
    run -- "$@" && tr -s " " <"$work/out" | grep -qF -- "$text" && ok || not_ok "tells '$text': $*"
}

# refuses STATUS TEXT ARGUMENT...: QEMU refuses, and this is said about it.
refuses() {
    local status=$1 text=$2
    shift 2
    run -- "$@"
    [ $? = "$status" ] && grep -qF -- "$text" "$work/err" && ok || not_ok "refuses '$text': $*"
}

# --- The long form is the same machine ------------------------------------------------------

x86=qemu-system-x86_64
for machine in q35 pc; do
    same $x86 -M $machine
    same $x86 -M $machine -nographic
    same $x86 -M $machine -nodefaults
    same $x86 -M $machine -serial stdio
    same $x86 -M $machine -serial none
done
same -nographic -serial "file:$work/a,b"
same -nographic -monitor none
same -nographic -qmp tcp:127.0.0.1:0,server,nowait
same -serial mon:stdio
same -serial none -serial null
same -serial null -serial pty -serial vc:800x600 -serial vc:80Cx24C
same -serial null -serial null -serial null -serial null -serial null
same -serial pipe:/nonexistent
same -serial udp:127.0.0.1:9
same -serial udp::9@:0
same -serial telnet::0,server,nowait,nodelay
same -serial websocket::0,server,nowait
same -serial tcp:127.0.0.1:1
same -serial unix:/nonexistent/s
same -serial unix:/nonexistent/s,server
same -serial /dev/ttyS0
same -serial msmouse
same -parallel null -parallel none
same -parallel none
same -parallel file:x -parallel mon:null
same -monitor stdio
same -monitor none
same -monitor null -monitor null -qmp null -qmp-pretty null
same -debugcon null
same -debugcon stdio -serial null
same -chardev stdio,id=m,mux=on -serial chardev:m -mon chardev=m -monitor none
same -chardev stdio,id=m,mux=on,signal=off -serial chardev:m -mon m -device isa-serial,index=2,chardev=m
same -serial null -device isa-serial -chardev null,id=p -device isa-parallel,chardev=p
same -device '{"driver":"isa-serial","index":1}' -parallel null
same -chardev ringbuf,id=r,size=4096 -device virtio-serial-pci -device virtconsole,chardev=r -nographic
same -device virtio-serial-pci -device virtserialport -device virtserialport,nr=9,name=a.b
same -device pci-serial -device pci-serial-2x -device pci-serial-4x
same -device qemu-xhci -chardev null,id=u -device usb-serial,chardev=u,always-plugged=on
same -M microvm -serial stdio -serial null
same -M microvm -nographic -device virtio-serial-device -device virtconsole
same -chardev null,id=a -chardev null,id=b -chardev hub,id=h,chardevs.0=a,chardevs.1=b -device isa-debugcon,chardev=h
for program in aarch64 arm riscv64 riscv32; do
    same qemu-system-$program -M virt
    same qemu-system-$program -M virt -nographic
    same qemu-system-$program -M virt -serial mon:stdio -serial null -monitor none
    same qemu-system-$program -M virt -device virtio-serial-device -device virtconsole
done
same qemu-system-aarch64 -M virt,secure=on -serial null -serial stdio
same qemu-system-aarch64 -M raspi3b -serial null -serial stdio
same qemu-system-m68k -M virt -nographic
same qemu-system-s390x -nographic

# As libvirt writes it.
same -machine pc-q35-7.2,usb=off -accel tcg -m 64 -no-user-config -nodefaults -display none \
    -device pcie-root-port,port=16,chassis=1,id=pci.1,bus=pcie.0,multifunction=on,addr=0x2 \
    -device virtio-serial-pci,id=virtio-serial0,max_ports=31,bus=pci.1,addr=0x0 \
    -add-fd set=1,fd=29,opaque=serial0-source \
    -chardev file,id=charserial0,path=/dev/fdset/1,append=on -device isa-serial,chardev=charserial0,id=serial0,index=0 \
    -chardev socket,id=charchannel0,fd=26,server=on,wait=off \
    -device virtserialport,bus=virtio-serial0.0,nr=1,chardev=charchannel0,id=channel0,name=org.qemu.guest_agent.0 \
    -chardev socket,id=charmonitor,fd=27,server=on,wait=off -mon chardev=charmonitor,id=monitor,mode=control

# --- What it tells --------------------------------------------------------------------------

tells 'ttyAMA0 (amba-pl011)' qemu-system-aarch64 -M virt -nographic
tells '0x9000000 pl011' qemu-system-aarch64 -M virt
tells 'chardev serial1 (null): nobody uses it' qemu-system-riscv64 -M virt -serial null -serial null
tells 'hvc0 (virtio_console)' -device virtio-serial-pci -device virtconsole
tells "can't be a console=" -device virtio-serial-pci -device virtserialport
tells 'it has no chardev' -device isa-serial
tells 'nobody reads isa-serial (ttyS0): serial0 (pty)' -serial pty
tells 'Ctrl-C on serial0 ends QEMU' -serial stdio
tells 'mux serial0: its 2 users share one line' -nographic
tells 'is unplugged as long as nobody is at u' -device qemu-xhci -chardev pty,id=u -device usb-serial,chardev=u
tells 'used by: isa-debugcon' -debugcon null
tells 'the board' qemu-system-aarch64 -M virt -device virtio-serial-device -device virtconsole
# Linux 6.1 was seen to number these so: by place on a bus, and what is behind bridges last.
bridged="-M q35 -device virtio-rng-pci,addr=7 -device virtio-serial-pci,id=a,addr=9
    -device virtio-serial-pci,id=b,addr=8 -device virtconsole,bus=a.0 -device virtserialport,bus=b.0,nr=3
    -device virtconsole,bus=b.0 -device pcie-root-port,id=rp,addr=5 -device virtio-serial-pci,id=c,bus=rp
    -device virtconsole,bus=c.0,nr=5 -device virtconsole,bus=c.0 -device virtserialport,bus=c.0,nr=7"
tells 'nr 7 virtserialport vport3p7' $bridged
tells 'nr 3 virtserialport vport1p3' $bridged
tells 'nr 5 virtconsole hvc2' $bridged
tells 'nr 0 virtconsole hvc3' $bridged

# --- Nothing of the user's is touched ----------------------------------------------------------

echo mine >"$work/mine"
touch -d 2001-01-01 "$work/mine"
for argument in "-serial file:$work/mine" "-chardev file,id=c,path=$work/mine" "-drive file=$work/mine,format=raw" \
    "-chardev null,id=c,logfile=$work/mine" "-pidfile $work/mine" "-hda $work/mine" "$work/mine" "-D $work/mine" \
    "-serial unix:$work/mine,server,nowait" "-serial unix:$work/mine" "-monitor file:$work/mine" "-chardev pipe,id=c,path=$work/mine"; do
    run -- $argument
    [ $? = 0 ] && [ "$(cat "$work/mine")" = mine ] && [ "$(stat -c %Y "$work/mine")" -lt 1000000000 ] && ok || not_ok "untouched: $argument"
done
[ -z "$(find . -maxdepth 1 -newer "$work/mine" -name 'x')" ] && ok || not_ok 'a file was left behind'

# --- Mistakes ------------------------------------------------------------------------------------

refuses 2 'Ctrl-a c then goes to and fro' -serial stdio -monitor stdio
refuses 2 'a port needs a controller before it' -device virtconsole
refuses 2 'here it is virtio-serial-pci' -device virtio-serial-device
refuses 2 'with mux=on it serves up to four' -chardev null,id=c -serial chardev:c -mon chardev=c
refuses 2 'with mux=on' -chardev null,id=c -device isa-serial,chardev=c -device isa-serial,chardev=c
refuses 2 'at most 107 bytes' -serial "unix:/tmp/$(printf 'x%.0s' {1..120}),server,nowait"
refuses 2 'nr=1 or more' -device virtio-serial-pci -device virtserialport,nr=0
refuses 2 'at most 31' -device virtio-serial-pci -device virtserialport,nr=31
refuses 2 'four' -chardev null,id=m,mux=on -serial chardev:m -serial chardev:m -serial chardev:m -serial chardev:m -mon chardev=m
refuses 2 'pci-serial-4x' -device isa-serial -device isa-serial -device isa-serial -device isa-serial -device isa-serial
refuses 2 '-device isa-debugcon,chardev=ID does' -chardev null,id=c -debugcon chardev:c
refuses 2 'must have a chardev' -device isa-debugcon
refuses 2 'qemu-xhci' -M q35 -device usb-serial
refuses 2 'a bare EHCI does not' -device usb-ehci -chardev stdio,id=c -device usb-serial,chardev=c
refuses 2 'no -chardev has that id' -serial chardev:nope
refuses 2 'no -chardev has that id' -device isa-serial,chardev=nope
refuses 2 'the same id=' -chardev null,id=c -chardev null,id=c
refuses 2 '65536' -chardev ringbuf,id=r,size=1000
refuses 2 'gone since QEMU 2' -virtioconsole stdio
refuses 77 'no such device' -device frobnicator
refuses 77 'no such machine' -M frobnicator
refuses 77 'no such backend' -serial frob:nicate
refuses 2 'needs a value' -serial

# The same in a run, next to the consoles that tutti adds.
# stumbles STATUS TEXT ARGUMENT...: `tutti run` ends so, and says this.
stumbles() {
    local status=$1 text=$2
    shift 2
    timeout 60 "$tutti" run -q "$@" >"$work/out" 2>"$work/err" </dev/null
    [ $? = "$status" ] && grep -qF -- "$text" "$work/err" && ok || not_ok "stumbles '$text': $*"
}

stumbles 2 'Ctrl-a c then goes to and fro' -- -serial stdio -monitor stdio
stumbles 2 'a port needs a controller before it' -c uart -- -device virtconsole
stumbles 2 'here it is virtio-serial-pci' -c uart -- -device virtio-serial-device
stumbles 2 'with mux=on it serves up to four' -c uart -- -mon chardev=uart0
stumbles 2 'four' -c uart:file,mux=on -- -serial chardev:uart0 -serial chardev:uart0 -serial chardev:uart0 -mon chardev=uart0
stumbles 2 'at most 107 bytes' -- -serial "unix:/tmp/$(printf 'x%.0s' {1..120}),server,nowait"
stumbles 2 'nr=1 or more' -c uart -- -device virtio-serial-pci -device virtserialport,nr=0
stumbles 0 'Ctrl-C on serial1 ends QEMU; signal=off' -c uart -- -serial stdio
stumbles 0 'what comes before somebody opens it is lost' -c uart -- -serial pty

# What is no QEMU.
printf '#!/bin/sh\n' >"$work/silent-qemu" && chmod +x "$work/silent-qemu"
refuses 99 'ended at once and said nothing' "$work/silent-qemu" -nographic
refuses 99 'no such program' "$work/no-qemu" -nographic
cat >"$work/rubbish-qemu" <<'END'
#!/usr/bin/env bash
for word; do case $word in /dev/fd/*) number=${word##*/} ;; esac; done
eval "echo rubbish >&$((number - 1))"
sleep 2
END
chmod +x "$work/rubbish-qemu"
refuses 99 'what is no QMP' "$work/rubbish-qemu" -nographic

# A port in use: the tool's own first QEMU has it.
coproc holder { timeout 30 "$x86" -S -display none -nodefaults -serial tcp:127.0.0.1:0,server,nowait -qmp stdio 2>&1; }
read -r -t 20 -u "${holder[0]}" _
echo '{"execute":"qmp_capabilities"}{"execute":"query-chardev"}' >&"${holder[1]}"
port=
while [ -z "$port" ] && read -r -t 20 -u "${holder[0]}" line; do
    port=$(grep -oE 'tcp:127.0.0.1:[0-9]+' <<<"$line" | grep -oE '[0-9]+$')
done
refuses 2 'another program has that port' -serial "tcp:127.0.0.1:$port,server,nowait"
stumbles 2 'another program has that port' -c uart -- -serial "tcp:127.0.0.1:$port,server,nowait"
kill "$holder_PID" 2>/dev/null

# --- Other forms -----------------------------------------------------------------------------------

run --json -- -nographic && [ "$(wc -l <"$work/out")" = 1 ] && grep -q '"stands for"' "$work/out" && ok || not_ok json
run --dot -- -nographic && grep -q '^digraph' "$work/out" && ok || not_ok dot
run --svg -- -nographic && head -n 1 "$work/out" | grep -q '^<svg' && tail -n 1 "$work/out" | grep -q '</svg>' && ok || not_ok svg
# The picture of the documentation is what its command draws.
run --svg -- $(sed -n 's/^tutti explain --svg -- \(.*\) > explain.svg$/\1/p' docs/explain.md) && cmp -s docs/explain.svg "$work/out" && ok || not_ok 'docs/explain.svg'
run -n -- -nographic && grep -q 'chardev stdio,id=serial0,mux=on,signal=off' "$work/out" && ok || not_ok 'dry run'
run -n -- -serial frob:nicate
[ $? = 2 ] && grep -q 'QEMU knows no such chardev' "$work/err" && ok || not_ok 'unknown chardev'
run --svg -n -- -nographic
[ $? = 2 ] && ok || not_ok 'nothing to draw'
run
[ $? = 2 ] && ok || not_ok 'no arguments'

echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" = 0 ]
