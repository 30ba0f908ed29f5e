#!/usr/bin/env python3
"""Reads every fixture independently of the product; writes facts.json and the table of the README.

fixture-facts.py FIXTURES

facts.json: path → {
  dialect      docker-archive | oci-archive | oci-layout | docker-dir | hybrid (both dialects in one tar) | null
  compression  of the whole file: none | gzip | bzip2 | xz | zstd | lz4 (null for a directory)
  images       [{
    names               as written: the image name of containerd, else ref.name; of docker-archives RepoTags
    repoTags            of manifest.json; null where it does not list the image
    platform            os/architecture[/variant] of the config
    descriptorPlatform  the same of the descriptor in an index, null if it says nothing
    manifest            {digest, size, mediaType}; null where no manifest is stored
    index               digests of the indexes on the way to the manifest; index.json of a layout does not count,
                        manifest.json of dir: counts if it is an index
    config              {digest, size}
    layers              [{digest, size, diffID, compression, mediaType (stated), urls, absent}] in the config's order
    statedOrderWrong    the manifest lists the layers in another order than the config
    machines            architectures of the ELF files in the layers
  }]
  absent       [{digest, mediaType, platform}] children that an index names and the store does not have
  attestations [{digest, subject}] by the annotations of their descriptors
  others       [{digest, mediaType, names}] entries that are no images
  mislabelled  [digest] layers whose media type states another compression than the bytes have
  corrupt      [digest] stated digests or diffIDs that the bytes do not have
  refused      the reason why a reader must refuse the fixture, else null
}
Uses tarfile, hashlib and the like, and no code of the fixtures' producers or of the tool under test.
"""

import bz2
import gzip
import hashlib
import io
import json
import lzma
import os
import posixpath
import struct
import subprocess
import sys
import tarfile

MAGIC = {
    "gzip": b"\x1f\x8b",
    "bzip2": b"BZh",
    "xz": b"\xfd7zXZ\0",
    "zstd": b"\x28\xb5\x2f\xfd",
    "lz4": b"\x04\x22\x4d\x18",
}
MACHINES = {3: "386", 40: "arm", 62: "amd64", 183: "arm64", 22: "s390x", 21: "ppc64", 243: "riscv64"}
INDEXES = ("application/vnd.oci.image.index.v1+json", "application/vnd.docker.distribution.manifest.list.v2+json")
MANIFESTS = ("application/vnd.oci.image.manifest.v1+json", "application/vnd.docker.distribution.manifest.v2+json")
CONFIGS = ("application/vnd.oci.image.config.v1+json", "application/vnd.docker.container.image.v1+json")


class Refused(Exception):
    pass


def pipe(tool, content):
    return subprocess.run([tool, "-dc"], input=content, stdout=subprocess.PIPE, check=True).stdout


def compression_of(content):
    return next((kind for kind, magic in MAGIC.items() if content.startswith(magic)), "none")


def inflated(content):
    """Misreads a tar whose first member's name begins with a magic number; no fixture is one."""
    return {
        "none": lambda: content,
        "gzip": lambda: gzip.decompress(content),
        "bzip2": lambda: bz2.decompress(content),
        "xz": lambda: lzma.decompress(content),
        "zstd": lambda: pipe("zstd", content),
        "lz4": lambda: pipe("lz4", content),
    }[compression_of(content)]()


def sha256(content):
    return "sha256:" + hashlib.sha256(content).hexdigest()


def hex_of(digest):
    return digest.partition(":")[2]


def clean(name):
    return posixpath.normpath(name.lstrip("/"))


def tar_files(content):
    """name → bytes of every regular file, links followed inside the archive."""
    files, links = {}, {}
    try:
        with tarfile.open(fileobj=io.BytesIO(content), mode="r:") as archive:
            for info in archive:
                name = clean(info.name)
                if info.issparse():
                    raise Refused(f"sparse member {name}")
                if info.issym():
                    links[name] = clean(posixpath.join(posixpath.dirname(name), info.linkname))
                elif info.islnk():
                    links[name] = clean(info.linkname)
                elif info.isreg():
                    data = archive.extractfile(info).read()
                    if len(data) != info.size:
                        raise Refused("truncated")
                    if files.setdefault(name, data) != data:
                        raise Refused(f"two different members {name}")
    except (tarfile.TarError, EOFError) as error:
        raise Refused("truncated" if "unexpected end" in str(error) else str(error)) from error
    for name in links:
        target, hops = name, 0
        while target in links and hops < 40:
            target, hops = links[target], hops + 1
        if target in files:
            files[name] = files[target]
    return files


def directory_files(path):
    files = {}
    for folder, _, names in os.walk(path):
        for name in names:
            full = os.path.join(folder, name)
            with open(full, "rb") as file:
                files[os.path.relpath(full, path)] = file.read()
    return files


def platform_text(value):
    if not value or not value.get("architecture"):
        return None
    return "/".join(filter(None, [value.get("os"), value.get("architecture"), value.get("variant")]))


def elf_machines(layer):
    found = set()
    with tarfile.open(fileobj=io.BytesIO(layer), mode="r:") as archive:
        for info in archive:
            if info.isreg():
                head = archive.extractfile(info).read(20)
                if head[:4] == b"\x7fELF":
                    found.add(MACHINES[struct.unpack("<H" if head[5] == 1 else ">H", head[18:20])[0]])
    return found


class Reader:
    def __init__(self, path):
        self.is_directory = os.path.isdir(path)
        self.facts = {
            "dialect": None, "compression": None, "images": [], "absent": [], "attestations": [], "others": [],
            "mislabelled": [], "corrupt": [], "refused": None,
        }
        try:
            if self.is_directory:
                self.files = directory_files(path)
            else:
                with open(path, "rb") as file:
                    content = file.read()
                self.facts["compression"] = compression_of(content)
                self.files = tar_files(inflated(content))
            self.read()
        except Refused as error:
            self.facts["refused"] = str(error)

    def read(self):
        files = self.files
        listing = json.loads(files["manifest.json"]) if "manifest.json" in files else None
        if isinstance(listing, dict):
            self.facts["dialect"] = "docker-dir"
            self.blob = lambda digest: files.get(hex_of(digest) + ".manifest.json") or files.get(hex_of(digest))
            self.walk({"mediaType": listing.get("mediaType")}, files["manifest.json"], [], [])
            return
        if "index.json" in files:
            if self.is_directory:
                self.facts["dialect"] = "oci-layout"
            else:
                self.facts["dialect"] = "oci-archive" if listing is None else "hybrid"
            self.blob = lambda digest: files.get("blobs/sha256/" + hex_of(digest))
            self.children(json.loads(files["index.json"]), [], None)
        elif listing is not None:
            self.facts["dialect"] = "docker-archive"
        elif "repositories" in files:
            raise Refused("docker save before 1.10: no manifest.json")
        else:
            raise Refused("no image: neither manifest.json nor index.json")
        for entry in listing or []:
            self.docker_entry(entry)

    # -- OCI --

    def children(self, index, path, names):
        for child in index["manifests"]:
            notes = child.get("annotations", {})
            named = names
            if names is None:
                name = notes.get("io.containerd.image.name") or notes.get("org.opencontainers.image.ref.name")
                named = [name] if name else []
            content = self.blob(child["digest"])
            if content is None:
                absent = {"digest": child["digest"], "mediaType": child["mediaType"],
                          "platform": platform_text(child.get("platform"))}
                if absent not in self.facts["absent"]:
                    self.facts["absent"].append(absent)
                continue
            if notes.get("vnd.docker.reference.type") == "attestation-manifest":
                entry = {"digest": child["digest"], "subject": notes["vnd.docker.reference.digest"]}
                if entry not in self.facts["attestations"]:
                    self.facts["attestations"].append(entry)
                continue
            self.check(child["digest"], content)
            self.walk(child, content, path, named)

    def check(self, digest, content):
        if sha256(content) != digest and digest not in self.facts["corrupt"]:
            self.facts["corrupt"].append(digest)

    def walk(self, stated, content, path, names):
        kind = stated.get("mediaType")
        other = {"digest": sha256(content), "mediaType": kind, "names": names}
        if kind is not None and kind not in INDEXES + MANIFESTS:
            self.facts["others"].append(other)
            return
        value = json.loads(content)
        if value.get("schemaVersion") != 2:
            raise Refused(f"manifest of schema {value.get('schemaVersion')}")
        if "manifests" in value and ("layers" in value or "config" in value):
            raise Refused("a document that is a manifest and an index at once")
        if "manifests" in value:
            self.children(value, path + [sha256(content)], names)
            return
        if value["config"]["mediaType"] not in CONFIGS:
            self.facts["others"].append(other)
            return
        manifest = {"digest": sha256(content), "size": len(content), "mediaType": kind or value.get("mediaType")}
        for image in self.facts["images"]:
            if image["manifest"] == manifest and image["index"] == path:
                image["names"] += [name for name in names if name not in image["names"]]
                return
        config = self.blob(value["config"]["digest"])
        self.check(value["config"]["digest"], config)
        layers = []
        for layer in value["layers"]:
            blob = self.blob(layer["digest"])
            if blob is not None:
                self.check(layer["digest"], blob)
            layers.append((layer, blob))
        self.image(names, None, config, layers, manifest, path, platform_text(stated.get("platform")))

    # -- docker's manifest.json --

    def docker_entry(self, entry):
        config = self.files[clean(entry["Config"])]
        stated = hex_of(entry["Config"]) or posixpath.basename(entry["Config"]).partition(".")[0]
        if len(stated) == 64:
            self.check("sha256:" + stated, config)
        tags = entry["RepoTags"] or []
        known = [image for image in self.facts["images"] if image["config"]["digest"] == sha256(config)]
        for image in known:
            image["repoTags"] = (image["repoTags"] or []) + tags
        if not known:
            layers = [({}, self.files[clean(name)]) for name in entry["Layers"]]
            self.image(list(tags), tags, config, layers, None, [], None)

    def image(self, names, tags, config, layers, manifest, path, descriptor_platform):
        value = json.loads(config)
        diff_ids = value["rootfs"]["diff_ids"]
        rows, machines = [], set()
        for number, (stated, blob) in enumerate(layers):
            row = {"digest": stated.get("digest"), "size": stated.get("size"), "diffID": None, "compression": None,
                   "mediaType": stated.get("mediaType"), "urls": stated.get("urls"), "absent": blob is None}
            if blob is None:
                row["diffID"] = diff_ids[number]
            else:
                plain = inflated(blob)
                row.update(digest=row["digest"] or sha256(blob), size=len(blob), diffID=sha256(plain),
                           compression=compression_of(blob))
                machines |= elf_machines(plain)
                kind = row["mediaType"]
                said = kind and ("gzip" if kind.endswith("gzip") else "zstd" if kind.endswith("zstd") else "none")
                if kind and said != row["compression"] and row["digest"] not in self.facts["mislabelled"]:
                    self.facts["mislabelled"].append(row["digest"])
            rows.append(row)
        actual = [row["diffID"] for row in rows]
        wrong_order = actual != diff_ids and sorted(actual) == sorted(diff_ids)
        if wrong_order:
            rows = [next(row for row in rows if row["diffID"] == diff_id) for diff_id in diff_ids]
        else:
            for row, diff_id in zip(rows, diff_ids):
                if row["diffID"] != diff_id and row["digest"] not in self.facts["corrupt"]:
                    self.facts["corrupt"].append(diff_id)
        self.facts["images"].append({
            "names": names, "repoTags": tags, "platform": platform_text(value),
            "descriptorPlatform": descriptor_platform, "manifest": manifest, "index": path,
            "config": {"digest": sha256(config), "size": len(config)}, "layers": rows,
            "statedOrderWrong": wrong_order, "machines": sorted(machines),
        })


def fixtures_in(root):
    for folder in sorted(os.listdir(root)):
        if not os.path.isdir(os.path.join(root, folder)):
            continue
        for below, folders, names in os.walk(os.path.join(root, folder)):
            for name in sorted(folders):
                if name.endswith("-dir"):
                    yield os.path.relpath(os.path.join(below, name), root)
            folders[:] = sorted(name for name in folders if not name.endswith("-dir"))
            for name in sorted(names):
                if ".tar" in name:
                    yield os.path.relpath(os.path.join(below, name), root)


def notes_in(root):
    """The rows `| \\`file\\` | notes |` of every ORIGIN.md."""
    notes = {}
    for folder in sorted(os.listdir(root)):
        path = os.path.join(root, folder, "ORIGIN.md")
        if os.path.exists(path):
            with open(path, encoding="utf-8") as file:
                for line in file:
                    if line.startswith("| `"):
                        _, name, note, _ = line.split("|", 3)
                        for part in name.split(","):
                            notes[f"{folder}/{part.strip().strip('`')}"] = note.strip()
    return notes


def table(facts, notes):
    rows = ["| file | dialect | images | worth noticing |", "| --- | --- | --- | --- |"]
    for path, found in facts.items():
        images = {}
        for image in found["images"]:
            text = str(image["platform"])
            if image["machines"] and image["platform"] not in [
                    "linux/" + name + ("/v7" if name == "arm" else "") for name in image["machines"]]:
                text += f" (binaries: {', '.join(image['machines'])})"
            images.setdefault(", ".join(image["names"]) or "no name", []).append(text)
        listed = "; ".join(f"{name}: {', '.join(texts)}" for name, texts in sorted(images.items()))
        dialect = found["dialect"] or "refused"
        if found["compression"] not in (None, "none"):
            dialect += ", " + found["compression"]
        rows.append(f"| `{path}` | {dialect} | {listed or '–'} | {notes.get(path, '')} |")
    return "\n".join(rows)


def main(root):
    paths = list(fixtures_in(root))
    facts = {path: Reader(os.path.join(root, path)).facts for path in paths}
    with open(os.path.join(root, "facts.json"), "w", encoding="utf-8") as file:
        json.dump(facts, file, indent=1, ensure_ascii=False)
        file.write("\n")
    notes = notes_in(root)
    readme = os.path.join(root, "README.md")
    with open(readme, encoding="utf-8") as file:
        head = file.read().partition("<!-- table -->")[0]
    with open(readme, "w", encoding="utf-8") as file:
        file.write(f"{head}<!-- table -->\n\n{table(facts, notes)}\n")
    unsaid = [path for path in paths if path not in notes] + [path for path in notes if path not in facts]
    if unsaid:
        sys.exit("no fixture with a row in ORIGIN.md, or no row: " + ", ".join(unsaid))


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(sys.argv[1])
