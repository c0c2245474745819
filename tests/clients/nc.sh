# nc of OpenBSD (Debian's netcat-openbsd).
#
#   -d   takes no input
#   -u   datagrams: one that is larger than its buffer (16 KiB) would be cut
# SPDX-License-Identifier: MIT
needs nc

nc_unix() { exec nc -U socket >copy; }
row 'nc, unix' isa-serial socket,path=socket,server=on,wait=off nc_unix
row 'nc, unix, virtserialport' virtserialport socket,path=socket,server=on,wait=off nc_unix

nc_tcp() { exec nc 127.0.0.1 "$port" >copy; }
row 'nc, tcp' isa-serial socket,host=127.0.0.1,port=0,server=on,wait=off nc_tcp

nc_listen() { exec nc -d -l 127.0.0.1 0 >copy; }
row 'nc, tcp, listening' isa-serial socket,host=127.0.0.1,port=PORT nc_listen

nc_udp() { exec nc -d -u -l 127.0.0.1 0 >copy; }
row 'nc, udp' virtconsole udp,host=127.0.0.1,port=PORT nc_udp
