"""Images in which the order of layers, or the form of their tars, decides what the entrypoint is."""

import subprocess
import tarfile

import debian
import files
import gcc
from case import starts

BAD = "not a program\n"


@starts("layers", "later layer overwrites a bad entrypoint")
def overwritten(image):
    files.libc(image.layer()).file("run", BAD, mode=0o644)
    image.layer().file("run", gcc.program())
    image.set(Entrypoint=["/run"])


@starts("layers", "entrypoint is removed and added again")
def added_again(image):
    files.libc(image.layer()).file("run", BAD)
    image.layer().whiteout("run")
    image.layer().file("run", gcc.program())
    image.set(Entrypoint=["/run"])


@starts("layers", "bad file before the program in PATH is removed")
def first_removed(image):
    files.hello(image).file("usr/local/bin/hello", BAD)
    image.layer().whiteout("usr/local/bin/hello")
    image.set(Entrypoint=["hello"])


@starts("layers", "opaque directory hides a bad file before the program in PATH")
def opaque(image):
    files.hello(image).file("usr/local/bin/hello", BAD)
    image.layer().opaque("usr/local/bin").file("usr/local/bin/other", "x")
    image.set(Entrypoint=["hello"])


@starts("layers", "opaque directory with the entrypoint before its marker in the same layer")
def opaque_after(image):
    files.libc(image.layer()).file("app/old", BAD)
    layer = image.layer().file("app/run", gcc.program())
    layer.opaque("app")
    image.set(Entrypoint=["/app/run"])


@starts("layers", "later layer replaces a directory by a link")
def directory_to_link(image):
    files.libc(image.layer()).file("app/run", BAD).file("new/run", gcc.program())
    image.layer().link("app", "new")
    image.set(Entrypoint=["/app/run"])


@starts("layers", "later layer replaces a link by a file")
def link_to_file(image):
    files.libc(image.layer()).link("run", "/nowhere")
    image.layer().file("run", gcc.program())
    image.set(Entrypoint=["/run"])


@starts("layers", "later layer replaces a directory by a file")
def directory_to_file(image):
    files.libc(image.layer()).file("run/old", BAD)
    image.layer().file("run", gcc.program())
    image.set(Entrypoint=["/run"])


@starts("layers", "file below a link of a lower layer")
def below_link(image):
    files.libc(image.layer()).directory("usr/app").link("app", "usr/app")
    image.layer().file("app/run", gcc.program())
    image.set(Entrypoint=["/app/run"])


@starts("layers", "directory is removed and made again in the same layer")
def directory_made_again(image):
    files.libc(image.layer()).file("app/run", BAD, mode=0o644).file("app/old", BAD)
    image.layer().whiteout("app").file("app/run", gcc.program())
    image.set(Entrypoint=["/app/run"])


@starts("layers", "loader in one layer, library in a second, program in a third")
def spread(image):
    files.copy(image.layer(), files.LOADER)
    files.copy(image.layer(), "/lib/x86_64-linux-gnu/libc.so.6")
    image.layer().file("run", gcc.program())
    image.set(Entrypoint=["/run"])


@starts("layers", "mode is corrected by a later layer")
def mode_corrected(image):
    files.libc(image.layer()).file("run", gcc.program(), mode=0o644)
    image.layer().file("run", gcc.program())
    image.set(Entrypoint=["/run"])


@starts("layers", "hard link whose first name a later layer removes")
def hard_link_kept(image):
    files.hello(image).hard("run", "usr/bin/hello")
    image.layer().whiteout("usr/bin/hello")
    image.set(Entrypoint=["/run"])


@starts("layers", "empty layer on top")
def empty_layer(image):
    files.hello(image)
    image.layer()


@starts("tar", "members without their directories")
def implied(image):
    files.hello(image, implied=True)


@starts("tar", "names that begin with ./")
def dot_names(image):
    files.hello(image, prefix="./")


@starts("tar", "long names in PAX headers")
def pax(image):
    long(image, tarfile.PAX_FORMAT)


@starts("tar", "long names in GNU headers")
def gnu(image):
    long(image, tarfile.GNU_FORMAT)


@starts("tar", "sparse file in the PAX form 1.0")
def sparse(image):
    files.libc(image.layer())
    image.layer().raw = holed(
        "--format=pax", "--sparse-version=1.0", "--pax-option=exthdr.name=%d/%f,delete=atime,delete=ctime"
    )
    image.set(Entrypoint=["/run"])


@starts("compressed", "gzip layers of an OCI layout")
def gzip(image):
    image.oci = True
    files.hello(image, codec="gzip")


@starts("compressed", "zstd layers of an OCI layout")
def zstd(image):
    image.oci = True
    files.hello(image, codec="zstd")


@starts("compressed", "plain layers of an OCI layout")
def plain(image):
    image.oci = True
    files.hello(image)


@starts("compressed", "gzip and plain layers in a docker-save archive")
def mixed(image):
    files.libc(image.layer(codec="gzip"))
    image.layer().file("run", gcc.program())
    image.set(Entrypoint=["/run"])


@starts("compressed", "gzip layer with a program whose dynamic section is behind 100 MB")
def far_dynamic(image):
    image.oci = True
    files.libc(image.layer(codec="gzip")).file("app", gcc.program(source=gcc.padded(100_000_000)))
    image.set(Entrypoint=["/app"])


@starts("compressed", "gzip layer with a program whose library names and search path are behind 100 MB")
def far_search_path(image):
    image.oci = True
    library = gcc.kept("libgreet.so.1", gcc.greet())
    program = gcc.program(library, source=gcc.padded(100_000_000, gcc.GREETER))
    layer = files.libc(image.layer(codec="gzip"))
    layer.file("app", gcc.patched(program, "--set-rpath", "/opt/greet/lib"))
    layer.file("opt/greet/lib/libgreet.so.1", gcc.greet())
    image.set(Entrypoint=["/app"])


def long(image, form):
    path = "opt/" + "/".join(["d" * 90] * 3) + "/" + "n" * 120
    files.libc(image.layer()).file("etc/first", "x")
    image.layer(form=form).file(path, gcc.program())
    image.set(Entrypoint=["/" + path])


def holed(*form):
    """A tar by GNU tar, with a program that is followed by a hole of 8 MiB as a sparse member."""
    work = debian.place / "programs"
    (work / "run").write_bytes(gcc.program())
    (work / "run").chmod(0o755)
    with open(work / "run", "r+b") as file:
        file.truncate(8 << 20)
        file.seek((8 << 20) - 1)
        file.write(b"\1")
    command = ["tar", "-c", "--sparse", "--owner=0", "--group=0", "--mtime=@0", *form, "-C", work, "run"]
    return subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout
