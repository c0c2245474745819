# socat joins any two of everything.
#
#   -u   one way.  Both ways, it leaves half a second after its input has ended.
#   -b   a datagram that is larger than its buffer (8 KiB) would be cut.
# SPDX-License-Identifier: MIT
needs socat

socat_pty() { exec socat -u "OPEN:$pty,raw,echo=0" - >copy; }
row 'socat, pty' isa-serial pty socat_pty

socat_unix() { exec socat - UNIX-CONNECT:socket >copy; }
row 'socat, unix' isa-serial socket,path=socket,server=on,wait=off socat_unix
row 'socat, unix, virtserialport' virtserialport socket,path=socket,server=on,wait=off socat_unix

socat_tcp() { exec socat - "TCP:127.0.0.1:$port" >copy; }
row 'socat, tcp' isa-serial socket,host=127.0.0.1,port=0,server=on,wait=off socat_tcp

socat_listen() { exec socat -u TCP-LISTEN:0,bind=127.0.0.1 - >copy; }
row 'socat, tcp, listening' isa-serial socket,host=127.0.0.1,port=PORT socat_listen

socat_udp() { exec socat -u -b 65536 UDP-RECV:0,bind=127.0.0.1 - >copy; }
row 'socat, udp' virtconsole udp,host=127.0.0.1,port=PORT socat_udp
