"""Data that grows with a number: layouts and archives for scripts/bench-scale."""
import json
import math
import os
import zlib

from . import archives
from .archives import dump, sha256, write_file
from .content import MB, Layer
from .layouts import KIND, Layout, name, platform


def children(path, count, architecture="amd64"):
    """An index of `count` images."""
    layout = Layout(path)
    layers = [layout.layer("one")]
    versions = [f"10.0.{i}" for i in range(count)]
    entries = [layout.image(layers, architecture, v, platform={"os": "linux", "architecture": architecture, "os.version": v})
               for v in versions]
    layout.entries = [layout.index(entries, **name("app:1.0"))]
    layout.close()


def stateless(path, count):
    """An index of `count` images whose platform only the configs state: a correction adds members to each entry."""
    layout = Layout(path)
    layers = [layout.layer("one")]
    layout.entries = [layout.index([layout.image(layers, version=f"10.0.{i}") for i in range(count)], **name("app:1.0"))]
    layout.close()


def names(path, count, architecture="amd64"):
    """One image under `count` names, beside a second image."""
    layout = Layout(path)
    image, other = (layout.image([layout.layer(text + architecture)], architecture) for text in ("one", "two"))
    layout.entries = [{**image, **name(f"app:{i}")} for i in range(count)] + [{**other, **name("other:1")}]
    layout.close()


def repositories(path, count):
    """One image under `count` names, each in its own repository."""
    layout = Layout(path)
    image = layout.image([layout.layer("one")])
    layout.entries = [{**image, **name(f"app-{i}:1.0")} for i in range(count)]
    layout.close()


def images(path, count, architecture="amd64"):
    """`count` images, each with its own name."""
    layout = Layout(path)
    layout.entries = [{**layout.image([layout.layer(f"{i} {architecture}")], architecture), **name(f"app-{i}:1.0")} for i in range(count)]
    layout.close()


def applications(path, count):
    """`count` images of two platforms with 8 layers each, 4 of them shared, and configs of 2 kB."""
    layout = Layout(path)
    for i in range(count):
        children = []
        for architecture in ("amd64", "s390x"):
            layers = [layout.layer(f"{i if j > 3 else i % 10} {j} {architecture}") for j in range(8)]
            config = json.loads(archives.config(architecture, [layer["digest"] for layer in layers]))
            config["config"]["Labels"] = {f"org.example.label-{j}": f"{j} " * 30 for j in range(10)}
            children.append(layout.blob("manifest.v1+json", dump({
                "schemaVersion": 2, "mediaType": KIND + "manifest.v1+json",
                "config": layout.blob("config.v1+json", dump(config)), "layers": layers}),
                platform={"os": "linux", "architecture": architecture}))
        layout.entries.append(layout.index(children, **name(f"app-{i}:1.0")))
    layout.close()


def blobs(path, count):
    """`count` layers, 100 in each image."""
    layout = Layout(path)
    for i in range(count // 100):
        layout.entries.append({**layout.image([layout.layer(f"{i} {j}") for j in range(100)]), **name(f"app-{i}:1.0")})
    layout.close()


def absent(digest):
    return {"mediaType": KIND + "layer.v1.tar", "digest": f"sha256:{digest:064x}", "size": 10}


def findings(path, count):
    """An image without its `count` layers, under `count` names."""
    layout = Layout(path)
    image = layout.image([absent(i) for i in range(count)])
    layout.entries = [{**image, **name(f"app:{i}")} for i in range(count)]
    layout.close()


def platforms(path, count):
    """An index of `count` images under `count` names."""
    layout = Layout(path)
    layers = [layout.layer("one")]
    index = layout.index([layout.image(layers, version=f"10.0.{i}", **platform(f"10.0.{i}")) for i in range(count)])
    layout.entries = [{**index, **name(f"app:{i}")} for i in range(count)]
    layout.close()


def wrapped(path, count):
    """Indexes that lead to the same index of images, as many as it has images, so that `count` images are listed."""
    layout, side = Layout(path), math.isqrt(count)
    layers = [layout.layer("one")]
    index = layout.index([layout.image(layers, version=f"10.0.{i}", **platform(f"10.0.{i}")) for i in range(side)])
    layout.entries = [layout.index([{**index, "annotations": {"n": str(i)}}], **name(f"app:{i}")) for i in range(side)]
    layout.close()


def damaged(path, count):
    """`count` images with a layer that is damaged, each with its own name."""
    layout = Layout(path)
    for i in range(count):
        layer = layout.layer(str(i))
        layout.entries.append({**layout.image([layer]), **name(f"app-{i}:1.0")})
        with open(os.path.join(path, "blobs/sha256", layer["digest"][7:]), "r+b") as out:
            out.write(b"damaged")
    layout.close()


def referrers(path, count):
    """An image with `count` referrers."""
    layout = Layout(path)
    image = layout.image([layout.layer("one")])
    empty = layout.blob("empty.v1+json", b"{}")
    layout.entries = [{**image, **name("app:1")}] + [layout.blob("manifest.v1+json", dump({
        "schemaVersion": 2, "mediaType": KIND + "manifest.v1+json", "artifactType": f"text/{i}",
        "config": empty, "layers": [], "subject": image})) for i in range(count)]
    layout.close()


def keys(path, count):
    """An index.json with `count` members that no reader knows."""
    layout = Layout(path)
    layout.entries = [{**layout.image([layout.layer("one")]), **name("app:1")}]
    layout.close()
    with open(os.path.join(path, "index.json"), "rb+") as out:
        text = out.read()
        out.seek(0)
        out.write(text[:-1] + b"".join(b',"k%07d":0' % i for i in range(count)) + b"}")


def shared(path, count):
    """A docker archive of `count` images that share one gzip layer, whose digest only its content tells."""
    layer = Layer("shared", 1 * MB, "amd64")
    plain = b"".join(layer.chunks())
    with open(path, "wb", buffering=1 << 18) as out:
        write_file(out, "layer.tar.gz", zlib.compress(plain, 1, 31))
        manifest = []
        for i in range(count):
            config = json.loads(archives.config("amd64", ["sha256:" + sha256(plain)]))
            config["author"] = str(i)
            text = dump(config)
            write_file(out, sha256(text) + ".json", text)
            manifest.append({"Config": sha256(text) + ".json", "RepoTags": [f"demo/app:{i}"], "Layers": ["layer.tar.gz"]})
        write_file(out, "manifest.json", dump(manifest))
        out.write(bytes(1024))
