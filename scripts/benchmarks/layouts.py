"""A writer of OCI image layouts."""
import os

from .archives import dump, sha256
from .content import member, padding

KIND = "application/vnd.oci.image."


class Layout:
    """An OCI image layout that is written blob by blob."""

    def __init__(self, path):
        self.path, self.entries = path, []
        os.makedirs(os.path.join(path, "blobs/sha256"))

    def blob(self, kind, content, **more):
        digest = sha256(content)
        with open(os.path.join(self.path, "blobs/sha256", digest), "wb") as out:
            out.write(content)
        return {"mediaType": KIND + kind, "digest": "sha256:" + digest, "size": len(content), **more}

    def layer(self, text):
        content = text.encode()
        return self.blob("layer.v1.tar", member("file", len(content)) + content + padding(len(content)) + bytes(1024))

    def image(self, layers, architecture="amd64", version=None, **more):
        config = {"architecture": architecture, "os": "linux", "rootfs": {"type": "layers", "diff_ids": [x["digest"] for x in layers]}}
        if version:
            config["os.version"] = version
        return self.blob("manifest.v1+json", dump({
            "schemaVersion": 2, "mediaType": KIND + "manifest.v1+json",
            "config": self.blob("config.v1+json", dump(config)), "layers": layers}), **more)

    def index(self, children, **more):
        return self.blob("index.v1+json", index(children), **more)

    def close(self):
        for name, content in (("oci-layout", dump({"imageLayoutVersion": "1.0.0"})), ("index.json", index(self.entries))):
            with open(os.path.join(self.path, name), "wb") as out:
                out.write(content)


def index(children):
    return dump({"schemaVersion": 2, "mediaType": KIND + "index.v1+json", "manifests": children})


def name(text):
    return {"annotations": {"io.containerd.image.name": f"docker.io/demo/{text}"}}


def platform(version=None):
    return {"platform": {"os": "linux", "architecture": "amd64", **({"os.version": version} if version else {})}}
