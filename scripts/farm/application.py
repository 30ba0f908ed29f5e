"""An application: its images for two platforms, and the index that joins them."""
import json
import os
import random
import shutil
import subprocess

from benchmarks.archives import config, dump
from benchmarks.command import OCIMERGE
from benchmarks.content import AppLayer, member, padding
from benchmarks.layouts import KIND, Layout

from .jobs import Job

PLATFORMS = ("amd64", "s390x")


def write_image(path, architecture, pick, sizes):
    """Writes a layout of one image with layers of these sizes; returns the digest of its manifest."""
    layout = Layout(path)
    contents = [b"".join(AppLayer(architecture).chunks())]
    for number, size in enumerate(sizes):
        contents.append(member(f"data-{number}", size) + pick.randbytes(size) + padding(size) + bytes(1024))
    layers = [layout.blob("layer.v1.tar", content) for content in contents]
    document = layout.blob("config.v1+json", config(architecture, [layer["digest"] for layer in layers]))
    manifest = layout.blob("manifest.v1+json", dump({
        "schemaVersion": 2, "mediaType": KIND + "manifest.v1+json", "config": document, "layers": layers}))
    layout.entries.append(manifest)
    layout.close()
    return manifest["digest"]


class Application:
    """One version of an application. `index` is the digest, `bytes` the content that each join of it must give."""

    def __init__(self, work, repository, tag, seed, sizes):
        self.repository, self.tag = repository, tag
        self.paths, self.digests = {}, {}
        for architecture in PLATFORMS:
            name = f"{repository}-{tag}-{architecture}"
            self.paths[architecture] = os.path.join(work, name)
            pick = random.Random(f"{seed} {name}")
            self.digests[architecture] = write_image(self.paths[architecture], architecture, pick, sizes)
        self.index, self.bytes = self.merged(os.path.join(work, f"{repository}-{tag}"))

    def merged(self, layout):
        """The digest and the bytes of the index of a merge in files."""
        subprocess.run([OCIMERGE, "-q", *self.paths.values(), "-o", layout + "/"], check=True, stdout=subprocess.DEVNULL)
        with open(os.path.join(layout, "index.json"), encoding="utf-8") as file:
            digest = json.load(file)["manifests"][0]["digest"]
        with open(os.path.join(layout, "blobs/sha256", digest.removeprefix("sha256:")), "rb") as file:
            content = file.read()
        shutil.rmtree(layout)
        return digest, content

    def size(self):
        """The bytes of all blobs of both images."""
        folders = [os.path.join(path, "blobs/sha256") for path in self.paths.values()]
        return sum(entry.stat().st_size for folder in folders for entry in os.scandir(folder))

    def pushes(self, host):
        """A job for each platform, which pushes its image under a tag of the platform."""
        return [Job("push", ["push", "-q", self.paths[one], f"{host}/{self.repository}:{self.tag}-{one}"], digest)
                for one, digest in self.digests.items()]

    def join(self, host, tag):
        """A job that joins both images in the registry, by their digests."""
        images = [f"docker://{host}/{self.repository}@{digest}" for digest in self.digests.values()]
        return Job("join", [*images, "-q", "-o", f"docker://{host}/{self.repository}:{tag}"], self.index)
