"""Raw HTTP/1: heads and bodies are forwarded unchanged, piece by piece."""
import select
import socket
import struct

BLOCK = 256 << 10


class Closed(Exception):
    """The peer has closed the connection."""


class Stream:
    """One side of a connection, with bytes that were read ahead."""

    def __init__(self, connection):
        self.connection = connection
        self.rest = b""
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def more(self):
        try:
            data = self.connection.recv(BLOCK)
        except OSError as error:
            raise Closed from error
        if not data:
            raise Closed
        return data

    def until(self, end):
        while end not in self.rest:
            self.rest += self.more()
        found, self.rest = self.rest.split(end, 1)
        return found + end

    def upto(self, count):
        """Reads at least one byte and at most `count`."""
        data, self.rest = (self.rest or self.more()), b""
        data, self.rest = data[:count], data[count:]
        return data

    def send(self, data):
        try:
            self.connection.sendall(data)
        except OSError as error:
            raise Closed from error

    def takes(self, data):
        try:
            self.send(data)
            return True
        except Closed:
            return False

    def is_waiting(self):
        return bool(self.rest) or bool(select.select([self.connection], [], [], 0)[0])

    def close(self, reset=False):
        try:
            if reset:
                self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            else:
                self.connection.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass
        self.connection.close()


class Message:
    """The head of a request or a response."""

    def __init__(self, raw):
        lines = raw.decode("latin-1").split("\r\n")
        self.first = lines[0]
        self.fields = [tuple(line.split(":", 1)) for line in lines[1:] if ":" in line]

    def get(self, name):
        return next((value.strip() for key, value in self.fields if key.lower() == name), None)

    def put(self, name, value):
        self.fields = [field for field in self.fields if field[0].lower() != name.lower()]
        if value is not None:
            self.fields.append((name, " " + value))

    def raw(self):
        return "\r\n".join([self.first] + [":".join(field) for field in self.fields] + ["", ""]).encode("latin-1")

    @property
    def wants_close(self):
        return (self.get("connection") or "").lower() == "close" or "HTTP/1.0" in self.first

    def pieces(self, stream, is_endless=False):
        """The body as (is payload, bytes). The framing of chunks is forwarded, but is no payload."""
        return self.read(stream, self.get("content-length"), is_endless)

    def read(self, stream, length, is_endless):
        if (self.get("transfer-encoding") or "").lower() == "chunked":
            while True:
                line = stream.until(b"\r\n")
                yield False, line
                left = int(line.split(b";")[0], 16)
                if not left:
                    yield False, stream.until(b"\r\n")
                    return
                while left:
                    data = stream.upto(left)
                    left -= len(data)
                    yield True, data
                yield False, stream.until(b"\r\n")
        left = int(length) if length is not None else 0
        if length is None and is_endless:
            while True:
                try:
                    yield True, stream.upto(BLOCK)
                except Closed:
                    return
        while left:
            data = stream.upto(left)
            left -= len(data)
            yield True, data
