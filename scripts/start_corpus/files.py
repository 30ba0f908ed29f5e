"""What the cases put into layers: programs of packages with their libraries, accounts, the loader's files."""

import subprocess
import tempfile

import debian
from archive import Image, Layer

AMD64 = "linux/amd64"
OK = "#!/bin/sh\necho ok\n"
PASSWD = "root:x:0:0::/:/bin/sh\napp:x:1000:1000::/:/bin/sh\n"
GROUP = "root:x:0:\napp:x:1000:\nstaff:x:50:app\n"
LOADER = "/lib64/ld-linux-x86-64.so.2"
LIBRARIES = "/lib/x86_64-linux-gnu"


def copy(layer: Layer, path, platform=AMD64, to=None, **attributes):
    """Adds one file of a package."""
    return layer.file(to or path, debian.content(platform, path), **attributes)


def libraries(layer: Layer, path, platform=AMD64):
    """Adds the loader and the libraries that a file of a package needs."""
    loader = debian.loader(platform, path)
    for file in ([loader] if loader else []) + debian.libraries(platform, path):
        if file.lstrip("/") not in layer.known:
            copy(layer, file, platform)
    return layer


def program(layer: Layer, path, platform=AMD64, to=None, **attributes):
    """Adds a program of a package with its loader and its libraries."""
    copy(layer, path, platform, to, **attributes)
    return libraries(layer, path, platform)


def shell(layer: Layer, platform=AMD64):
    """Adds dash as /bin/sh, with its loader and its libraries."""
    program(layer, "/bin/dash", platform)
    return layer.link("bin/sh", "dash")


def libc(layer: Layer, platform=AMD64):
    """Adds the loader and the C library, for compiled programs."""
    return libraries(layer, "/usr/bin/hello", platform)


def accounts(layer: Layer):
    layer.file("etc/passwd", PASSWD, mode=0o644)
    return layer.file("etc/group", GROUP, mode=0o644)


def scripted(image: Image, text=OK, path="/run", **options):
    """An image with a shell and a script as its entrypoint."""
    layer = shell(image.layer(**options))
    layer.file(path, text)
    image.set(Entrypoint=[path])
    return layer


def hello(image: Image, **options):
    """An image with a dynamic program as its entrypoint."""
    image.set(Entrypoint=["/usr/bin/hello"])
    return program(image.layer(**options), "/usr/bin/hello")


def configured(layer: Layer, *directories, cached=True):
    """Adds ld.so.conf with directories and, if `cached`, the cache that ldconfig makes of the layer's files."""
    text = "".join(f"{directory}\n" for directory in directories)
    layer.file("etc/ld.so.conf", "include /etc/ld.so.conf.d/*.conf\n", mode=0o644)
    layer.file("etc/ld.so.conf.d/app.conf", text, mode=0o644)
    if cached:
        layer.file("etc/ld.so.cache", cache_of(layer), mode=0o644)
    return layer


def cache_of(layer: Layer):
    """The loader cache for the files of a layer, as Debian's ldconfig writes it."""
    with tempfile.TemporaryDirectory() as root:
        subprocess.run(["tar", "-x", "-C", root], input=layer.bytes(), check=True)
        debian.run(debian.tree(AMD64) / "sbin/ldconfig", "-X", "-r", root)
        with open(f"{root}/etc/ld.so.cache", "rb") as file:
            return file.read()
