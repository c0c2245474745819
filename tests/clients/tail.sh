# tail on a file, while QEMU writes it.
# SPDX-License-Identifier: MIT
needs tail

tail_file() { exec tail -c +1 -f client.log >copy; }
row 'tail, file' isa-serial file,path=client.log tail_file
