# minicom on a pty, and on a unix socket: the only terminal program that can open one.
#
#   -o   does not send the modem's "AT..." to the guest
#   -C   what came, but without CR: there is no option that keeps them
# SPDX-License-Identifier: MIT
needs minicom script

without_cr() { tr -d '\r'; }

minicom_pty() { HOME=$PWD on_terminal minicom -o -D "$pty" -C copy; }
row 'minicom, pty' isa-serial pty minicom_pty without_cr

minicom_unix() { HOME=$PWD on_terminal minicom -o -D unix#socket -C copy; }
row 'minicom, unix' isa-serial socket,path=socket,server=on,wait=off minicom_unix without_cr
