# One row of tests/clients.sh, from QEMU's start to the judgement; it runs in the row's
# own folder.  QEMU's monitor is a pair of named pipes, so that the shell itself can talk.
# SPDX-License-Identifier: MIT

STEPS=100 # of 0.1 s: each wait below ends after ten seconds

# until_ COMMAND...: wait for it to succeed.
until_() {
    for ((i = 0; i < STEPS; i++)); do
        "$@" && return
        sleep 0.1
    done
    echo "no success in 10 s: $*"
    exit 1
}

monitor() { echo "$*" >monitor.in; }

# What `info chardev` says about the client's: "pty:/dev/pts/3", "disconnected:tcp:...".
chardev_name() {
    : >monitor.log
    monitor info chardev
    sleep 0.1
    grep -aoE '^client: filename=[^[:space:]]+' monitor.log | tail -n 1 | cut -d= -f2-
}

qemu_runs() { kill -0 "$qemu" 2>/dev/null; }

why_it_ended() {
    cat messages
    wait "$qemu"
    grep -q 'is not a valid' messages && exit 77
    exit 1
}

answers() {
    qemu_runs || why_it_ended
    chardev=$(chardev_name)
    [ -n "$chardev" ]
}

device() { # FRONTEND
    case $1 in
    isa-serial) echo "-device isa-serial,index=1,chardev=client" ;;
    *) echo "-device virtio-serial-device -device $1,chardev=client" ;;
    esac
}

# The command that `tutti run -n` prints, and what makes QEMU wait for us at both ends.
start_guest() { # FRONTEND CHARDEV
    mkfifo monitor.in monitor.out keys client.in client.out
    command=$("$TUTTI" run -n -o . -M microvm -c uart -a flood=20000 -- -S -no-shutdown \
        -chardev pipe,id=monitor,path=monitor -mon chardev=monitor \
        -chardev "$2,id=client" $(device "$1")) || exit 99
    echo "$command"
    eval "exec $command" >messages 2>&1 3<&- &
    qemu=$!
    cat monitor.out >>monitor.log &
    until_ answers
    echo "chardev: $chardev"
}

start_client() { # CLIENT
    exec 3<>keys # held open: many clients leave at the end of their input
    "$1" <&3 >output 2>errors &
    client=$!
}

is_connected() {
    case $(chardev_name) in disconnected:* | '') return 1 ;; esac
}

# A pty has no connection that could be seen, only somebody who has it open.  QEMU
# looks once a second, and throws away what comes before.
is_open() { find /proc/[0-9]*/fd -lname "$pty" 2>/dev/null | grep -q .; }

wait_for_client() {
    case $chardev in
    pty:*) until_ is_open && sleep 1.5 ;;
    *) until_ is_connected ;;
    esac
}

# The port of 127.0.0.1 that a process is bound to, from /proc/net/{tcp,udp}.
find_port() {
    local inode
    for inode in $(find "/proc/$client/fd" -lname 'socket:*' -printf '%l\n' | tr -dc '0-9\n'); do
        port=$(awk -v inode="$inode" '$10 == inode { split($2, at, ":"); print at[2] }' /proc/net/tcp /proc/net/udp)
        [ -n "$port" ] && port=$((16#$port)) && return
    done
    return 1
}

is_over() { grep -aq ' end: bytes=' uart0.log; }

# The client has everything: its copy ends, or nothing more has come for a second.
is_quiet() {
    grep -aq ' end: bytes=' copy 2>/dev/null && return
    local size=$(stat -c %s copy 2>/dev/null)
    sleep 1
    [ "$(stat -c %s copy 2>/dev/null)" = "$size" ]
}

# Most leave with QEMU; the others are told to.
stop_client() {
    monitor quit
    timeout 5 tail -s 0.1 --pid="$qemu" -f /dev/null
    timeout 2 tail -s 0.1 --pid="$client" -f /dev/null && return
    echo "the client stays when QEMU ends"
    kill "$client"
    timeout 5 tail -s 0.1 --pid="$client" -f /dev/null
}

judge() { # [ALTER]
    cat errors
    [ $# -gt 0 ] || { "$TUTTI" check uart0.log copy; return; }
    "$TUTTI" check uart0.log || return
    "$1" <uart0.log >expected
    cmp expected copy && echo "altered as expected"
}

needs_link() { # CHARDEV
    case $1 in
    pty,path=*)
        [ -L "${1#pty,path=}" ] && return
        echo "this QEMU makes no link for a pty's path="
        exit 77
        ;;
    esac
}

run_row() { # FRONTEND CHARDEV CLIENT [ALTER]
    local frontend=$1 words=$2 client_function=$3
    shift 3
    case $words in
    *PORT*)
        start_client "$client_function"
        until_ find_port
        start_guest "$frontend" "${words/PORT/$port}"
        ;;
    *)
        start_guest "$frontend" "$words"
        needs_link "$words"
        pty=${chardev#pty:} port=${chardev%%,*} port=${port##*:}
        start_client "$client_function"
        wait_for_client
        ;;
    esac
    monitor cont
    until_ is_over
    until_ is_quiet
    stop_client
    judge "$@"
}

# tutti itself starts QEMU, which waits for the client (wait=on) before anything else.
run_waiting() { # CHARDEV CLIENT
    "$TUTTI" run -o . -M microvm -c uart -a flood=20000 -- -chardev "$1,id=client" $(device isa-serial) &
    local run=$!
    start_client "$2"
    wait "$run" || exit 1
    timeout 5 tail -s 0.1 --pid="$client" -f /dev/null
    judge
}

run_refusal() { # CHARDEV CLIENT MESSAGE
    start_guest isa-serial "$1"
    start_client "$2"
    timeout 5 tail -s 0.1 --pid="$client" -f /dev/null || { echo "the client does not refuse"; exit 1; }
    grep -aF "$3" output errors
}

run_catch() { # FRONTEND CHARDEV CLIENT VERDICT
    (run_row "$1" "$2" "$3") >judgement
    local status=$?
    cat judgement
    [ "$status" = 1 ] && grep -q "^  copy .*$4" judgement
}

# A terminal for a program that asks for one.  script(1) ends with the program.
on_terminal() { TERM=xterm script -qec "stty rows 40 cols 120; $*" /dev/null; }
