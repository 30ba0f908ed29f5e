"""Images whose user may not execute the entrypoint, or may not reach it."""

import files
import gcc
from case import fails
from files import OK


@fails("start-not-executable", "script of mode 0644")
def script(image):
    files.scripted(image).file("run.sh", OK, mode=0o644)
    image.set(Entrypoint=["/run.sh"])


@fails("start-not-executable", "program of mode 0644")
def program(image):
    files.libc(image.layer()).file("run", gcc.program(), mode=0o644)
    image.set(Entrypoint=["/run"])


@fails("start-not-executable", "the only program in PATH has mode 0644")
def in_path(image):
    files.libc(image.layer()).file("usr/bin/run", gcc.program(), mode=0o644)
    image.set(Entrypoint=["run"])


@fails("start-not-executable", "program of mode 0700 of root, run by another user")
def other_user(image):
    files.accounts(files.libc(image.layer())).file("run", gcc.program(), mode=0o700)
    image.set(Entrypoint=["/run"], User="app")


@fails("start-not-executable", "program of a group to which the user does not belong")
def other_group(image):
    layer = files.accounts(files.libc(image.layer()))
    layer.file("run", gcc.program(), mode=0o750, gid=77)
    image.set(Entrypoint=["/run"], User="app")


@fails("start-not-executable", "program of the user, whose own bits forbid it")
def own_bits(image):
    layer = files.accounts(files.libc(image.layer()))
    layer.file("run", gcc.program(), mode=0o655, uid=1000)
    image.set(Entrypoint=["/run"], User="app")


@fails("start-not-executable", "directory that the user cannot search")
def closed_directory(image):
    layer = files.accounts(files.libc(image.layer())).directory("root", mode=0o700)
    layer.file("root/run", gcc.program())
    image.set(Entrypoint=["/root/run"], User="1000")


@fails("start-not-executable", "link into a directory that the user cannot search")
def link_into_closed(image):
    layer = files.accounts(files.libc(image.layer())).directory("root", mode=0o700)
    layer.file("root/run", gcc.program()).link("usr/bin/run", "/root/run")
    image.set(Entrypoint=["/usr/bin/run"], User="app")


@fails("start-not-executable", "later layer changes the mode")
def mode_lost(image):
    files.hello(image)
    files.copy(image.layer(), "/usr/bin/hello", mode=0o644)


@fails("start-not-executable", "link inside a directory that the user cannot search")
def link_in_closed(image):
    files.accounts(files.hello(image)).directory("root", mode=0o700).link("root/run", "/usr/bin/hello")
    image.set(Entrypoint=["/root/run"], User="app")


@fails("start-not-executable", "relative entrypoint in a working directory that the user cannot search")
def closed_workdir(image):
    layer = files.accounts(files.hello(image)).directory("root", mode=0o700)
    layer.file("root/run", gcc.program("-static-pie"))
    image.set(Entrypoint=["./run"], User="app", WorkingDir="/root")


@fails("start-not-executable", "supplementary group that does not count, because the config names a group")
def stated_group(image):
    layer = files.accounts(files.libc(image.layer()))
    layer.file("run", gcc.program(), mode=0o750, gid=50)
    image.set(Entrypoint=["/run"], User="app:app")


@fails("start-not-executable", "script that the user may execute and not read")
def unreadable_script(image):
    files.accounts(files.scripted(image)).file("go", OK, mode=0o111)
    image.set(Entrypoint=["/go"], User="app")
