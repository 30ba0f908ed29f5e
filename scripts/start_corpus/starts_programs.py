"""Images whose entrypoint is a program: static, dynamic, with other C libraries; and forms of the config."""

import files
import gcc
from case import starts
from files import LOADER

BUSYBOX = "/bin/busybox"


@starts("static", "static program of a package")
def busybox(image):
    files.copy(image.layer(), BUSYBOX)
    image.set(Entrypoint=[BUSYBOX, "echo", "ok"])


@starts("static", "static position-independent program: PT_DYNAMIC and no PT_INTERP")
def pie(image):
    image.layer().file("run", gcc.program("-static-pie"))
    image.set(Entrypoint=["/run"])


@starts("static", "program without any library that makes system calls itself")
def bare(image):
    image.layer().file("run", gcc.program("-static", "-nostdlib", source=gcc.BARE))
    image.set(Entrypoint=["/run"])


@starts("static", "static Go program", output=r"^\d+\.\d+")
def go(image):
    files.copy(image.layer(), "/usr/sbin/gosu")
    image.set(Entrypoint=["/usr/sbin/gosu", "--version"])


@starts("static", "program without section headers")
def stripped_sections(image):
    program = bytearray(gcc.program("-static", "-nostdlib", "-s", source=gcc.BARE))
    program[40:48] = bytes(8)  # e_shoff
    program[58:64] = bytes(6)  # e_shentsize, e_shnum, e_shstrndx
    image.layer().file("run", bytes(program))
    image.set(Entrypoint=["/run"])


@starts("static", "program with an unknown class, which the kernel does not read")
def unknown_class(image):
    identified(image, 4, 9)


@starts("static", "program without the version of its format, which the kernel does not read")
def unknown_version(image):
    identified(image, 6, 0)


@starts("dynamic", "dynamic position-independent program with glibc's loader")
def pie_glibc(image):
    files.hello(image)


@starts("dynamic", "dynamic program at fixed addresses (ET_EXEC)")
def fixed(image):
    files.libc(image.layer()).file("run", gcc.program("-no-pie"))
    image.set(Entrypoint=["/run"])


@starts("dynamic", "the loader is the entrypoint and the program its argument")
def loader_as_entrypoint(image):
    files.hello(image)
    image.set(Entrypoint=[LOADER, "/usr/bin/hello"])


@starts("dynamic", "the loader as entrypoint runs a program without execute bit")
def loader_without_mode(image):
    files.hello(image)
    image.layer().file("run", gcc.program("-no-pie"), mode=0o644)
    image.set(Entrypoint=[LOADER, "/run"])


@starts("dynamic", "a shared library that is also a program", output="GNU C Library")
def library_as_program(image):
    files.libc(image.layer())
    image.set(Entrypoint=["/lib/x86_64-linux-gnu/libc.so.6"])


@starts("dynamic", "C++ program with libraries of another package")
def libstdcxx(image):
    layer = files.libc(image.layer())
    files.copy(layer, "/usr/lib/x86_64-linux-gnu/libstdc++.so.6")
    files.libraries(layer, "/usr/lib/x86_64-linux-gnu/libstdc++.so.6")
    layer.file("run", gcc.program("-Wl,--no-as-needed", "-l:libstdc++.so.6", "-lm"))
    image.set(Entrypoint=["/run"])


@starts("dynamic", "program marked for the level x86-64-v2", notes=["start-level"])
def level_v2(image):
    files.libc(image.layer()).file("run", gcc.program("-march=x86-64-v2", "-Wl,-z,x86-64-v2"))
    image.set(Entrypoint=["/run"])


@starts("musl", "program with musl's loader, which is the C library itself")
def dynamic(image):
    files.copy(image.layer(), "/lib/ld-musl-x86_64.so.1").file("run", gcc.musl())
    image.set(Entrypoint=["/run"])


@starts("musl", "static program with musl")
def static(image):
    image.layer().file("run", gcc.musl("-static"))
    image.set(Entrypoint=["/run"])


@starts("busybox", "links of applets to one static program")
def applet_links(image):
    layer = files.copy(image.layer(), BUSYBOX)
    layer.link("bin/sh", "busybox").link("bin/echo", "/bin/busybox")
    image.set(Cmd=["sh", "-c", "/bin/echo ok"])


@starts("busybox", "hard links of applets")
def applet_hard_links(image):
    layer = files.copy(image.layer(), BUSYBOX)
    layer.hard("bin/sh", "bin/busybox")
    image.set(Cmd=["/bin/sh", "-c", "echo ok"])


@starts("distroless", "tree without shell, accounts and loader cache, numeric user")
def numeric_user(image):
    files.hello(image)
    image.set(User="65532")


@starts("distroless", "one static file and nothing else")
def one_file(image):
    image.layer(implied=True).file("run", gcc.program("-static", "-nostdlib", source=gcc.BARE))
    image.set(Cmd=["/run"])


@starts("config", "entrypoint and cmd are joined")
def entrypoint_and_cmd(image):
    files.shell(image.layer())
    image.set(Entrypoint=["/bin/sh", "-c"], Cmd=["echo ok"])


@starts("config", "cmd alone")
def cmd(image):
    files.program(image.layer(), "/bin/echo")
    image.set(Cmd=["/bin/echo", "ok"])


@starts("config", "entrypoint of one empty word, which counts as none")
def empty_entrypoint(image):
    files.hello(image)
    image.set(Entrypoint=[""], Cmd=["/usr/bin/hello"])


@starts("config", "shell form of cmd")
def shell_form(image):
    files.shell(image.layer())
    image.set(Cmd=["/bin/sh", "-c", "echo ok"])


@starts("config", "name of the entrypoint with spaces")
def spaces(image):
    files.libc(image.layer()).file("opt/my app/run me", gcc.program())
    image.set(Entrypoint=["/opt/my app/run me"])


@starts("config", "name of the entrypoint in UTF-8")
def utf8(image):
    files.libc(image.layer()).file("opt/größe/日本", gcc.program())
    image.set(Entrypoint=["/opt/größe/日本"])


@starts("config", "program that exits with an error by itself", output="", exit=1)
def own_failure(image):
    files.program(image.layer(), "/bin/false")
    image.set(Entrypoint=["/bin/false"])


@starts("config", "program that exits with 127 by itself", output="", exit=127)
def own_127(image):
    files.shell(image.layer())
    image.set(Entrypoint=["/bin/sh", "-c", "exit 127"])


@starts("config", "volumes beside the program")
def volumes(image):
    files.hello(image)
    image.set(Volumes={"/data": {}})


@starts("config", "volume over the program's directory, which docker fills from the image")
def volume_over_program(image):
    files.libc(image.layer()).file("app/run", gcc.program())
    image.set(Entrypoint=["/app/run"], Volumes={"/app": {}})


@starts("wrapper", "tini as wrapper", notes=["start-wrapper"])
def tini(image):
    files.program(image.layer(), "/usr/bin/tini")
    files.program(image.layer(), "/usr/bin/hello")
    image.set(Entrypoint=["/usr/bin/tini", "--"], Cmd=["/usr/bin/hello"])


@starts("wrapper", "dumb-init as wrapper", notes=["start-wrapper"])
def dumb_init(image):
    files.program(image.layer(), "/usr/bin/dumb-init")
    files.program(image.layer(), "/usr/bin/hello")
    image.set(Entrypoint=["/usr/bin/dumb-init"], Cmd=["hello"])


@starts("wrapper", "env with assignments as wrapper")
def env(image):
    files.program(image.layer(), "/usr/bin/env")
    files.program(image.layer(), "/usr/bin/hello")
    image.set(Entrypoint=["env", "LANG=C", "hello"])


@starts("wrapper", "gosu changes to a named user")
def gosu(image):
    layer = files.accounts(files.copy(image.layer(), "/usr/sbin/gosu"))
    files.program(layer, "/usr/bin/hello")
    image.set(Entrypoint=["gosu", "app"], Cmd=["/usr/bin/hello"])


@starts("wrapper", "a shell that executes its arguments")
def shell_exec(image):
    files.scripted(image, '#!/bin/sh\nset -e\nexec "$@"\n', "/entrypoint.sh")
    files.program(image.layer(), "/usr/bin/hello")
    image.set(Entrypoint=["/entrypoint.sh"], Cmd=["hello"])


def identified(image, place, value):
    """An image with a static program in whose first 16 bytes (e_ident) one byte is changed."""
    program = bytearray(gcc.program("-static", "-nostdlib", source=gcc.BARE))
    program[place] = value
    image.layer().file("run", bytes(program))
    image.set(Entrypoint=["/run"])
