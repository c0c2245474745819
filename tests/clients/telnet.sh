# telnet.  QEMU offers binary mode and it agrees, so CR LF arrives as it is.  Before the
# log it says where it is connected to.
# SPDX-License-Identifier: MIT
needs telnet

telnet_tcp() { exec telnet 127.0.0.1 "$port" >copy; }
with_greeting() {
    printf '%s\n' 'Trying 127.0.0.1...' 'Connected to 127.0.0.1.' "Escape character is '^]'."
    cat
}
row telnet isa-serial socket,host=127.0.0.1,port=0,server=on,wait=off,telnet=on \
    telnet_tcp with_greeting
