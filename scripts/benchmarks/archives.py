"""Writers of the archives that other tools write: of `docker save`, and OCI archives."""
import hashlib
import io
import json
import tarfile
import zlib

from .content import member, padding

CREATED = "2024-01-01T00:00:00Z"


def sha256(data):
    return hashlib.sha256(data).hexdigest()


def dump(value):
    return json.dumps(value, separators=(",", ":")).encode()


class GzipWriter:
    """gzip -1, one member, without name and time."""

    def __init__(self, out):
        self.out, self.deflate = out, zlib.compressobj(1, wbits=31)

    def write(self, data):
        self.out.write(self.deflate.compress(data))

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.out.write(self.deflate.flush())


def config(architecture, diff_ids):
    return dump({
        "architecture": architecture,
        "config": {"Cmd": ["/usr/bin/app"], "Env": ["PATH=/usr/bin"], "WorkingDir": "/"},
        "created": CREATED,
        "history": [{"created": CREATED, "created_by": f"COPY layer{i} /"} for i in range(len(diff_ids))],
        "os": "linux",
        "rootfs": {"type": "layers", "diff_ids": diff_ids},
    })


def write_file(out, name, data):
    out.write(member(name, len(data)) + data + padding(len(data)))


def write_docker_archive(out, architecture, images):
    """An archive of `docker save` before engine 25. images: (name, tag, layers)."""
    manifest, repositories = [], {}
    for name, tag, layers in images:
        diff_ids, directories = [], []
        for layer in layers:
            directory = sha256(f"{name} {architecture} {layer.seed} {len(diff_ids)}".encode())
            v1 = {"id": directory, "created": CREATED, "os": "linux"}
            if directories:
                v1["parent"] = directories[-1]
            if layer is layers[-1]:
                v1["architecture"] = architecture
            out.write(member(directory, kind=tarfile.DIRTYPE))
            write_file(out, f"{directory}/VERSION", b"1.0")
            write_file(out, f"{directory}/json", dump(v1))
            out.write(member(f"{directory}/layer.tar", layer.size))
            digest = hashlib.sha256()
            for chunk in layer.chunks():
                digest.update(chunk)
                out.write(chunk)
            diff_ids.append("sha256:" + digest.hexdigest())
            directories.append(directory)
        document = config(architecture, diff_ids)
        write_file(out, sha256(document) + ".json", document)
        manifest.append({"Config": sha256(document) + ".json", "RepoTags": [f"{name}:{tag}"],
                         "Layers": [f"{directory}/layer.tar" for directory in directories]})
        repositories[name] = {tag: directories[-1]}
    write_file(out, "manifest.json", dump(manifest))
    write_file(out, "repositories", dump(repositories) + b"\n")
    out.write(bytes(1024))


def write_oci_archive(out, architecture, layers):
    """An OCI archive with gzip layers."""
    kind = "application/vnd.oci.image."

    def write_blob(media_type, data):
        write_file(out, "blobs/sha256/" + sha256(data), data)
        return {"mediaType": kind + media_type, "digest": "sha256:" + sha256(data), "size": len(data)}

    for name in ("blobs", "blobs/sha256"):
        out.write(member(name, kind=tarfile.DIRTYPE))
    diff_ids, descriptors = [], []
    for layer in layers:
        digest, packed = hashlib.sha256(), io.BytesIO()
        with GzipWriter(packed) as squeeze:
            for chunk in layer.chunks():
                digest.update(chunk)
                squeeze.write(chunk)
        diff_ids.append("sha256:" + digest.hexdigest())
        descriptors.append(write_blob("layer.v1.tar+gzip", packed.getvalue()))
    manifest = write_blob("manifest.v1+json", dump({
        "schemaVersion": 2, "mediaType": kind + "manifest.v1+json",
        "config": write_blob("config.v1+json", config(architecture, diff_ids)), "layers": descriptors}))
    manifest["annotations"] = {"org.opencontainers.image.ref.name": "1.0"}
    write_file(out, "index.json", dump({"schemaVersion": 2, "manifests": [manifest]}))
    write_file(out, "oci-layout", dump({"imageLayoutVersion": "1.0.0"}))
    out.write(bytes(1024))


def write_gzip_docker_archive(out, architecture, images):
    with GzipWriter(out) as squeeze:
        write_docker_archive(squeeze, architecture, images)
