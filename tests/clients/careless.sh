# Readers that lose or change something: the judgement must see it.
# SPDX-License-Identifier: MIT
needs socat

takes_it_for_text() { socat -u UNIX-CONNECT:socket - | tr -d '\r' >copy; }
catches 'a reader that drops CR' isa-serial socket,path=socket,server=on,wait=off \
    takes_it_for_text 'torn: CR LF damage'

leaves_early() { socat -u UNIX-CONNECT:socket - | head -c 5000 >copy; }
catches 'a reader that leaves' isa-serial socket,path=socket,server=on,wait=off \
    leaves_early 'short'

cuts_datagrams() { exec socat -u -b 512 UDP-RECV:0,bind=127.0.0.1 - >copy; }
catches 'a reader with a small buffer, udp' virtconsole udp,host=127.0.0.1,port=PORT \
    cuts_datagrams 'hole'
