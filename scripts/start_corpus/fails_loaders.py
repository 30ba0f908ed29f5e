"""Images whose program has no usable loader, or whose files are for another machine."""

import debian
import files
import gcc
from case import fails
from files import LIBRARIES, LOADER, OK


@fails("start-loader", "dynamic program alone in its image")
def alone(image):
    image.layer().file("run", gcc.program())
    image.set(Entrypoint=["/run"])


@fails("start-loader", "program for glibc in an image with musl")
def glibc_on_musl(image):
    files.copy(image.layer(), "/lib/ld-musl-x86_64.so.1")
    files.copy(image.layer(), "/usr/bin/hello")
    image.set(Entrypoint=["hello"])


@fails("start-loader", "program for musl in an image with glibc")
def musl_on_glibc(image):
    files.libc(image.layer()).file("run", gcc.musl())
    image.set(Entrypoint=["/run"])


@fails("start-loader", "loader that a later layer removes")
def whiteout(image):
    files.hello(image)
    image.layer().whiteout("lib64/ld-linux-x86-64.so.2")


@fails("start-loader", "loader without execute bit")
def mode(image):
    files.hello(image)
    files.copy(image.layer(), LOADER, mode=0o644)


@fails("start-loader", "loader that is a link to nothing")
def link(image):
    layer = files.copy(image.layer(), f"{LIBRARIES}/libc.so.6").link("lib64/ld-linux-x86-64.so.2", "/lib/ld.so")
    files.copy(layer, "/usr/bin/hello")
    image.set(Entrypoint=["hello"])


@fails("start-loader", "directory of a later layer replaces the link from /lib64 to the loader")
def merge_undone(image):
    layer = image.layer().directory("usr/lib64").link("lib64", "usr/lib64")
    files.copy(layer, LOADER, to="usr/lib64/ld-linux-x86-64.so.2")
    files.copy(layer, f"{LIBRARIES}/libc.so.6").file("run", gcc.program())
    image.layer().directory("lib64")
    image.set(Entrypoint=["/run"])


@fails("start-loader", "loader of a script's interpreter is absent")
def of_interpreter(image):
    files.copy(image.layer(), "/bin/dash", to="bin/sh").file("run", OK)
    image.set(Entrypoint=["/run"])


@fails("start-loader", "ppc64le program without its loader", platform="linux/ppc64le")
def ppc64le(image):
    files.copy(image.layer(), "/usr/bin/hello", image.platform)
    image.set(Entrypoint=["hello"])


@fails("start-machine", "loader of another machine")
def loader(image):
    files.hello(image)
    files.copy(image.layer(), debian.loader("linux/arm64", "/usr/bin/hello"), "linux/arm64", to=LOADER)


@fails("start-machine", "loader of another class and machine")
def loader_386(image):
    files.hello(image)
    files.copy(image.layer(), debian.loader("linux/386", "/usr/bin/hello"), "linux/386", to=LOADER)


@fails("evidence", "interpreter of another machine")
def interpreter(image):
    files.copy(image.layer(), "/bin/busybox", "linux/arm64", to="bin/sh").file("run", OK)
    image.set(Entrypoint=["/run"])


@fails("evidence", "interpreter that env finds is of another machine")
def env_interpreter(image):
    layer = files.program(image.layer(), "/usr/bin/env")
    files.copy(layer, "/bin/busybox", "linux/s390x", to="bin/sh").file("run", "#!/usr/bin/env sh\necho ok\n")
    image.set(Entrypoint=["/run"])


@fails("evidence", "program of another machine")
def program(image):
    files.program(image.layer(), "/usr/bin/hello", "linux/s390x")
    image.set(Entrypoint=["/usr/bin/hello"])


@fails("evidence", "static program of another machine")
def static(image):
    files.copy(image.layer(), "/bin/busybox", "linux/arm64")
    image.set(Entrypoint=["/bin/busybox", "echo", "ok"])


@fails("start-loader", "loader that the user may not execute")
def mode_of_user(image):
    files.accounts(files.hello(image))
    files.copy(image.layer(), LOADER, mode=0o700)
    image.set(User="app")


@fails("start-loader", "program in a gzip layer that names its loader behind 12 MiB", instead=["start-unchecked"])
def far_headers(image):
    image.oci = True
    image.layer(codec="gzip").file("app", gcc.far_headers(gcc.program(), 12 << 20))
    image.set(Entrypoint=["/app"])
