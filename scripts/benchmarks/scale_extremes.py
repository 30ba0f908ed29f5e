"""Sources near the largest that exist: many members, many files, one huge layer. For scripts/bench-scale."""
import hashlib
import os
import tarfile

from . import archives
from .archives import dump, sha256, write_file
from .content import MB, member, padding
from .layouts import Layout, name

GB = 1000 * MB


class Numbered:
    """Headers of empty files that differ only in a number of eight digits: a thousand times faster than tarfile."""

    def __init__(self, prefix):
        head = bytearray(member(prefix + "00000000"))
        self.at, self.head = len(prefix), head
        self.sum = int(bytes(head[148:154]), 8) - 8 * ord("0")

    def header(self, number):
        digits, head = b"%08d" % number, self.head
        head[self.at:self.at + 8] = digits
        head[148:154] = b"%06o" % (self.sum + sum(digits))
        return bytes(head)


def members(path, count):
    """A docker archive with `count` members, most of which no image needs."""
    layer = b"".join([member("file", 4), b"data", padding(4), bytes(1024)])
    config = archives.config("amd64", ["sha256:" + sha256(layer)])
    other = Numbered("other/")
    with open(path, "wb", buffering=1 << 20) as out:
        for i in range(count - 3):
            out.write(other.header(i))
        write_file(out, "layer.tar", layer)
        write_file(out, "config.json", config)
        write_file(out, "manifest.json", dump([{"Config": "config.json", "RepoTags": ["demo/app:1"], "Layers": ["layer.tar"]}]))
        out.write(bytes(1024))


def one_layer(path, write):
    """A layout of one image with one layer; `write` writes the layer to a file and returns its digest and size."""
    layout = Layout(path)
    place = os.path.join(path, "layer")
    digest, size = write(place)
    os.rename(place, os.path.join(path, "blobs/sha256", digest))
    layer = {"mediaType": "application/vnd.oci.image.layer.v1.tar", "digest": "sha256:" + digest, "size": size}
    layout.entries = [layout.image([layer], **name("app:1"))]
    layout.close()


def files(path, count):
    """A layer of `count` files, 1,000 in each directory."""
    def write(place):
        digest = hashlib.sha256()
        with open(place, "wb", buffering=1 << 20) as out:
            for folder in range(0, count, 1000):
                part = Numbered(f"usr/share/{folder:08}/")
                text = member(f"usr/share/{folder:08}", kind=tarfile.DIRTYPE) + b"".join(map(part.header, range(min(1000, count - folder))))
                digest.update(text)
                out.write(text)
            digest.update(bytes(1024))
            out.write(bytes(1024))
        return digest.hexdigest(), os.path.getsize(place)
    one_layer(path, write)


def sparse(path, count):
    """A layer of `count` GB: one file of zeros, which take no space."""
    info = tarfile.TarInfo("zeros")
    info.size, info.mtime = count * GB // 512 * 512, 1704067200
    head = info.tobuf(tarfile.GNU_FORMAT)

    def write(place):
        digest, size, block = hashlib.sha256(head), info.size + 1024, bytes(1 << 20)
        with open(place, "wb") as out:
            out.write(head)
            out.truncate(len(head) + size)
        for _ in range(size // len(block)):
            digest.update(block)
        digest.update(block[:size % len(block)])
        return digest.hexdigest(), len(head) + size
    one_layer(path, write)


def entries(path, count):
    """An index.json of `count` entries with annotations of 1 kB."""
    layout = Layout(path)
    image = layout.image([layout.layer("one")])
    layout.entries = [{**image, "annotations": {**name(f"app:{i}")["annotations"], "note": "-" * 1000}} for i in range(count)]
    layout.close()


def tagged(path, count):
    """A docker archive of one image with `count` long names."""
    layer = b"".join([member("file", 4), b"data", padding(4), bytes(1024)])
    with open(path, "wb", buffering=1 << 20) as out:
        write_file(out, "layer.tar", layer)
        write_file(out, "config.json", archives.config("amd64", ["sha256:" + sha256(layer)]))
        long = [f"demo/{'a' * 100}/app:{i}" for i in range(count)]
        write_file(out, "manifest.json", dump([{"Config": "config.json", "RepoTags": long, "Layers": ["layer.tar"]}]))
        out.write(bytes(1024))
