"""Reads a registry without ocimerge, and checks what it has."""
import contextlib
import json
import threading
import time
import urllib.error
import urllib.request

from benchmarks.registry import KINDS

from .wrong import Wrong, sha256

PATIENCE = 40  # seconds for one answer


class Reader:
    def __init__(self, host):
        self.host = host

    def ask(self, method, path):
        """The headers and the body of an answer.

        docker-registry empties the file of a tag before it writes it again, and meanwhile answers 500. As every
        client, this one then asks again.
        """
        request = urllib.request.Request(f"http://{self.host}/v2/{path}", method=method, headers={"Accept": KINDS})
        for pause in (0.01, 0.1, 1, None):
            try:
                with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
                    return answer.headers, answer.read()
            except urllib.error.HTTPError as error:
                if error.code < 500 or pause is None:
                    raise
                time.sleep(pause)

    def get(self, path):
        return self.ask("GET", path)[1]

    def size(self, path):
        return int(self.ask("HEAD", path)[0]["Content-Length"])

    def tag(self, repository, tag):
        """The bytes of the document that a tag names, or None if there is no such tag."""
        try:
            return self.get(f"{repository}/manifests/{tag}")
        except urllib.error.HTTPError as error:
            if error.code != 404:
                raise
            return None

    def check(self, application, content, whole):
        """Checks that `content` is the index of an application, and that the registry has everything below it.

        whole: whether every blob is read, too. Returns the number of blobs.
        """
        if content != application.bytes:
            raise Wrong(f"the tag of {application.repository} is not {application.index}")
        blobs = []
        for child in json.loads(content)["manifests"]:
            manifest = self.get(f"{application.repository}/manifests/{child['digest']}")
            if sha256(manifest) != child["digest"]:
                raise Wrong(f"{application.repository}@{child['digest']} has other bytes")
            blobs += [json.loads(manifest)["config"], *json.loads(manifest)["layers"]]
        for blob in blobs:
            self.check_blob(f"{application.repository}/blobs/{blob['digest']}", blob, whole)
        return len(blobs)

    def check_blob(self, path, blob, whole):
        try:
            sound = self.size(path) == blob["size"] and (not whole or sha256(self.get(path)) == blob["digest"])
        except urllib.error.HTTPError as error:
            raise Wrong(f"{path}: {error}") from error
        if not sound:
            raise Wrong(f"{path} is damaged")


@contextlib.contextmanager
def watch(step):
    """Repeats `step` in a thread while the block runs. After the block, raises the error that ended the repetition."""
    stopped, errors = threading.Event(), []

    def loop():
        try:
            while not stopped.wait(0.005):
                step()
        except Exception as error:  # raised below, in the thread of the caller
            errors.append(error)

    thread = threading.Thread(target=loop, daemon=True)
    thread.start()
    try:
        yield
    finally:
        stopped.set()
        thread.join()
    if errors:
        raise errors[0]
