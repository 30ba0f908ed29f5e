"""A registry on loopback whose repositories have as many tags as their names say. For scripts/bench-scale."""
import http.server
import json
import re
import threading
import urllib.parse


class Registry(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_):
        pass

    def do_GET(self):
        place = urllib.parse.urlsplit(self.path)
        found = re.fullmatch(r"/v2/(pages|page)/(\d+)/tags/list", place.path)
        if not found:
            return self.answer({}, 200 if place.path == "/v2/" else 404)
        query, count = urllib.parse.parse_qs(place.query), int(found[2])
        start = int(query.get("last", ["v-1"])[0][1:]) + 1
        end = min(start + int(query.get("n", ["1000"])[0]), count) if found[1] == "pages" else count
        more = {"Link": f'<{place.path}?n={end - start}&last=v{end - 1}>; rel="next"'} if end < count else {}
        self.answer({"name": "tags", "tags": [f"v{i}" for i in range(start, end)]}, 200, more)

    def answer(self, value, status, headers=None):
        body = json.dumps(value).encode()
        self.send_response(status)
        for name, text in {"Content-Type": "application/json", "Content-Length": str(len(body)), **(headers or {})}.items():
            self.send_header(name, text)
        self.end_headers()
        self.wfile.write(body)


def started():
    """The host of a registry that runs until this process ends."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Registry)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return f"127.0.0.1:{server.server_address[1]}"
