# cat on a named pipe: QEMU writes client.out and reads client.in, and both must be there
# before it starts.
# SPDX-License-Identifier: MIT
needs cat

cat_pipe() { exec cat client.out >copy; }
row 'cat, pipe' isa-serial pipe,path=client cat_pipe
row 'cat, pipe, virtserialport' virtserialport pipe,path=client cat_pipe
