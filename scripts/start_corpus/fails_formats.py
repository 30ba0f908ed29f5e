"""Images whose entrypoint is neither a program nor a script."""

import debian
import files
import gcc
from case import fails
from files import AMD64


@fails("start-format", "program that is cut off")
def truncated(image):
    content = debian.content(AMD64, "/usr/bin/hello")
    files.hello(image).file("run", content[: len(content) // 2])
    image.set(Entrypoint=["/run"])


@fails("start-format", "program of which only the header is left")
def header(image):
    files.hello(image).file("run", debian.content(AMD64, "/usr/bin/hello")[:64])
    image.set(Entrypoint=["/run"])


@fails("start-format", "object file of a compiler")
def object_file(image):
    files.libc(image.layer()).file("run", gcc.program("-c"))
    image.set(Entrypoint=["/run"])


@fails("start-format", "script without a #! line")
def no_line(image):
    files.scripted(image, "echo ok\n")


@fails("start-format", "script with a byte order mark before #!")
def byte_order_mark(image):
    files.scripted(image, b"\xef\xbb\xbf#!/bin/sh\necho ok\n")


@fails("start-format", "script with an empty line before #!")
def line_before(image):
    files.scripted(image, "\n#!/bin/sh\necho ok\n")


@fails("start-format", "empty file")
def empty(image):
    files.scripted(image, "")


@fails("start-format", "compressed program")
def compressed(image):
    files.scripted(image, b"\x1f\x8b\x08" + bytes(100))


@fails("start-format", "interpreter that is neither a program nor a script")
def of_interpreter(image):
    files.scripted(image, "#!/first\n").file("first", "plain text\n")


@fails("start-format", "first file in PATH is neither a program nor a script")
def first_in_path(image):
    files.hello(image).file("opt/hello", "text\n")
    image.set(Entrypoint=["hello"], Env=["PATH=/opt:/usr/bin"])


@fails("start-format", "arm64 program that is cut off", platform="linux/arm64")
def arm64(image):
    content = debian.content(image.platform, "/bin/busybox")
    image.layer().file("run", content[: len(content) // 3])
    image.set(Entrypoint=["/run"])
