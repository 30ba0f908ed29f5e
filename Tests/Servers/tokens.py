#!/usr/bin/env python3
"""tokens.py DIR PORT_FILE: a token server for a registry, following docker's specification of token authentication.

Accepts GET with Basic credentials or none, and POST as OAuth2 (password, refresh_token). The openssl command signs
tokens with DIR/tokens.key; its certificate is DIR/tokens.pem. Access rights:

    anonymous   pull below public/
    reader      pull everything
    writer      everything

Passwords are in DIR/users.json. GET /_tokens/log returns the requests without secrets. PUT /_tokens/mode with
{"refuse": ["GET"], "expires_in": 60, "name": "access_token"} changes the responses.
"""
import base64
import http.server
import json
import secrets
import subprocess
import sys
import time
import urllib.parse

SERVICE, ISSUER = "registry of the tests", "tokens of the tests"
MODE = {"refuse": [], "expires_in": 60, "name": "token"}


def encoded(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


class State:
    """State of the server. All requests share it; each change is one operation on a list or a dictionary."""

    def __init__(self, folder):
        self.key = folder + "/tokens.key"
        with open(folder + "/users.json", encoding="utf-8") as file:
            self.users = json.load(file)
        with open(folder + "/tokens.pem", encoding="ascii") as file:
            self.certificate = "".join(line.strip() for line in file if "-----" not in line)
        self.refresh = {}
        self.log = []
        self.mode = dict(MODE)

    def sign(self, user, access):
        now = int(time.time())
        header = {"typ": "JWT", "alg": "RS256", "x5c": [self.certificate]}
        claims = {"iss": ISSUER, "sub": user or "", "aud": SERVICE, "iat": now, "nbf": now - 10,
                  "exp": now + max(self.mode["expires_in"], 5), "jti": secrets.token_hex(8), "access": access}
        text = ".".join(encoded(json.dumps(part).encode()) for part in (header, claims))
        signature = subprocess.run(["openssl", "dgst", "-sha256", "-sign", self.key], input=text.encode(),
                                   stdout=subprocess.PIPE, check=True).stdout
        return text + "." + encoded(signature)


def allowed(user, scopes):
    """The requested access that the user may have. Granting less than requested is no error in the specification."""
    access = []
    for scope in scopes:
        kind, _, rest = scope.partition(":")
        name, _, actions = rest.rpartition(":")
        wanted = [action for action in actions.split(",") if action]
        if user == "writer":
            granted = wanted
        elif user == "reader" or name.startswith("public/"):
            granted = [action for action in wanted if action == "pull"]
        else:
            granted = []
        if granted:
            access.append({"type": kind, "name": name, "actions": granted})
    return access


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def say(self, status, value):
        body = json.dumps(value).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def body(self):
        return self.rfile.read(int(self.headers.get("Content-Length") or 0))

    def note(self, grant, user, fields, scopes, status):
        STATE.log.append({"method": self.command, "grant": grant, "user": user, "scopes": scopes, "status": status,
                          "account": fields.get("account", [None])[0], "client": fields.get("client_id", [None])[0],
                          "service": fields.get("service", [None])[0]})

    def do_GET(self):
        address = urllib.parse.urlsplit(self.path)
        if address.path == "/_tokens/log":
            return self.say(200, STATE.log)
        fields = urllib.parse.parse_qs(address.query)
        scopes = [one for scope in fields.get("scope", []) for one in scope.split(" ")]
        user, kind = None, "anonymous"
        said = self.headers.get("Authorization")
        if said:
            kind = "basic"
            user, _, password = base64.b64decode(said.split(" ", 1)[1]).decode().partition(":")
            if STATE.users.get(user) != password:
                self.note(kind, user, fields, scopes, 401)
                return self.say(401, {"errors": [{"code": "UNAUTHORIZED", "message": "wrong user or password"}]})
        self.grant(kind, user, fields, scopes, "offline_token" in fields)

    def do_POST(self):
        fields = urllib.parse.parse_qs(self.body().decode())
        scopes = [one for scope in fields.get("scope", []) for one in scope.split(" ")]
        kind = fields.get("grant_type", [""])[0]
        if kind == "password":
            user = fields.get("username", [""])[0]
            if STATE.users.get(user) != fields.get("password", [""])[0]:
                user = None
        else:
            user = STATE.refresh.get(fields.get("refresh_token", [""])[0])
        if user is None or "client_id" not in fields:
            self.note(kind, user, fields, scopes, 401)
            return self.say(401, {"error": "invalid_grant"})
        self.grant(kind, user, fields, scopes, fields.get("access_type") == ["offline"])

    def do_PUT(self):
        STATE.mode = dict(MODE, **json.loads(self.body() or b"{}"))
        self.say(200, STATE.mode)

    def grant(self, kind, user, fields, scopes, wants_refresh):
        if self.command in STATE.mode["refuse"]:
            self.note(kind, user, fields, scopes, 405)
            return self.say(405, {})
        if fields.get("service") != [SERVICE]:
            self.note(kind, user, fields, scopes, 400)
            return self.say(400, {"errors": [{"code": "DENIED", "message": "another service"}]})
        access = allowed(user, scopes)
        name = "access_token" if self.command == "POST" else STATE.mode["name"]
        answer = {name: STATE.sign(user, access), "expires_in": STATE.mode["expires_in"]}
        if wants_refresh and user:
            answer["refresh_token"] = secrets.token_urlsafe(24)
            STATE.refresh[answer["refresh_token"]] = user
        self.note(kind, user, fields, scopes, 200)
        self.say(200, answer)


STATE = State(sys.argv[1])
SERVER = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
with open(sys.argv[2], "w", encoding="ascii") as port:
    port.write(f"{SERVER.server_address[1]}\n")
SERVER.serve_forever()
