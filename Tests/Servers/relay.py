#!/usr/bin/env python3
"""relay.py UPSTREAM PORT_FILE: an HTTP relay in front of UPSTREAM (host:port) that injects faults for tests.

Bodies are streamed. The log has each request with the bytes of both bodies. Tests control the relay over HTTP:

    POST   /_relay/rules        adds a rule (JSON) → {"id": 7}
    GET    /_relay/rules/7      → {"fired": 1}
    DELETE /_relay/rules/7      removes the rule and cuts the connections that it holds
    GET    /_relay/log?REGEX    the requests whose path matches the expression, in the order of their begin

A rule: {"method": REGEX (whole), "path": REGEX (anywhere), "skip": 0, "times": 1 (0: always), "action": …}. The first
matching rule that is not used up performs its action:

    answer    {"status", "headers", "body"}: this response, without a request to upstream
    delay     {"seconds"}
    cut       {"side": request | answer | response, "after": bytes, "how": close | reset | hold}: ends the connection
              after that many bytes of the body (requests with smaller bodies do not match); "answer": the registry
              has handled the request, and its response is lost; "hold": the connection stays open and silent
    keep      {"side": "request", "after", "how"}: a cut after which the upload session keeps the received bytes, as
              the specification defines it; docker-registry itself drops a session whose request broke off
    truncate  {"after"}: ends the response there, with a matching Content-Length
    corrupt   {"side", "after"}: changes that byte of the body
    headers   {"set": {name: value or null}}: changes headers of the response
    lose      makes the upload session of that request unknown
"""
import json
import re
import socket
import sys
import threading
import time
import urllib.parse

from wire import Closed, Message, Stream


class Cut(Exception):
    """A rule ends the connection."""

    def __init__(self, how):
        super().__init__(how)
        self.how = how


class Book:
    """Rules, lost sessions and the log, shared by all connections."""

    def __init__(self):
        self.lock = threading.Lock()
        self.rules = {}
        self.lost = set()
        self.kept = {}
        self.log = []
        self.clock = 0
        self.last = 0

    def tick(self):
        with self.lock:
            self.clock += 1
            return self.clock

    def add(self, rule):
        with self.lock:
            self.last += 1
            self.rules[self.last] = dict(rule, id=self.last, fired=0, seen=0)
            return self.last

    def rule(self, method, path, length):
        with self.lock:
            for rule in self.rules.values():
                if not re.fullmatch(rule.get("method", ".*"), method) or not re.search(rule.get("path", ""), path):
                    continue
                if rule.get("side") == "request" and length is not None and rule.get("after", 0) >= length:
                    continue
                rule["seen"] += 1
                times = rule.get("times", 1)
                if rule["seen"] <= rule.get("skip", 0) or (times and rule["fired"] >= times):
                    continue
                rule["fired"] += 1
                return dict(rule)
        return {}


class Conversation(threading.Thread):
    def __init__(self, connection, upstream, book):
        super().__init__(daemon=True)
        self.client = Stream(connection)
        self.address = upstream
        self.server = None
        self.book = book

    def run(self):
        reset = False
        try:
            while self.exchange():
                pass
        except Closed:
            pass
        except Cut as cut:
            reset = cut.how == "reset"
        finally:
            self.client.close(reset)
            if self.server:
                self.server.close(reset)

    def exchange(self):
        self.client.rest = self.client.rest or self.client.more()
        if not self.client.rest[:1].isalpha():
            # The bytes are a TLS handshake. Without a response the client would wait for the rest of it.
            self.client.send(b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n")
            return False
        request = Message(self.client.until(b"\r\n\r\n"))
        method, path, _ = request.first.split(" ")
        if path.startswith("/_relay/"):
            return self.steer(method, path, request)
        session = re.search(r"/uploads/([^/?]+)", path)
        length = int(request.get("content-length")) if request.get("content-length") else None
        with self.book.lock:
            is_lost = session is not None and session[1] in self.book.lost
        rule = {} if is_lost else self.book.rule(method, path, length)
        action = rule.get("action")
        entry = {"method": method, "path": path, "begin": self.book.tick(), "end": None, "status": None,
                 "sent": 0, "received": 0, "fault": action, "range": request.get("range")}
        self.book.log.append(entry)
        try:
            if action == "lose" and session:
                with self.book.lock:
                    self.book.lost.add(session[1])
                is_lost = True
            if is_lost:
                unknown = {"errors": [{"code": "BLOB_UPLOAD_UNKNOWN", "message": "blob upload unknown to registry"}]}
                return self.answer(request, entry, 404, {"Content-Type": "application/json"}, json.dumps(unknown))
            if action == "answer":
                return self.answer(request, entry, rule["status"], rule.get("headers", {}), rule.get("body", ""))
            if action == "delay":
                time.sleep(rule["seconds"])
            if session and method == "GET" and session[1] in self.book.kept:
                request.first = f"GET {self.book.kept[session[1]]} HTTP/1.1"
            if session and method in ("PATCH", "PUT"):
                self.book.kept.pop(session[1], None)
            if action == "keep":
                request.first = f"PATCH {path} HTTP/1.1"
                request.put("Content-Range", None)
            return self.forward(request, entry, rule, method)
        finally:
            entry["end"] = self.book.tick()

    def forward(self, request, entry, rule, method):
        if not self.server:
            self.server = Stream(socket.create_connection(self.address))
        server = self.server
        if request.get("expect"):
            request.put("Expect", None)
            self.client.send(b"HTTP/1.1 100 Continue\r\n\r\n")
        pieces = request.pieces(self.client)
        if rule.get("action") == "keep":
            request.put("Content-Length", str(rule["after"]))
        is_early = not server.takes(request.raw())
        for piece in self.body(pieces, entry, "sent", rule, "request"):
            # A server that responds before the end of the body does not read the rest.
            is_early = is_early or server.is_waiting() or not server.takes(piece)
            if is_early:
                break
            entry["sent"] += self.due
        response = Message(server.until(b"\r\n\r\n"))
        if rule.get("action") == "cut" and rule.get("side") == "answer":
            self.end(rule)
        if rule.get("action") == "keep":
            place = urllib.parse.urlsplit(response.get("location"))
            self.book.kept[place.path.rsplit("/", 1)[1]] = f"{place.path}?{place.query}"
            self.end(rule)
        entry["status"] = int(response.first.split(" ")[1])
        for name, value in rule.get("set", {}).items():
            response.put(name, value)
        has_body = method != "HEAD" and entry["status"] not in (204, 304)
        body = response.pieces(server, is_endless=not response.get("content-length")) if has_body else iter(())
        if rule.get("action") == "truncate":
            response.put("Content-Length", str(rule["after"]))
            response.put("Transfer-Encoding", None)
            response.put("Connection", "close")
        self.client.send(response.raw())
        for piece in self.body(body, entry, "received", rule, "response"):
            self.client.send(piece)
            entry["received"] += self.due
        return not (is_early or request.wants_close or response.wants_close)

    def body(self, pieces, entry, count, rule, side):
        """The pieces of a body after the rule is applied. `due` is the payload of the last piece in bytes."""
        action = rule.get("action")
        mine = action == "truncate" and side == "response" or rule.get("side") == side
        after = rule.get("after", 0)
        for is_payload, data in pieces:
            passed = entry[count]
            if mine and is_payload and action in ("cut", "truncate", "keep") and passed + len(data) >= after:
                self.due = after - passed
                if self.due:
                    yield data[:self.due]
                if action == "keep":
                    return
                if action == "truncate":
                    raise Closed
                self.end(rule)
            if mine and is_payload and action == "corrupt" and passed <= after < passed + len(data):
                place = after - passed
                data = data[:place] + bytes([data[place] ^ 0x20]) + data[place + 1:]
            self.due = len(data) if is_payload else 0
            yield data

    def end(self, rule):
        how = rule.get("how", "close")
        while how == "hold" and rule["id"] in self.book.rules:
            time.sleep(0.01)
        raise Cut(how)

    def answer(self, request, entry, status, headers, body):
        entry["status"] = status
        body = body.encode()
        has_body = request.get("transfer-encoding") or request.get("content-length") not in (None, "0")
        fields = dict(headers, **{"Content-Length": str(len(body))})
        if has_body:
            fields["Connection"] = "close"
        lines = [f"HTTP/1.1 {status} Said"] + [f"{name}: {value}" for name, value in fields.items()]
        self.client.send("\r\n".join(lines + ["", ""]).encode() + (b"" if entry["method"] == "HEAD" else body))
        if not has_body:
            return not request.wants_close
        # Closing with unread bytes sends a reset, which may overtake the response.
        self.client.connection.shutdown(socket.SHUT_WR)
        self.client.connection.settimeout(5)
        while True:
            self.client.more()

    def steer(self, method, path, request):
        body = b"".join(data for is_payload, data in request.pieces(self.client) if is_payload)
        target = urllib.parse.urlsplit(path)
        number = int(target.path.rsplit("/", 1)[1]) if re.search(r"/\d+$", target.path) else 0
        with self.book.lock:
            if method == "DELETE":
                found = bool(self.book.rules.pop(number, None))
            elif number:
                found = {"fired": self.book.rules[number]["fired"]}
            elif method == "GET":
                wanted = urllib.parse.unquote(target.query)
                found = [entry for entry in self.book.log if re.search(wanted, entry["path"])]
            text = json.dumps(found).encode() if method != "POST" else b""
        if method == "POST":
            text = json.dumps({"id": self.book.add(json.loads(body))}).encode()
        self.client.send(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % len(text) + text)
        return not request.wants_close


def main():
    host, port = sys.argv[1].rsplit(":", 1)
    book = Book()
    listener = socket.create_server(("127.0.0.1", 0), backlog=128)
    with open(sys.argv[2], "w", encoding="ascii") as file:
        file.write(f"{listener.getsockname()[1]}\n")
    while True:
        connection, _ = listener.accept()
        Conversation(connection, (host, int(port)), book).start()


main()
