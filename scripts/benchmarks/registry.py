"""Servers on loopback: docker-registry, and the relay of the tests in front of it."""
import collections
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request

RELAY = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../Tests/Servers/relay.py")
CONFIG = """version: 0.1
log: {{level: error, accesslog: {{disabled: {silent}}}}}
storage: {{filesystem: {{rootdirectory: {store}}}}}
http: {{addr: "{host}"}}
"""
KINDS = ", ".join(f"application/vnd.oci.image.{kind}.v1+json" for kind in ("index", "manifest"))
REQUEST = re.compile(r'"(\w+) (\S+) HTTP/1\.1" (\d+) (\d+)')


def end(process):
    process.terminate()
    process.wait()


class Registry:
    """docker-registry over an empty store, or over `store`. With `log`, it counts what it serves."""

    def __init__(self, place, store=None, log=False):
        self.folder = tempfile.mkdtemp(dir=place, prefix="registry-")
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.host = f"127.0.0.1:{free.getsockname()[1]}"
        config, self.log = (os.path.join(self.folder, name) for name in ("config.yml", "access.log"))
        with open(config, "w") as out:
            out.write(CONFIG.format(store=store or os.path.join(self.folder, "store"), host=self.host, silent=str(not log).lower()))
        # docker-registry reads settings from REGISTRY_*.
        own = {key: value for key, value in os.environ.items() if not key.startswith("REGISTRY_")}
        with open(self.log, "wb") as out:
            self.process = subprocess.Popen(["docker-registry", "serve", config], env=own, stdin=subprocess.DEVNULL,
                                            stdout=out, stderr=subprocess.DEVNULL)
        for _ in range(400):
            try:
                return urllib.request.urlopen(f"http://{self.host}/v2/").close()
            except OSError:
                time.sleep(0.02)
        self.end()
        raise RuntimeError("docker-registry does not start")

    def has(self, reference):
        """Whether an index exists with all its manifests."""
        repository, tag = reference.rsplit(":", 1)
        try:
            return all(self.manifest(repository, child["digest"]) for child in self.manifest(repository, tag)["manifests"])
        except urllib.error.HTTPError:
            return False

    def manifest(self, repository, name):
        request = urllib.request.Request(f"http://{self.host}/v2/{repository}/manifests/{name}", headers={"Accept": KINDS})
        with urllib.request.urlopen(request) as answer:
            return json.load(answer)

    def logged(self):
        return os.path.getsize(self.log)

    def traffic(self, start):
        """What was requested since the log had `start` bytes, in words."""
        time.sleep(0.2)
        with open(self.log, "rb") as log:
            log.seek(start)
            found = REQUEST.findall(log.read().decode(errors="replace"))
        blobs = [(path, int(size)) for method, path, status, size in found
                 if method == "GET" and "/blobs/" in path and status in ("200", "206")]
        repeated = sum(count > 1 for count in collections.Counter(path.rsplit("/", 1)[1] for path, _ in blobs).values())
        total = sum(size for _, size in blobs)
        size = f"{total / 1e6:,.1f} MB" if total >= 10**6 else f"{total:,} bytes"
        return f"{len(found)} requests; {size} of blobs in {len(blobs)} of them; {repeated} blobs requested more than once"

    def end(self):
        end(self.process)
        shutil.rmtree(self.folder)


class Relay:
    """The relay of the tests in front of a registry. It counts every byte."""

    def __init__(self, registry):
        port = os.path.join(registry.folder, "relay.port")
        self.process = subprocess.Popen([sys.executable, "-B", RELAY, registry.host, port], stdin=subprocess.DEVNULL,
                                        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        for _ in range(400):
            if os.path.exists(port) and (number := open(port).read().strip()):
                self.host = f"127.0.0.1:{number}"
                return
            time.sleep(0.02)
        self.end()
        raise RuntimeError("the relay does not start")

    def sent(self):
        """The bytes of blobs that were sent so far."""
        return self.logged("/blobs/sha256", "received")

    def uploaded(self):
        """The bytes of blobs that arrived in uploads so far, also in those that broke off."""
        return self.logged("/blobs/uploads/", "sent")

    def logged(self, path, count):
        """The sum of a count of the log, over the requests whose path contains `path`."""
        with urllib.request.urlopen(f"http://{self.host}/_relay/log?{urllib.parse.quote(path, safe='')}") as answer:
            return sum(request[count] for request in json.load(answer))

    def end(self):
        end(self.process)
