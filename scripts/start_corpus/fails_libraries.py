"""Images whose program needs a library, or a version of a symbol, that the image lacks."""

import files
import gcc
from case import fails
from files import LIBRARIES


def missing(image, directory, *flags, **config):
    """An image with a library in a directory that the loader does not search."""
    layer = files.libc(image.layer()).file("run", gcc.greeter(*flags))
    layer.file(f"{directory}/libgreet.so.1", gcc.greet())
    image.set(Entrypoint=["/run"], **config)
    return layer


@fails("start-library", "library that no layer has")
def absent(image):
    files.libc(image.layer()).file("run", gcc.greeter())
    image.set(Entrypoint=["/run"])


@fails("start-library", "loader without the C library")
def libc(image):
    files.copy(image.layer(), files.LOADER)
    files.copy(image.layer(), "/usr/bin/hello")
    image.set(Entrypoint=["hello"])


@fails("start-library", "library in a directory that the loader does not search")
def elsewhere(image):
    missing(image, "opt/lib")


@fails("start-library", "library of a library")
def transitive(image):
    layer = files.libc(image.layer()).file(f"{LIBRARIES}/libouter.so.1", gcc.outer())
    layer.file("run", gcc.outer_user())
    image.set(Entrypoint=["/run"])


@fails("start-library", "RUNPATH of the program, which does not serve the libraries of its libraries")
def runpath(image):
    layer = files.libc(image.layer()).file("opt/lib/libgreet.so.1", gcc.greet())
    layer.file("opt/lib/libouter.so.1", gcc.outer())
    layer.file("run", gcc.outer_user("-Wl,-rpath,/opt/lib", "-Wl,--enable-new-dtags"))
    image.set(Entrypoint=["/run"])


@fails("start-library", "directory of ld.so.conf.d without a loader cache")
def no_cache(image):
    files.configured(missing(image, "opt/lib"), "/opt/lib", cached=False)


@fails("start-library", "library of another machine only")
def other_machine(image):
    layer = files.libc(image.layer()).file("run", gcc.greeter())
    layer.file(f"{LIBRARIES}/notes", "x")
    files.copy(layer, "/lib/i386-linux-gnu/libc.so.6", "linux/386", to=f"{LIBRARIES}/libgreet.so.1")
    image.set(Entrypoint=["/run"])


@fails("start-library", "library that a later layer removes")
def whiteout(image):
    missing(image, LIBRARIES)
    image.layer().whiteout(f"{LIBRARIES}/libgreet.so.1".lstrip("/"))


@fails("start-library", "library of a script's interpreter")
def of_interpreter(image):
    files.libc(image.layer())
    files.copy(image.layer(), "/bin/bash").file("run", "#!/bin/bash\necho ok\n")
    image.set(Entrypoint=["/run"])


@fails("start-library", "library of a program for musl")
def musl(image):
    files.copy(image.layer(), "/lib/ld-musl-x86_64.so.1").file("run", gcc.musl_greeter())
    image.set(Entrypoint=["/run"])


@fails("start-library", "library that is a link to nothing")
def link(image):
    layer = files.libc(image.layer()).file("run", gcc.greeter())
    layer.link(f"{LIBRARIES}/libgreet.so.1", "libgreet.so.1.2.3")
    image.set(Entrypoint=["/run"])


@fails("start-library", "arm64 program without the C library", platform="linux/arm64")
def arm64(image):
    files.copy(image.layer(), "/lib/ld-linux-aarch64.so.1", image.platform)
    files.copy(image.layer(), "/usr/bin/hello", image.platform)
    image.set(Entrypoint=["hello"])


@fails("start-library", "$ORIGIN of a library that is a link: not the directory of the target")
def origin_of_link(image):
    library = gcc.outer("-Wl,-rpath,$ORIGIN/inner", "-Wl,--enable-new-dtags")
    layer = files.libc(image.layer()).file("opt/inner/libgreet.so.1", gcc.greet())
    layer.file("opt/libouter.so.1", library).link(f"{LIBRARIES}/libouter.so.1", "/opt/libouter.so.1")
    layer.file("run", gcc.outer_user(library=library))
    image.set(Entrypoint=["/run"])


@fails("start-library", "library that only the loader cache still has")
def only_in_cache(image):
    files.configured(missing(image, "opt/lib"), "/opt/lib")
    image.layer().whiteout("opt/lib/libgreet.so.1")


@fails("start-library", "program in a gzip layer that names its library behind 100 MB", instead=["start-unchecked"])
def far_dynamic(image):
    image.oci = True
    library = gcc.kept("libgreet.so.1", gcc.greet())
    program = gcc.program(library, source=gcc.padded(100_000_000, gcc.GREETER))
    files.libc(image.layer(codec="gzip")).file("app", program)
    image.set(Entrypoint=["/app"])


@fails("start-symbol-version", "program of a newer Debian")
def program(image):
    files.libc(image.layer())
    files.copy(image.layer(), "/usr/bin/hello", platform="newer")
    image.set(Entrypoint=["/usr/bin/hello"])


@fails("start-symbol-version", "shell of a newer Debian as the interpreter of a script")
def interpreter(image):
    files.scripted(image)
    files.copy(image.layer(), "/usr/bin/dash", platform="newer", to="bin/dash")


@fails("start-symbol-version", "library that needs a newer C library")
def library(image):
    layer = files.libc(image.layer())
    stub = gcc.stub_libc()
    source = "int later(void);\nint greet(void) { return later(); }\n"
    flags = ("-shared", "-fPIC", "-Wl,-soname,libgreet.so.1", stub)
    layer.file(f"{LIBRARIES}/libgreet.so.1", gcc.program(*flags, source=source)).file("run", gcc.greeter())
    image.set(Entrypoint=["/run"])


@fails("start-symbol-version", "version of another library than the C library")
def other_library(image):
    layer = files.libc(image.layer()).file(f"{LIBRARIES}/libgreet.so.1", gcc.versioned_greet("GREET_1"))
    layer.file("run", gcc.versioned_greeter("GREET_2"))
    image.set(Entrypoint=["/run"])
