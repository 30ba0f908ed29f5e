"""Images whose program needs libraries, each found in another way."""

import files
import gcc
from case import starts
from files import LIBRARIES


def greeting(image, directory, *flags, **config):
    """An image with a program and the library that it needs, in a directory."""
    layer = files.libc(image.layer())
    layer.file(f"{directory}/libgreet.so.1", gcc.greet(), mode=0o644).file("app/run", gcc.greeter(*flags))
    image.set(Entrypoint=["/app/run"], **config)
    return layer


@starts("library", "library in the multiarch directory")
def multiarch(image):
    greeting(image, LIBRARIES)


@starts("library", "library in /usr/lib, a default directory")
def usr_lib(image):
    greeting(image, "usr/lib")


@starts("library", "RPATH with an absolute directory")
def rpath(image):
    greeting(image, "opt/lib", "-Wl,-rpath,/opt/lib", "-Wl,--disable-new-dtags")


@starts("library", "RUNPATH with several directories, of which the last is right")
def runpath(image):
    greeting(image, "opt/lib", "-Wl,-rpath,/nowhere:/opt:/opt/lib", "-Wl,--enable-new-dtags")


@starts("library", "RUNPATH with $ORIGIN")
def origin(image):
    greeting(image, "app/lib", "-Wl,-rpath,$ORIGIN/lib", "-Wl,--enable-new-dtags")


@starts("library", "RUNPATH with ${ORIGIN}/.. of a program that a link names")
def origin_through_link(image):
    layer = greeting(image, "lib/app", "-Wl,-rpath,${ORIGIN}/../lib/app", "-Wl,--enable-new-dtags")
    layer.link("usr/bin/run", "/app/run")
    image.set(Entrypoint=["run"])


@starts("library", "RUNPATH with $LIB, which Debian's loader replaces by lib/x86_64-linux-gnu")
def lib_token(image):
    greeting(image, "opt/lib/x86_64-linux-gnu", "-Wl,-rpath,/opt/$LIB", "-Wl,--enable-new-dtags")


@starts("library", "RPATH of the program, which also serves the libraries of its libraries")
def rpath_of_program(image):
    layer = files.libc(image.layer()).file("opt/lib/libgreet.so.1", gcc.greet())
    layer.file("opt/lib/libouter.so.1", gcc.outer())
    layer.file("run", gcc.outer_user("-Wl,-rpath,/opt/lib", "-Wl,--disable-new-dtags"))
    image.set(Entrypoint=["/run"])


@starts("library", "RUNPATH of a library with $ORIGIN of that library")
def runpath_of_library(image):
    library = gcc.outer("-Wl,-rpath,$ORIGIN/inner", "-Wl,--enable-new-dtags")
    layer = files.libc(image.layer()).file("opt/lib/inner/libgreet.so.1", gcc.greet())
    layer.file("opt/lib/libouter.so.1", library)
    layer.file("run", gcc.outer_user("-Wl,-rpath,/opt/lib", "-Wl,--enable-new-dtags", library=library))
    image.set(Entrypoint=["/run"])


@starts("library", "library that is already loaded when a second file needs it")
def loaded_before(image):
    library = gcc.outer()
    layer = files.libc(image.layer()).file("opt/lib/libgreet.so.1", gcc.greet())
    layer.file("opt/lib/libouter.so.1", library)
    inner = gcc.kept("libgreet.so.1", gcc.greet())
    flags = ("-Wl,--no-as-needed", inner, "-Wl,-rpath,/opt/lib", "-Wl,--enable-new-dtags")
    layer.file("run", gcc.outer_user(*flags, library=library))
    image.set(Entrypoint=["/run"])


@starts("library", "needed library named by an absolute path")
def absolute_name(image):
    layer = files.libc(image.layer()).file("opt/one.so", gcc.greet())
    layer.file("run", gcc.patched(gcc.greeter(), "--replace-needed", "libgreet.so.1", "/opt/one.so"))
    image.set(Entrypoint=["/run"])


@starts("library", "library that is a chain of links")
def linked(image):
    layer = greeting(image, "opt/lib")
    layer.link(f"{LIBRARIES}/libgreet.so.1", "libgreet.so").link(f"{LIBRARIES}/libgreet.so", "/opt/lib/libgreet.so.1")


@starts("library", "directory of ld.so.conf.d with a loader cache")
def cached(image):
    files.configured(greeting(image, "opt/lib"), "/opt/lib")


@starts("library", "loader cache of a lower layer, libraries added by a later one")
def cache_stale(image):
    files.configured(files.hello(image), "/opt/lib")
    image.layer().file(f"{LIBRARIES}/libgreet.so.1", gcc.greet()).file("app/run", gcc.greeter())
    image.set(Entrypoint=["/app/run"])


@starts("library", "LD_LIBRARY_PATH of the config")
def environment(image):
    greeting(image, "opt/lib", Env=["LD_LIBRARY_PATH=/nowhere:/opt/lib"])


@starts("library", "LD_LIBRARY_PATH with semicolons and an empty directory, which is the working directory")
def environment_empty(image):
    greeting(image, "srv", Env=["LD_LIBRARY_PATH=/nowhere;;/opt"], WorkingDir="/srv")


@starts("library", "library of another machine in the first directory, which the loader skips")
def other_machine_first(image):
    layer = greeting(image, "opt/lib", Env=["LD_LIBRARY_PATH=/wrong:/opt/lib"])
    files.copy(layer, "/lib/i386-linux-gnu/libc.so.6", platform="linux/386", to="wrong/libgreet.so.1")


@starts("library", "library in a directory for processors of level x86-64-v2")
def hwcaps(image):
    greeting(image, f"{LIBRARIES}/glibc-hwcaps/x86-64-v2")


@starts("library", "LD_PRELOAD of a library that is absent, which the loader only reports")
def preload(image):
    greeting(image, LIBRARIES, Env=["LD_PRELOAD=/nowhere.so"])


@starts("library", "relative directory of LD_LIBRARY_PATH")
def environment_relative(image):
    greeting(image, "srv/lib", Env=["LD_LIBRARY_PATH=lib"], WorkingDir="/srv")


@starts("library", "relative RUNPATH, which refers to the working directory")
def runpath_relative(image):
    greeting(image, "srv/lib", "-Wl,-rpath,lib", "-Wl,--enable-new-dtags", WorkingDir="/srv")


@starts("library", "$ORIGIN of a library that is a link: the directory of the link")
def origin_of_link(image):
    library = gcc.outer("-Wl,-rpath,$ORIGIN/inner", "-Wl,--enable-new-dtags")
    layer = files.libc(image.layer()).file(f"{LIBRARIES}/inner/libgreet.so.1", gcc.greet())
    layer.file("opt/libouter.so.1", library).link(f"{LIBRARIES}/libouter.so.1", "/opt/libouter.so.1")
    layer.file("run", gcc.outer_user(library=library))
    image.set(Entrypoint=["/run"])


@starts("library", "library without versions for a program that wants one, which the loader only reports")
def unversioned(image):
    layer = files.libc(image.layer()).file(f"{LIBRARIES}/libgreet.so.1", gcc.greet())
    layer.file("run", gcc.versioned_greeter("GREET_1"))
    image.set(Entrypoint=["/run"])


@starts("library", "version that the library defines")
def versioned(image):
    layer = files.libc(image.layer()).file(f"{LIBRARIES}/libgreet.so.1", gcc.versioned_greet("GREET_1"))
    layer.file("run", gcc.versioned_greeter("GREET_1"))
    image.set(Entrypoint=["/run"])


@starts("library", "loader and libraries in a store, named by PT_INTERP and RUNPATH")
def store(image):
    store = "/nix/store/abc-glibc/lib"
    flags = (f"-Wl,--dynamic-linker={store}/ld-linux-x86-64.so.2", f"-Wl,-rpath,{store}")
    layer = image.layer()
    files.copy(layer, files.LOADER, to=f"{store}/ld-linux-x86-64.so.2")
    files.copy(layer, f"{LIBRARIES}/libc.so.6", to=f"{store}/libc.so.6")
    layer.file("nix/store/def-app/bin/run", gcc.program(*flags))
    image.set(Entrypoint=["/nix/store/def-app/bin/run"])


@starts("library", "libraries of a script's interpreter")
def interpreter(image):
    files.program(image.layer(), "/bin/bash").file("run", "#!/bin/bash\n[[ -n $BASH_VERSION ]] && echo ok\n")
    image.set(Entrypoint=["/run"])


@starts("musl-library", "library in /lib, musl's default directory")
def default(image):
    musl_greeting(image, "lib")


@starts("musl-library", "library in /usr/local/lib, a default directory of musl only")
def usr_local(image):
    musl_greeting(image, "usr/local/lib")


@starts("musl-library", "directory of musl's path file")
def path_file(image):
    musl_greeting(image, "opt/lib").file("etc/ld-musl-x86_64.path", "/lib\n/opt/lib\n", mode=0o644)


@starts("musl-library", "RPATH with $ORIGIN")
def rpath_musl(image):
    musl_greeting(image, "app/lib", "-Wl,-rpath,$ORIGIN/lib")


@starts("musl-library", "LD_LIBRARY_PATH of the config")
def environment_musl(image):
    musl_greeting(image, "opt/lib")
    image.set(Env=["LD_LIBRARY_PATH=/opt/lib"])


def musl_greeting(image, directory, *flags):
    """An image with musl, a program, and the library that it needs, in a directory."""
    library = gcc.musl_greet()
    layer = files.copy(image.layer(), "/lib/ld-musl-x86_64.so.1").file(f"{directory}/libgreet.so.1", library)
    layer.file("app/run", gcc.musl_greeter(*flags))
    image.set(Entrypoint=["/app/run"])
    return layer
