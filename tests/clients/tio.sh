# tio on a pty.  Like picocom it can't open a unix socket; socat can put a pty in front.
#
#   --no-autoconnect   a device that is not there is an error, not something to wait for
#   --log-file         has what came, without --map's changes; needs --log
# SPDX-License-Identifier: MIT
needs tio script

tio_pty() { on_terminal tio --no-autoconnect --log --log-file copy "$pty"; }
row 'tio, pty' isa-serial pty tio_pty

tio_unix() { on_terminal tio --no-autoconnect socket; }
refuses 'tio, unix' socket,path=socket,server=on,wait=off tio_unix \
    'Could not open tty device (No such device or address)'

needs tio script socat
tio_socat() {
    socat PTY,link=tty,raw,echo=0,wait-slave UNIX-CONNECT:socket &
    until_ test -e tty
    on_terminal tio --no-autoconnect --log --log-file copy tty
}
row 'tio, unix through socat' isa-serial socket,path=socket,server=on,wait=off tio_socat
