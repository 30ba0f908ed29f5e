"""The files that the commands read."""
import gzip
import hashlib
import io
import json
import os
import random
import shutil
import subprocess
import tarfile

FIXTURES = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../fixtures")
LARGE = 2_500_000  # bytes of the one layer of large.tar: several pieces for a reader, and three volumes

COPIES = {"amd64.tar": "docker20/hello-amd64.tar", "s390x.tar": "docker20/hello-s390x.tar",
          "wrong.tar": "docker20/hello-s390x-wrong.tar", "two.tar": "docker20/two-apps-amd64.tar",
          "damaged.tar": "refused/corrupt-layer.tar"}


def add(archive, name, content):
    member = tarfile.TarInfo(name)
    member.size = len(content)
    archive.addfile(member, io.BytesIO(content))


def tar(members):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.USTAR_FORMAT) as archive:
        for name, content in members:
            add(archive, name, content)
    return out.getvalue()


def large():
    """An archive of docker save with one layer of noise."""
    layer = tar([("noise", random.Random(1).randbytes(LARGE))])
    config = json.dumps({"architecture": "amd64", "os": "linux", "config": {}, "rootfs": {
        "type": "layers", "diff_ids": ["sha256:" + hashlib.sha256(layer).hexdigest()]}}).encode()
    name = hashlib.sha256(config).hexdigest() + ".json"
    listed = json.dumps([{"Config": name, "RepoTags": ["demo/large:1"], "Layers": ["layer.tar"]}]).encode()
    return tar([(name, config), ("layer.tar", layer), ("manifest.json", listed)])


def make(folder):
    """Makes all inputs in `folder`. Returns their names."""
    for name, fixture in COPIES.items():
        shutil.copyfile(os.path.join(FIXTURES, fixture), os.path.join(folder, name))
    logins = {"auths": {host: {"auth": "dXNlcjpwYXNzd29yZA=="} for host in ("one.example", "other.example")}}
    contents = {"large.tar": large(), "images.txt": b"amd64.tar\ntwo.tar\n", "auth.json": json.dumps(logins).encode()}
    with open(os.path.join(folder, "amd64.tar"), "rb") as file:
        contents["amd64.tar.gz"] = gzip.compress(file.read(), mtime=0)
    for name, content in contents.items():
        with open(os.path.join(folder, name), "wb") as file:
            file.write(content)
    subprocess.run(["zstd", "-q", "s390x.tar"], cwd=folder, check=True)
    os.makedirs(os.path.join(folder, "files/below"))
    for name in ("files/one", "files/below/two"):
        with open(os.path.join(folder, name), "w") as file:
            file.write(name)
    os.symlink("one", os.path.join(folder, "files/link"))
    return [*COPIES, *contents, "s390x.tar.zst", "files"]
