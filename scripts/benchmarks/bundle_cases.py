"""A bundle of images from a registry, beside skopeo and tar.

The images are for two platforms and share five bases: about 3 GB in the registry. skopeo
copies them one by one into a layout, and tar packs the layout. A week later two of the
images are new, and both sides write what changed.
"""
import hashlib
import io
import os
import subprocess
import tempfile

from . import archives
from .command import OCIMERGE, Case, Command
from .content import MB, Layer
from .dataset import ARCHITECTURES
from .file_cases import NEW_NAMES
from .layouts import KIND, Layout
from .parallel import in_parallel
from .registry import Registry
from .registry_setting import FilledRegistry

BASES = 5
BASE_LAYERS = [120, 60, 40, 20]  # in MB before gzip
OWN_LAYERS = [40, 20, 5]
CHANGED = 2  # images that are new a week later


def image_count(data):
    return 40 if data.part == 1 else 10


def layers(data, number, week, architecture):
    """The layers of an image. The base is the same in every fifth image."""
    base = number % BASES
    below = [Layer(f"base {base} {architecture} {i}", size * MB // data.part, architecture) for i, size in enumerate(BASE_LAYERS)]
    own = [Layer(f"app {number} {architecture} {week} {i}", size * MB // data.part, architecture, app=i == len(OWN_LAYERS) - 1)
           for i, size in enumerate(OWN_LAYERS)]
    return below + own


def images(data):
    """The images as (number, week)."""
    return [(number, 1) for number in range(image_count(data))] + [(number, 2) for number in range(CHANGED)]


def reference(number, week):
    return f"demo/app-{number:02}:{week}"


def names(data, week):
    return [reference(number, week if number < CHANGED else 1) for number in range(image_count(data))]


def write_layer(job):
    """Writes a gzip layer into a layout: its seed, descriptor and diffID."""
    path, layer = job
    diff_id, packed = hashlib.sha256(), io.BytesIO()
    with archives.GzipWriter(packed) as squeeze:
        for chunk in layer.chunks():
            diff_id.update(chunk)
            squeeze.write(chunk)
    content = packed.getvalue()
    digest = archives.sha256(content)
    with open(os.path.join(path, "blobs/sha256", digest), "wb") as out:
        out.write(content)
    descriptor = {"mediaType": KIND + "layer.v1.tar+gzip", "digest": "sha256:" + digest, "size": len(content)}
    return layer.seed, descriptor, "sha256:" + diff_id.hexdigest()


def write_layout(data, path):
    layout = Layout(path)
    distinct = {layer.seed: layer for image in images(data) for arch in ARCHITECTURES for layer in layers(data, *image, arch)}
    jobs = [(path, layer) for layer in sorted(distinct.values(), key=lambda layer: -layer.size)]
    written = {seed: rest for seed, *rest in in_parallel(write_layer, jobs)}
    for image in images(data):
        children = []
        for architecture in ARCHITECTURES:
            found = [written[layer.seed] for layer in layers(data, *image, architecture)]
            config = layout.blob("config.v1+json", archives.config(architecture, [diff_id for _, diff_id in found]))
            manifest = {"schemaVersion": 2, "mediaType": KIND + "manifest.v1+json", "config": config,
                        "layers": [descriptor for descriptor, _ in found]}
            platform = {"os": "linux", "architecture": architecture}
            children.append(layout.blob("manifest.v1+json", archives.dump(manifest), platform=platform))
        name = {"io.containerd.image.name": "docker.io/" + reference(*image)}
        layout.entries.append(layout.index(children, annotations=name))
    layout.close()


def make_store(data):
    """The storage of a registry that has all images. It is kept."""
    store = data.path("bundle-registry")
    if os.path.exists(store):
        return store
    os.makedirs(data.directory, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="bundle-", dir=data.directory) as place:
        layout, part = os.path.join(place, "layout"), os.path.join(place, "store")
        write_layout(data, layout)
        registry = Registry(place, store=part)
        try:
            subprocess.run([OCIMERGE, "push", layout, "--all", registry.host, "-q"], check=True, stdout=subprocess.DEVNULL)
        finally:
            registry.end()
        os.rename(part, store)
    return store


class BundleRegistry(FilledRegistry):
    """The registry with all images. With `bases`, the receiver has the first week."""

    def __init__(self, data, bases=False):
        super().__init__({}, counts=True)
        self.data, self.bases = data, bases

    def start(self, place):
        self.place = place
        self.registry = Registry(place, store=make_store(self.data), log=True)
        for week in (1, 2):
            with open(os.path.join(place, f"list{week}.txt"), "w") as out:
                out.writelines(f"{self.registry.host}/{name}\n" for name in names(self.data, week))
        if self.bases:
            pack = [OCIMERGE, "pack", "-q", "-o", "bundle.tar", "--list", "list1.txt"]
            subprocess.run(pack, check=True, cwd=place, stdout=subprocess.DEVNULL)
            copy = skopeo(self.data, 1).replace("{host}", self.registry.host)
            subprocess.run(["sh", "-ec", copy + "\nmv layout week1"], check=True, cwd=place)

    def before(self, command, here):
        return {**super().before(command, here), "{place}": self.place}


def skopeo(data, week):
    """Copies every image of a week into the layout `layout`."""
    copy = "skopeo --insecure-policy copy -q --all --preserve-digests --src-tls-verify=false"
    return "\n".join(f"{copy} docker://{{host}}/{name} oci:layout:{name}" for name in names(data, week))


def bundle_cases(data):
    pack = [OCIMERGE, "pack", "-q", "-o", "bundle.tar", "--list"]
    carried = dict(makes="bundle.tar", carries="bundle.tar")
    new = f"cp -al {{place}}/week1 layout\n{skopeo(data, 2)}\n" + NEW_NAMES.format(old="{place}/week1", new="layout", out="bundle.tar")
    count = image_count(data)
    return [
        Case("bundle", f"{count} images of two platforms from a registry into one archive", [], setting=BundleRegistry(data), commands=[
            Command("ocimerge", [*pack, "{place}/list1.txt"], **carried),
            Command("skopeo, tar", f"{skopeo(data, 1)}\ntar -cf bundle.tar -C layout .", **carried)]),
        Case("bundle-week2", f"the archive of {count} images a week later, {CHANGED} of them are new", [],
             setting=BundleRegistry(data, bases=True), commands=[
                 Command("ocimerge", [*pack, "{place}/list2.txt", "--since", "{place}/bundle.tar"], **carried),
                 Command("skopeo, tar", new, **carried)]),
    ]
