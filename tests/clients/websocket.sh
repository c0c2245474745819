# Websocket clients that are not ours: Debian's python3-websocket, as a library, and its
# program wsdump.  QEMU sends binary frames, for a UART one of them for each byte; wsdump
# shows a frame as a line, "b'x'".
# SPDX-License-Identifier: MIT
needs /usr/bin/python3 wsdump
server=socket,host=127.0.0.1,port=0,server=on,wait=off,websocket=on

websocket_python() {
    exec /usr/bin/python3 -c 'import sys, websocket
frames = websocket.create_connection(sys.argv[1])
try:
    while True:
        sys.stdout.buffer.write(frames.recv())
except websocket.WebSocketConnectionClosedException:
    pass' "ws://127.0.0.1:$port" >copy
}
row 'websocket, python' isa-serial "$server" websocket_python
row 'websocket, python, virtserialport' virtserialport "$server" websocket_python

websocket_wsdump() { exec wsdump --raw "ws://127.0.0.1:$port" >copy; }
as_literals() {
    /usr/bin/python3 -c 'import sys
for byte in sys.stdin.buffer.read():
    print(bytes([byte]))'
}
row 'websocket, wsdump' isa-serial "$server" websocket_wsdump as_literals
