# socat joins any two of everything.
#
#   -u       one way.  Both ways, it leaves half a second after its input has ended.
#   -b       a datagram that is larger than its buffer (8 KiB) would be cut.
#   raw      the terminal passes each key on, and changes nothing
#   escape   Ctrl-] ends it
#   retry    the socket is not there before QEMU is
# SPDX-License-Identifier: MIT
needs socat script

socat_pty() { exec socat -u "OPEN:$pty,raw,echo=0" - >copy; }
row 'socat, pty' isa-serial pty socat_pty

socat_unix() { exec socat - UNIX-CONNECT:socket >copy; }
row 'socat, unix' isa-serial socket,path=socket,server=on,wait=off socat_unix
row 'socat, unix, virtserialport' virtserialport socket,path=socket,server=on,wait=off socat_unix

socat_terminal() { on_terminal socat -,raw,echo=0,escape=0x1d UNIX-CONNECT:socket >copy; }
row 'socat, unix, as a terminal' isa-serial socket,path=socket,server=on,wait=off socat_terminal

socat_first() { exec socat -u UNIX-CONNECT:socket,retry=50,interval=0.1 - >copy; }
waits 'socat, unix, QEMU waits' socket,path=socket,server=on,wait=on socat_first

socat_tcp() { exec socat - "TCP:127.0.0.1:$port" >copy; }
row 'socat, tcp' isa-serial socket,host=127.0.0.1,port=0,server=on,wait=off socat_tcp

socat_listen() { exec socat -u TCP-LISTEN:0,bind=127.0.0.1 - >copy; }
row 'socat, tcp, listening' isa-serial socket,host=127.0.0.1,port=PORT socat_listen

socat_udp() { exec socat -u -b 65536 UDP-RECV:0,bind=127.0.0.1 - >copy; }
row 'socat, udp' virtconsole udp,host=127.0.0.1,port=PORT socat_udp
