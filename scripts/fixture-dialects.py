#!/usr/bin/env python3
"""Makes small image layers, and archive dialects whose producers Debian does not package.

fixture-dialects.py layers DIR   layer tars of every architecture, as build contexts for the real producers
fixture-dialects.py write DIR    the dialects, one folder per producer; the same bytes on every run
"""

import bz2
import gzip
import hashlib
import io
import json
import lzma
import os
import struct
import subprocess
import sys
import tarfile

EPOCH = "2024-01-01T00:00:00Z"
MTIME = 1704067200
ARCHITECTURES = {"amd64": None, "arm64": None, "armv7": "v7", "s390x": None}


# -- executables: one read-and-execute segment, write(1, text), exit(0) ------------------------------------------


def code_amd64(text):
    tail = b"\xb8\x3c\0\0\0" b"\x31\xff" b"\x0f\x05"
    after = b"\xba" + struct.pack("<I", len(text)) + b"\x0f\x05" + tail
    return b"\xb8\x01\0\0\0" b"\xbf\x01\0\0\0" b"\x48\x8d\x35" + struct.pack("<i", len(after)) + after


def code_arm64(text):
    def move(register, value):
        return 0xD2800000 | value << 5 | register

    adr = 0x10000001 | (24 >> 2) << 5  # six instructions from here to the text
    supervisor = 0xD4000001
    words = [move(8, 64), move(0, 1), adr, move(2, len(text)), supervisor, move(8, 93), move(0, 0), supervisor]
    return struct.pack("<8I", *words)


def code_armv7(text):
    def move(register, value):
        return 0xE3A00000 | register << 12 | value

    add = 0xE28F1000 | 16  # pc is two instructions ahead
    supervisor = 0xEF000000
    words = [move(7, 4), move(0, 1), add, move(2, len(text)), supervisor, move(7, 1), move(0, 0), supervisor]
    return struct.pack("<8I", *words)


def code_s390x(text):
    after = struct.pack(">BBh", 0xA7, 0x49, len(text)) + b"\x0a\x04" + b"\xa7\x29\0\0" + b"\x0a\x01"
    larl = b"\xc0\x30" + struct.pack(">i", (6 + len(after)) // 2)
    return b"\xa7\x29\0\x01" + larl + after


def arm_attributes():
    """.ARM.attributes: architecture v7, profile A, VFPv3, arguments in VFP registers (hard float)."""
    tags = b"\x06\x0a\x07\x41\x08\x01\x09\x02\x0a\x03\x1c\x01"
    tags = b"\x01" + struct.pack("<I", 5 + len(tags)) + tags
    section = b"aeabi\0" + tags
    return b"A" + struct.pack("<I", 4 + len(section)) + section


def elf(arch, text, code=None):
    text = text.encode()
    if arch == "armv7":
        base, body = 0x10000, code_armv7(text) + text
        attributes, names = arm_attributes(), b"\0.ARM.attributes\0.shstrtab\0"
        start = 52 + 32
        attributes_at = start + len(body)
        names_at = attributes_at + len(attributes)
        sections_at = (names_at + len(names) + 3) // 4 * 4
        header = b"\x7fELF\x01\x01\x01" + bytes(9)
        header += struct.pack("<HHIIIIIHHHHHH", 2, 40, 1, base + start, 52, sections_at, 0x05000400, 52, 32, 1, 40, 3, 2)
        segment = struct.pack("<8I", 1, 0, base, base, attributes_at, attributes_at, 5, 0x1000)
        sections = bytes(40)
        sections += struct.pack("<10I", 1, 0x70000003, 0, 0, attributes_at, len(attributes), 0, 0, 1, 0)
        sections += struct.pack("<10I", 17, 3, 0, 0, names_at, len(names), 0, 0, 1, 0)
        return (header + segment + body + attributes + names).ljust(sections_at, b"\0") + sections
    order, data, machine, write = {
        "amd64": ("<", 1, 62, code_amd64),
        "arm64": ("<", 1, 183, code_arm64),
        "s390x": (">", 2, 22, code_s390x),
    }[arch]
    body = (code or write)(text) + text
    base, size = 0x400000, 120 + len(body)
    header = b"\x7fELF\x02" + bytes([data]) + b"\x01" + bytes(9)
    header += struct.pack(order + "HHIQQQIHHHHHH", 2, machine, 1, base + 120, 64, 0, 0, 64, 56, 1, 64, 0, 0)
    segment = struct.pack(order + "IIQQQQQQ", 1, 5, 0, base, base, size, size, 0x1000)
    return header + segment + body


def tidy():
    """An amd64 program that removes two files of common(): a container of it has whiteouts. Harmless outside of one."""
    paths = [b"/etc/demo.motd\0", b"/usr/share/doc/demo/README\0"]

    def code(text):
        del text
        tail = b"\xb8\x3c\0\0\0" b"\x31\xff" b"\x0f\x05"
        size = 14 * len(paths) + len(tail)
        result, offset = b"", 0
        for number, path in enumerate(paths):
            here = 14 * number + 7
            result += b"\x48\x8d\x3d" + struct.pack("<i", size - here + offset) + b"\xb8\x57\0\0\0" b"\x0f\x05"
            offset += len(path)
        return result + tail

    return elf("amd64", b"".join(paths).decode(), code)


# -- layers -------------------------------------------------------------------------------------------------------


def tar(members, layout=tarfile.USTAR_FORMAT, mtime=MTIME):
    """members: name → bytes (file), None (directory) or str (symbolic link); or (bytes, mode)."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=layout) as archive:
        for name, content in members.items():
            content, mode = content if isinstance(content, tuple) else (content, None)
            info = tarfile.TarInfo(name)
            info.mtime = mtime
            info.mode = mode or (0o644 if isinstance(content, bytes) else 0o755)
            if content is None:
                info.type = tarfile.DIRTYPE
            elif isinstance(content, str):
                info.type, info.linkname, info.mode = tarfile.SYMTYPE, content, 0o777
            else:
                info.size = len(content)
            archive.addfile(info, io.BytesIO(content) if isinstance(content, bytes) else None)
    # Python pads to 10,240 bytes; most producers of layers write two zero blocks.
    end = out.getvalue().rstrip(b"\0")
    size = (len(end) + 511) // 512 * 512
    return end.ljust(size, b"\0") + bytes(1024)


def common():
    return tar({
        "etc": None,
        "etc/group": b"root:x:0:\n",
        "etc/demo.motd": b"A small image for tests.\n",
        "etc/os-release": b'ID=demo\nNAME="Demo"\nVERSION_ID=1.0\nPRETTY_NAME="Demo 1.0"\n',
        "etc/passwd": b"root:x:0:0:root:/:/bin/hello\n",
        "usr": None,
        "usr/share": None,
        "usr/share/doc": None,
        "usr/share/doc/demo": None,
        "usr/share/doc/demo/README": b"Says hello and names the architecture it was built for.\n",
        "usr/bin": "../bin",
    })


def program(arch, name="hello", text=None):
    return tar({"bin": None, f"bin/{name}": (elf(arch, text or f"hello from {arch}\n"), 0o755)})


def app(arch, name):
    return tar({
        "bin": None,
        "bin/hello": (elf(arch, f"{name} on {arch}\n"), 0o755),
        "opt": None,
        f"opt/{name}.conf": f"name = {name}\n".encode(),
    })


def whiteouts():
    return tar({
        "etc": None,
        "etc/.wh.demo.motd": b"",
        "usr": None,
        "usr/share": None,
        "usr/share/doc": None,
        "usr/share/doc/.wh..wh..opq": b"",
        "usr/share/doc/NEWS": b"The documentation was replaced.\n",
    })


EMPTY = bytes(1024)


def write_layers(directory):
    for arch in ARCHITECTURES:
        folder = os.path.join(directory, arch)
        os.makedirs(folder, exist_ok=True)
        layers = {"common": common(), "hello": program(arch), "app-a": app(arch, "app-a"), "app-b": app(arch, "app-b")}
        if arch == "amd64":
            layers["tidy"] = tar({"bin": None, "bin/tidy": (tidy(), 0o755)})
        for name, content in layers.items():
            path = os.path.join(folder, name + ".tar")
            with open(path, "wb") as file:
                file.write(content)
            os.utime(path, (MTIME, MTIME))


# -- documents ----------------------------------------------------------------------------------------------------


def hex_of(content):
    return hashlib.sha256(content).hexdigest()


def digest(content):
    return "sha256:" + hex_of(content)


def document(value, indent=None):
    return json.dumps(value, indent=indent, separators=(",", ": " if indent else ":")).encode()


def zstd(content):
    return subprocess.run(["zstd", "-q", "-3", "-c"], input=content, stdout=subprocess.PIPE, check=True).stdout


def gz(content):
    return gzip.compress(content, 6, mtime=0)


PACKERS = {"": lambda content: content, "+gzip": gz, "+zstd": zstd}
OCI = "application/vnd.oci.image."
DOCKER = "application/vnd.docker.distribution.manifest."


class Image:
    """A config over plain layers; `pack` says how each layer is stored."""

    def __init__(self, arch, layers=None, pack="", os_name="linux", command="/bin/hello"):
        self.arch, self.variant = ("arm", "v7") if arch == "armv7" else (arch, None)
        self.os = os_name
        self.layers = layers or [common(), program(arch)]
        pack = [pack] * len(self.layers) if isinstance(pack, str) else pack
        self.packs = pack
        self.blobs = [PACKERS[kind](layer) for kind, layer in zip(pack, self.layers)]
        value = {
            "architecture": self.arch,
            "config": {"Env": ["PATH=/bin"], "Cmd": [command], "Labels": {"org.opencontainers.image.title": "hello"}},
            "created": EPOCH,
            "history": [{"created": EPOCH, "created_by": f"ADD layer-{n} /"} for n, _ in enumerate(self.layers)],
            "os": self.os,
            "rootfs": {"type": "layers", "diff_ids": [digest(layer) for layer in self.layers]},
        }
        if self.variant:
            value["variant"] = self.variant
        self.config = document(value)

    def platform(self):
        value = {"architecture": self.arch, "os": self.os}
        if self.variant:
            value["variant"] = self.variant
        return value

    def layer_descriptors(self, source=None):
        return [
            descriptor(OCI + "layer.v1.tar" + pack, blob, source=source)
            for pack, blob in zip(self.packs, self.blobs)
        ]

    def manifest(self, indent=None, source=None, layers=None):
        return document({
            "schemaVersion": 2,
            "mediaType": OCI + "manifest.v1+json",
            "config": descriptor(OCI + "config.v1+json", self.config),
            "layers": layers or self.layer_descriptors(source),
        }, indent)


def descriptor(media_type, content, platform=None, annotations=None, source=None):
    value = {"mediaType": media_type, "digest": digest(content), "size": len(content)}
    if source:
        annotations = {"containerd.io/distribution.source.docker.io": source, **(annotations or {})}
    if annotations:
        value["annotations"] = annotations
    if platform:
        value["platform"] = platform
    return value


def index(manifests, indent=None, media_type=True):
    value = {"schemaVersion": 2}
    if media_type:
        value["mediaType"] = OCI + "index.v1+json"
    return document({**value, "manifests": manifests}, indent)


def names(full):
    """The annotations of dockerd and containerd for docker.io/<repository>:<tag>."""
    return {
        "io.containerd.image.name": "docker.io/" + full,
        "org.opencontainers.image.ref.name": full.rpartition(":")[2],
    }


def blob_members(blobs, mode=0o644):
    members = {"blobs": None, "blobs/sha256": None}
    for name, blob in sorted((hex_of(blob), blob) for blob in blobs):
        members["blobs/sha256/" + name] = (blob, mode)
    return members


LAYOUT = b'{"imageLayoutVersion":"1.0.0"}'


# -- docker save of engines up to 24 ------------------------------------------------------------------------------


def v1_chain(image):
    """One v1 id and JSON per layer, generated as by docker save; only the last JSON depends on the config."""
    chain, parent = [], None
    for number, layer in enumerate(image.layers):
        value = {"created": EPOCH if number == len(image.layers) - 1 else "1970-01-01T00:00:00Z"}
        if parent:
            value["parent"] = parent
        if number == len(image.layers) - 1:
            value.update(architecture=image.arch, config=json.loads(image.config)["config"])
        value["os"] = image.os
        v1id = hex_of(document({**value, "layer": digest(layer)}))
        chain.append((v1id, document({"id": v1id, **value})))
        parent = v1id
    return chain


def legacy_members(images):
    """images: [(Image, [tags])]; names in the order in which dockerd reads its directory."""
    members, entries, repositories, seen = {}, [], {}, {}
    for image, tags in images:
        layers = []
        chain = v1_chain(image)
        for (v1id, text), layer in zip(chain, image.layers):
            members.setdefault(v1id + "/", None)
            members[v1id + "/VERSION"] = b"1.0"
            members[v1id + "/json"] = text
            first = seen.setdefault(digest(layer), v1id)
            members[v1id + "/layer.tar"] = layer if first == v1id else f"../{first}/layer.tar"
            layers.append(v1id + "/layer.tar")
        members[hex_of(image.config) + ".json"] = image.config
        entries.append({"Config": hex_of(image.config) + ".json", "RepoTags": tags or None, "Layers": layers})
        for tag in tags:
            repository, _, version = tag.rpartition(":")
            repositories.setdefault(repository, {})[version] = chain[-1][0]
    ordered = {name.rstrip("/"): members[name] for name in sorted(members)}
    ordered["manifest.json"] = document(entries) + b"\n"
    if repositories:
        ordered["repositories"] = document(repositories) + b"\n"
    return ordered


# -- the folders --------------------------------------------------------------------------------------------------


def graph_store(images, platform_in_index=True, shuffled=False, untagged_in_index=True):
    """docker save of engines from 25 on, graph driver store: both dialects at once."""
    blobs, entries, descriptors, repositories = set(), [], [], {}
    for image, tags in images:
        listed = image.layer_descriptors()
        stated = list(reversed(listed)) if shuffled else listed
        manifest = image.manifest(layers=stated)
        chain = v1_chain(image)
        blobs.update([manifest, image.config, *image.blobs, *(text for _, text in chain)])
        entries.append({
            "Config": "blobs/sha256/" + hex_of(image.config),
            "RepoTags": tags or None,
            "Layers": ["blobs/sha256/" + hex_of(layer) for layer in image.layers],
            "LayerSources": {item["digest"]: item for item in sorted(listed, key=lambda item: item["digest"])},
        })
        platform = image.platform() if platform_in_index else None
        for tag in tags:
            descriptors.append(descriptor(OCI + "manifest.v1+json", manifest, platform, names(tag)))
            repository, _, version = tag.rpartition(":")
            repositories.setdefault(repository, {})[version] = hex_of(image.layers[-1])
        if not tags and untagged_in_index:
            descriptors.append(descriptor(OCI + "manifest.v1+json", manifest, platform))
    members = blob_members(blobs)
    members["index.json"] = index(descriptors)
    members["manifest.json"] = document(entries) + b"\n"
    members["oci-layout"] = b'{"imageLayoutVersion": "1.0.0"}'
    if repositories:
        members["repositories"] = document(repositories) + b"\n"
    return tar(members)


def docker25(put):
    amd64, s390x = Image("amd64"), Image("s390x")
    armv7 = Image("armv7")
    put("hello-amd64.tar", graph_store([(amd64, ["demo/hello:1.0"])]))
    put("hello-s390x.tar", graph_store([(s390x, ["demo/hello:1.0"])]))
    repeat = Image("amd64", [common(), EMPTY, program("amd64"), EMPTY])
    put("multi.tar", graph_store(
        [(amd64, ["demo/hello:1.0", "demo/hello:latest"]), (s390x, ["demo/hello:1.0-s390x"]),
         (repeat, ["demo/repeat:1.0"])],
        platform_in_index=False))
    three = Image("s390x", [common(), program("s390x"), whiteouts()])
    put("random-order.tar", graph_store([(three, ["demo/hello:1.0"])], shuffled=True))
    put("untagged.tar", graph_store([(amd64, ["demo/hello:1.0"]), (armv7, [])], untagged_in_index=False))
    put("only-untagged.tar", graph_store([(s390x, [])], untagged_in_index=False))


def attestation(subject_manifest, image, full, old):
    """A provenance manifest as BuildKit writes it, and its blobs. The old form has the config of an image and no
    subject: only the annotations of its descriptor name the image."""
    statement = document({
        "_type": "https://in-toto.io/Statement/v1",
        "predicateType": "https://slsa.dev/provenance/v1",
        "subject": [{"name": f"pkg:docker/{full.replace(':', '@')}?platform=linux%2F{image.arch}",
                     "digest": {"sha256": hex_of(subject_manifest)}}],
        "predicate": {"buildDefinition": {"externalParameters": {"request": {"frontend": "dockerfile.v0"}}}},
    })
    layer = descriptor("application/vnd.in-toto+json", statement,
                       annotations={"in-toto.io/predicate-type": "https://slsa.dev/provenance/v1"})
    value = {"schemaVersion": 2, "mediaType": OCI + "manifest.v1+json"}
    if old:
        config = document({
            "architecture": "unknown", "os": "unknown", "config": {},
            "rootfs": {"type": "layers", "diff_ids": [digest(statement)]},
        })
        value.update(config=descriptor(OCI + "config.v1+json", config), layers=[layer])
    else:
        config = b"{}"
        value.update(
            artifactType="application/vnd.docker.attestation.manifest.v1+json",
            config={**descriptor("application/vnd.oci.empty.v1+json", config), "data": "e30="},
            layers=[layer],
            subject=descriptor(OCI + "manifest.v1+json", subject_manifest))
    manifest = document(value, 2)
    return manifest, [manifest, config, statement]


def multi_arch(full, source=None, absent=(), pack="+gzip", attested=True, old=False):
    """A nested index of all architectures: (index bytes, blobs, images). `absent` lists architectures without blobs."""
    blobs, children, attestations, images = set(), [], [], {}
    for arch in ARCHITECTURES:
        image = Image(arch, pack=pack)
        manifest = image.manifest(2, source)
        children.append(descriptor(OCI + "manifest.v1+json", manifest, image.platform()))
        if arch not in absent:
            blobs.update([manifest, image.config, *image.blobs])
            images[arch] = image
        if attested:
            text, more = attestation(manifest, image, full, old)
            attestations.append(descriptor(
                OCI + "manifest.v1+json", text, {"architecture": "unknown", "os": "unknown"},
                {"vnd.docker.reference.digest": digest(manifest), "vnd.docker.reference.type": "attestation-manifest"}))
            blobs.update(more)
    text = index(children + attestations, 2)
    return text, blobs | {text}, images


def containerd_store(put):
    """docker save with the containerd store: the exporter of containerd."""
    full = "demo/hello:1.0"

    def export(text, blobs, image, media_type=OCI + "index.v1+json"):
        members = blob_members(blobs, 0o444)
        members["index.json"] = index([descriptor(media_type, text, None, names(full), source="demo/hello")])
        members["manifest.json"] = document([{
            "Config": "blobs/sha256/" + hex_of(image.config),
            "RepoTags": [full],
            "Layers": ["blobs/sha256/" + hex_of(blob) for blob in image.blobs],
        }])
        members["oci-layout"] = (LAYOUT, 0o444)
        return tar(members, mtime=0)

    text, blobs, images = multi_arch(full, source="demo/hello")
    put("multiarch.tar", export(text, blobs, images["amd64"]))
    text, blobs, images = multi_arch(full, source="demo/hello", absent=("s390x",))
    put("multiarch-child-absent.tar", export(text, blobs, images["amd64"]))
    image = Image("s390x", pack="+gzip")
    manifest = image.manifest(2)
    put("hello-s390x.tar", export(manifest, {manifest, image.config, *image.blobs}, image, OCI + "manifest.v1+json"))


def buildx(put):
    def write(name, tags, **options):
        text, blobs, _ = multi_arch(tags[0], **options)
        members = blob_members(blobs, 0o444)
        annotations = [{**names(tag), "org.opencontainers.image.created": EPOCH} for tag in tags]
        members["index.json"] = index([
            descriptor(OCI + "index.v1+json", text, None, dict(sorted(item.items()))) for item in annotations])
        members["oci-layout"] = (LAYOUT, 0o444)
        put(name, tar(members, mtime=0))

    write("two-tags-attestations.oci.tar", ["demo/hello:1.0", "demo/hello:latest"])
    write("old-attestations.oci.tar", ["demo/hello:1.0"], old=True)
    write("zstd.oci.tar", ["demo/hello:1.0"], pack="+zstd", attested=False)


def crane(put):
    """An archive as go-containerregistry writes it for crane, ko and kaniko."""
    endings = {"": ".tar", "+gzip": ".tar.gz", "+zstd": ".tar.zst"}

    def write(name, images):
        members, entries = {}, []
        for image, tags in images:
            members["sha256:" + hex_of(image.config)] = image.config
            layers = []
            for pack, blob in zip(image.packs, image.blobs):
                layers.append(hex_of(blob) + endings[pack])
                members.setdefault(layers[-1], blob)
            entries.append({"Config": "sha256:" + hex_of(image.config), "RepoTags": tags, "Layers": layers})
        members["manifest.json"] = document(entries)
        put(name, tar(members, mtime=0))

    write("hello-amd64.tar", [(Image("amd64", pack="+gzip"), ["registry.example.com/demo/hello:1.0"])])
    write("hello-s390x.tar", [(Image("s390x", pack="+gzip"), ["registry.example.com/demo/hello:1.0"])])
    mixed = Image("arm64", [common(), program("arm64"), whiteouts()], ["+gzip", "+zstd", ""])
    write("mixed-compression.tar", [(mixed, ["registry.example.com/demo/hello:1.0"])])
    write("two-images.tar", [
        (Image("amd64", pack="+gzip"), ["registry.example.com/demo/hello:1.0"]),
        (Image("amd64", [common(), app("amd64", "app-a")], "+gzip"), ["registry.example.com/demo/app-a:1.0"]),
    ])


def jib(put):
    image = Image("arm64", pack="+gzip")
    members = {hex_of(blob) + ".tar.gz": blob for blob in image.blobs}
    members["config.json"] = image.config
    members["manifest.json"] = document([{
        "Config": "config.json", "RepoTags": ["demo/hello:1.0"], "Layers": [hex_of(blob) + ".tar.gz" for blob in image.blobs]}])
    put("hello-arm64.tar", tar(members, mtime=0))


def rules_oci(put):
    image = Image("s390x", pack="+gzip")
    folder = "blobs/sha256/"
    members = {folder + hex_of(image.config): image.config}
    members.update({f"{folder}{hex_of(blob)}.tar.gz": blob for blob in image.blobs})
    members["manifest.json"] = document([{
        "Config": folder + hex_of(image.config),
        "RepoTags": ["demo/hello:1.0"],
        "Layers": [f"{folder}{hex_of(blob)}.tar.gz" for blob in image.blobs],
    }], 2)
    put("hello-s390x.tar", tar(members, mtime=0))


def nix(put):
    image = Image("arm64")
    members = {hex_of(layer) + "/layer.tar": layer for layer in image.layers}
    members[hex_of(image.config) + ".json"] = image.config
    members["manifest.json"] = document([{
        "Config": hex_of(image.config) + ".json",
        "RepoTags": ["hello:z4bhyw8vzpqk9xn1dl3gs7cr5afjm2i0"],
        "Layers": [hex_of(layer) + "/layer.tar" for layer in image.layers],
    }])
    put("hello-arm64.tar.gz", gz(tar(members, mtime=1)))


def foreign(put):
    """A Windows image whose base layer only the vendor distributes: the blob is absent, and urls give its address."""
    base = tar({"Files": None, "Files/License.txt": b"Not for redistribution.\n"})
    top = tar({"Files": None, "Files/hello.txt": b"hello\r\n"})
    image = Image("amd64", [base, top], "+gzip", "windows", "cmd")
    urls = ["https://example.com/windows/base.tar.gz"]

    layers = image.layer_descriptors()
    layers[0].update(mediaType=OCI + "layer.nondistributable.v1.tar+gzip", urls=urls)
    manifest = image.manifest(layers=layers)
    members = blob_members([manifest, image.config, image.blobs[1]])
    members["index.json"] = index([descriptor(
        OCI + "manifest.v1+json", manifest, image.platform(), {"org.opencontainers.image.ref.name": "1.0"})])
    members["oci-layout"] = LAYOUT
    put("windows.oci.tar", tar(members))

    rootfs = "application/vnd.docker.image.rootfs."
    manifest = document({
        "schemaVersion": 2,
        "mediaType": DOCKER + "v2+json",
        "config": descriptor("application/vnd.docker.container.image.v1+json", image.config),
        "layers": [
            {**descriptor(rootfs + "foreign.diff.tar.gzip", image.blobs[0]), "urls": urls},
            descriptor(rootfs + "diff.tar.gzip", image.blobs[1]),
        ],
    }, 3)
    put("windows.docker-dir/version", b"Directory Transport Version: 1.1\n")
    put("windows.docker-dir/manifest.json", manifest)
    for blob in (image.config, image.blobs[1]):
        put("windows.docker-dir/" + hex_of(blob), blob)

    entry = json.loads(legacy_members([(image, ["demo/windows:1.0"])])["manifest.json"])
    entry[0]["LayerSources"] = {digest(base): {**descriptor(rootfs + "foreign.diff.tar.gzip", image.blobs[0]), "urls": urls}}
    members = legacy_members([(image, ["demo/windows:1.0"])])
    members["manifest.json"] = document(entry) + b"\n"
    put("windows.docker-save.tar", tar(members))


def layouts(put):
    """Valid but unusual directories."""
    text, blobs, images = multi_arch("demo/hello:1.0", absent=("armv7",), attested=False)
    payload = b"a chart, not an image\n"
    empty = b"{}"
    artifact = document({
        "schemaVersion": 2,
        "mediaType": OCI + "manifest.v1+json",
        "artifactType": "application/vnd.example.chart",
        "config": descriptor("application/vnd.oci.empty.v1+json", empty),
        "layers": [descriptor("application/vnd.example.chart.v1", payload)],
    })
    unknown = b"an entry of a kind that nobody knows\n"
    middle = index([descriptor(OCI + "index.v1+json", text)], media_type=False)
    folder = "nested-and-odd.oci-dir/"
    put(folder + "oci-layout", LAYOUT)
    put(folder + "index.json", index([
        descriptor(OCI + "index.v1+json", middle, None, {"org.opencontainers.image.ref.name": "1.0"}),
        descriptor(OCI + "manifest.v1+json", artifact, None, {"org.opencontainers.image.ref.name": "chart"}),
        descriptor("application/vnd.example.unknown", unknown),
        descriptor(OCI + "manifest.v1+json", images["s390x"].manifest(2), None,
                   {"org.opencontainers.image.ref.name": "1.0"}),
    ], media_type=False))
    put(folder + "README.txt", b"Extra files are allowed in a layout.\n")
    for blob in {*blobs, middle, artifact, payload, empty, unknown}:
        put(f"{folder}blobs/sha256/{hex_of(blob)}", blob)


# -- the same two images in all tar formats -----------------------------------------------------------------------


def base_256(archive, name):
    """Writes the size of one member in base-256, as GNU tar and Go do for numbers that are too large."""
    archive = bytearray(archive)
    at = next(info.offset for info in tarfile.open(fileobj=io.BytesIO(bytes(archive))) if info.name == name)
    size = int(bytes(archive[at + 124:at + 135]), 8)
    archive[at + 124:at + 136] = b"\x80" + size.to_bytes(11, "big")
    archive[at + 148:at + 156] = b" " * 8
    archive[at + 148:at + 156] = b"%06o\0 " % sum(archive[at:at + 512])
    return bytes(archive)


def with_hard_links(members):
    """Every layer twice: the first time as a file, then under its listed name as a hard link to it."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.USTAR_FORMAT) as archive:
        for name, content in members.items():
            info = tarfile.TarInfo(name)
            info.mtime = MTIME
            if content is None:
                info.type, info.mode = tarfile.DIRTYPE, 0o755
                archive.addfile(info)
                continue
            if name.endswith("/layer.tar"):
                shared = tarfile.TarInfo(f"shared/{hex_of(content)}")
                shared.mtime, shared.size = MTIME, len(content)
                archive.addfile(shared, io.BytesIO(content))
                info.type, info.linkname = tarfile.LNKTYPE, shared.name
                archive.addfile(info)
                continue
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return out.getvalue()


def renamed(members, prefix):
    """The legacy archive with longer directory names; manifest.json follows."""
    entries = json.loads(members["manifest.json"])
    for entry in entries:
        entry["Layers"] = [prefix + layer for layer in entry["Layers"]]
    result = {}
    for name, content in members.items():
        result[prefix + name if len(name.split("/")[0]) == 64 else name] = content
    result["manifest.json"] = document(entries) + b"\n"
    return result


def tar_variants(put):
    image = Image("s390x")
    members = legacy_members([(image, ["demo/hello:1.0"])])
    plain = tar(members)
    put("plain.tar", plain)
    put("reversed.tar", tar(dict(reversed(members.items()))))
    put("hard-links.tar", with_hard_links(members))
    put("base-256-size.tar", base_256(plain, next(name for name in members if name.endswith("layer.tar"))))
    put("no-end-blocks.tar", plain[:-1024])
    put("one-end-block.tar", plain[:-512])
    put("trailing-garbage.tar", plain + b"what follows the end of the archive is not part of it\n" * 20)
    put("padded-to-record.tar", plain.ljust((len(plain) + 10239) // 10240 * 10240, b"\0"))
    long = renamed(members, "a-directory-name-that-is-longer-than-the-field-of-the-header-" * 2)
    put("pax-long-names.tar", tar(long, tarfile.PAX_FORMAT))
    put("gnu-long-names.tar", tar(long, tarfile.GNU_FORMAT))
    put("ustar-prefix.tar", tar(renamed(members, "a-directory-whose-name-goes-into-the-prefix-field/")))
    put("pax-non-ascii.tar", tar(renamed(members, "verzeichnis-mit-ümlaut-名前-"), tarfile.PAX_FORMAT))

    manifest = image.manifest()
    layout = {"oci-layout": LAYOUT, "index.json": index([descriptor(
        OCI + "manifest.v1+json", manifest, None, {"org.opencontainers.image.ref.name": "demo/hello:1.0"})])}
    layout.update(blob_members([manifest, image.config, *image.blobs]))
    dotted = {"./": None, **{"./" + name: content for name, content in layout.items()}}
    put("dot-slash.oci.tar", tar(dotted))
    put("dot-slash.tar", tar({"./": None, **{"./" + name: content for name, content in members.items()}}))
    links = {name: content for name, content in layout.items() if not name.endswith(hex_of(image.layers[0]))}
    links["elsewhere/layer"] = image.layers[0]
    links["blobs/sha256/" + hex_of(image.layers[0])] = "../../elsewhere/layer"
    put("symlinked-blob.oci.tar", tar(links))
    twice = plain[:-1024] + tar({"manifest.json": members["manifest.json"]})
    put("identical-member-twice.tar", twice)

    put("compressed/plain.tar.gz", gz(plain))
    half = len(plain) // 2
    put("compressed/two-members.tar.gz", gz(plain[:half]) + gz(plain[half:]))
    put("compressed/plain.tar.bz2", bz2.compress(plain))
    put("compressed/plain.tar.xz", lzma.compress(plain))
    put("compressed/plain.tar.zst", zstd(plain))
    put("compressed/plain.tar.lz4", subprocess.run(
        ["lz4", "-q", "-c"], input=plain, stdout=subprocess.PIPE, check=True).stdout)
    put("compressed/dot-slash.oci.tar.gz", gz(tar(dotted)))


def sparse(name, content):
    """A member of GNU tar's old sparse format: one extent of `content` at the start of a file of 1 MiB."""
    info = tarfile.TarInfo(name)
    info.mtime, info.size = MTIME, len(content)
    header = bytearray(info.tobuf(tarfile.GNU_FORMAT))
    header[156:157] = b"S"
    header[386:410] = b"%011o\0%011o\0" % (0, len(content))
    header[483:495] = b"%011o\0" % (1 << 20)
    header[148:156] = b" " * 8
    header[148:156] = b"%06o\0 " % sum(header)
    return bytes(header) + content.ljust((len(content) + 511) // 512 * 512, b"\0")


def refused(put):
    """Archives that a reader must refuse with a reason."""
    image = Image("s390x")
    members = legacy_members([(image, ["demo/hello:1.0"])])
    old = {name: content for name, content in members.items()
           if name != "manifest.json" and not name.endswith(".json")}
    put("docker-1.9.tar", tar(old))
    layer = next(name for name in members if name.endswith("layer.tar"))
    rest = tar({name: content for name, content in members.items() if name != layer})
    put("sparse-layer.tar", sparse(layer, members[layer]) + rest)
    put("manifest-twice-different.tar", tar(members)[:-1024] + tar({"manifest.json": b"[]\n"}))
    put("truncated.tar", tar(members)[:4096 + 700])

    manifest = image.manifest()
    both = json.loads(manifest)
    both["manifests"] = [descriptor(OCI + "manifest.v1+json", manifest, image.platform())]
    both = document(both)
    layout = {"oci-layout": LAYOUT, "index.json": index([descriptor(OCI + "manifest.v1+json", both)])}
    layout.update(blob_members([both, manifest, image.config, *image.blobs]))
    put("manifest-and-index-at-once.oci.tar", tar(layout))
    wrong = image.layers[1][:-1] + b"\1"
    layout = {"oci-layout": LAYOUT, "index.json": index([descriptor(OCI + "manifest.v1+json", manifest)])}
    layout.update(blob_members([manifest, image.config, image.layers[0]]))
    layout["blobs/sha256/" + hex_of(image.layers[1])] = wrong
    put("corrupt-layer.oci.tar", tar(layout))
    wrong = {name: content for name, content in members.items()}
    wrong[[name for name in members if name.endswith("layer.tar")][-1]] = EMPTY
    put("corrupt-layer.tar", tar(wrong))

    put("schema1.docker-dir/version", b"Directory Transport Version: 1.1\n")
    put("schema1.docker-dir/manifest.json", document({
        "schemaVersion": 1,
        "name": "demo/hello",
        "tag": "1.0",
        "architecture": "s390x",
        "fsLayers": [{"blobSum": digest(gz(layer))} for layer in reversed(image.layers)],
        "history": [{"v1Compatibility": text.decode()} for _, text in reversed(v1_chain(image))],
    }, 3))
    for layer in image.layers:
        put("schema1.docker-dir/" + hex_of(gz(layer)), gz(layer))


FOLDERS = {
    "docker25-graph": docker25,
    "docker29-containerd": containerd_store,
    "buildx": buildx,
    "crane": crane,
    "jib": jib,
    "rules_oci": rules_oci,
    "nix": nix,
    "foreign": foreign,
    "layouts": layouts,
    "tar": tar_variants,
    "refused": refused,
}


def write_dialects(directory):
    for folder, writer in FOLDERS.items():
        def put(name, content, folder=folder):
            path = os.path.join(directory, folder, name)
            os.makedirs(os.path.dirname(path), exist_ok=True)
            with open(path, "wb") as file:
                file.write(content)

        writer(put)


if __name__ == "__main__":
    verbs = {"layers": write_layers, "write": write_dialects}
    if len(sys.argv) != 3 or sys.argv[1] not in verbs:
        sys.exit(__doc__)
    verbs[sys.argv[1]](sys.argv[2])
