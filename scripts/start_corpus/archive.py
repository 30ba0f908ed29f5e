"""Images with layers made member by member, written as docker-save archives or as OCI layouts in a tar."""

import gzip
import hashlib
import io
import json
import subprocess
import tarfile
from posixpath import dirname, normpath

MANIFEST = "application/vnd.oci.image.manifest.v1+json"
CONFIG = "application/vnd.oci.image.config.v1+json"
LAYER = "application/vnd.oci.image.layer.v1.tar"


class Layer:
    """One layer's tar. Parents are added as directories where the image has none yet, unless `implied` is true."""

    def __init__(self, known, form=tarfile.PAX_FORMAT, implied=False, prefix="", codec=""):
        self.members = []
        self.raw = None
        self.known, self.form, self.implied, self.prefix, self.codec = known, form, implied, prefix, codec

    def _add(self, path, kind, content=b"", **attributes):
        path = normpath(path).lstrip("/")
        parent = dirname(path)
        if parent and parent not in self.known and not self.implied:
            self.directory(parent)
        member = tarfile.TarInfo(self.prefix + path)
        member.type = kind
        member.size = len(content)
        for name, value in attributes.items():
            setattr(member, name, value)
        self.known.add(path)
        self.members.append((member, content))
        return self

    def file(self, path, content, mode=0o755, uid=0, gid=0):
        content = content.encode() if isinstance(content, str) else content
        return self._add(path, tarfile.REGTYPE, content, mode=mode, uid=uid, gid=gid)

    def directory(self, path, mode=0o755, uid=0, gid=0):
        return self._add(path, tarfile.DIRTYPE, mode=mode, uid=uid, gid=gid)

    def link(self, path, target):
        return self._add(path, tarfile.SYMTYPE, mode=0o777, linkname=target)

    def hard(self, path, target):
        return self._add(path, tarfile.LNKTYPE, mode=0o755, linkname=self.prefix + target.lstrip("/"))

    def fifo(self, path):
        return self._add(path, tarfile.FIFOTYPE, mode=0o755)

    def device(self, path, major, minor):
        return self._add(path, tarfile.CHRTYPE, mode=0o755, devmajor=major, devminor=minor)

    def whiteout(self, path):
        self.known.discard(path.lstrip("/"))
        return self._add(f"{dirname(path)}/.wh.{path.rsplit('/', 1)[-1]}", tarfile.REGTYPE, mode=0o600)

    def opaque(self, path):
        return self._add(f"{path}/.wh..wh..opq", tarfile.REGTYPE, mode=0o600)

    def bytes(self):
        if self.raw is not None:
            return self.raw
        out = io.BytesIO()
        with tarfile.open(fileobj=out, mode="w", format=self.form) as tar:
            for member, content in self.members:
                tar.addfile(member, io.BytesIO(content) if member.isreg() else None)
        return out.getvalue()

    def stored(self):
        if self.codec == "gzip":
            return gzip.compress(self.bytes(), 1, mtime=0)
        if self.codec == "zstd":
            return subprocess.run(["zstd", "-qc"], input=self.bytes(), stdout=subprocess.PIPE, check=True).stdout
        return self.bytes()


class Image:
    def __init__(self, name, platform):
        self.name, self.platform = name, platform
        self.known, self.layers, self.config = set(), [], {}
        self.oci = False

    def layer(self, **options):
        self.layers.append(Layer(self.known, **options))
        return self.layers[-1]

    def set(self, **config):
        """Sets fields of the config: image.set(Entrypoint=["/run"], User="app")."""
        self.config.update(config)

    def save(self, path):
        stored = [layer.stored() for layer in self.layers]
        system, architecture, *variant = self.platform.split("/")
        config = {"architecture": architecture, "os": system, "config": self.config}
        if variant:
            config["variant"] = variant[0]
        config["rootfs"] = {"type": "layers", "diff_ids": [digest(layer.bytes()) for layer in self.layers]}
        files = self._layout(config, stored) if self.oci else self._archive(config, stored)
        with tarfile.open(path, "w", format=tarfile.GNU_FORMAT) as tar:
            for name, content in files.items():
                member = tarfile.TarInfo(name)
                member.size = len(content)
                tar.addfile(member, io.BytesIO(content))

    def _archive(self, config, stored):
        names = [f"{number}/layer.tar" for number in range(len(stored))]
        files = dict(zip(names, stored)) | {"config.json": document(config)}
        entry = {"Config": "config.json", "RepoTags": [f"start-corpus/{self.name}:1"], "Layers": names}
        return files | {"manifest.json": document([entry])}

    def _layout(self, config, stored):
        files = {"oci-layout": document({"imageLayoutVersion": "1.0.0"})}

        def blob(content, media):
            files["blobs/" + digest(content).replace(":", "/")] = content
            return {"mediaType": media, "digest": digest(content), "size": len(content)}

        suffix = {"gzip": "+gzip", "zstd": "+zstd", "": ""}
        layers = [blob(stored, LAYER + suffix[layer.codec]) for layer, stored in zip(self.layers, stored)]
        described = blob(document(config), CONFIG)
        manifest = {"schemaVersion": 2, "mediaType": MANIFEST, "config": described, "layers": layers}
        entry = blob(document(manifest), MANIFEST)
        entry["annotations"] = {"io.containerd.image.name": f"docker.io/start-corpus/{self.name}:1"}
        return files | {"index.json": document({"schemaVersion": 2, "manifests": [entry]})}


def document(value):
    return json.dumps(value).encode()


def digest(content):
    return "sha256:" + hashlib.sha256(content).hexdigest()
