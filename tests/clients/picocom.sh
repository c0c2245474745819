# picocom on a pty.  Its --logfile has what came, whatever --imap makes of it on the screen.
# It opens what it is given with open(2), which no unix socket lets itself be; socat can
# put a pty in front of one.
# SPDX-License-Identifier: MIT
needs picocom script

picocom_pty() { on_terminal picocom --logfile copy "$pty"; }
row 'picocom, pty' isa-serial pty picocom_pty

# QEMU 10.0 makes a symbolic link to the pty, and removes it at its end; 7.2 takes path= and
# does nothing.
picocom_path() {
    on_terminal picocom --logfile copy "$PWD/tty"
}
row 'picocom, pty by its path' isa-serial pty,path=tty picocom_path

picocom_unix() { on_terminal picocom socket; }
refuses 'picocom, unix' socket,path=socket,server=on,wait=off picocom_unix \
    'FATAL: cannot open socket: No such device or address'

needs picocom script socat
picocom_socat() {
    socat PTY,link=tty,raw,echo=0,wait-slave UNIX-CONNECT:socket &
    until_ test -e tty
    on_terminal picocom --logfile copy tty
}
row 'picocom, unix through socat' isa-serial socket,path=socket,server=on,wait=off picocom_socat
