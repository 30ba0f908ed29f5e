"""Images whose entrypoint is absent, is no file, or is a link to nothing."""

import files
import gcc
from case import fails
from starts_paths import row


@fails("start-absent", "path that no layer has")
def path(image):
    files.hello(image)
    image.set(Entrypoint=["/usr/bin/helo"])


@fails("start-absent", "name that PATH does not find")
def name(image):
    files.hello(image)
    image.set(Entrypoint=["node"], Cmd=["server.js"])


@fails("start-absent", "PATH of the config without the program's directory")
def path_of_config(image):
    files.hello(image)
    image.set(Entrypoint=["hello"], Env=["PATH=/usr/local/bin:/bin"])


@fails("start-absent", "entrypoint that a later layer removes")
def whiteout(image):
    files.hello(image)
    image.layer().whiteout("usr/bin/hello")


@fails("start-absent", "entrypoint hidden by an opaque directory")
def opaque(image):
    files.hello(image)
    image.layer().opaque("usr/bin").file("usr/bin/other", "x")


@fails("start-absent", "relative entrypoint in another working directory")
def workdir(image):
    files.libc(image.layer()).file("app/run", gcc.program())
    image.set(Entrypoint=["./run"], WorkingDir="/srv")


@fails("start-absent", "command and arguments in one string")
def one_string(image):
    files.hello(image)
    image.set(Cmd=["/usr/bin/hello --traditional"], Entrypoint=None)


@fails("start-absent", "shell form in an image without a shell")
def no_shell(image):
    files.hello(image)
    image.set(Entrypoint=None, Cmd=["/bin/sh", "-c", "hello"])


@fails("start-absent", "arm64 image whose entrypoint is absent", platform="linux/arm64")
def arm64(image):
    files.program(image.layer(), "/usr/bin/hello", image.platform)
    image.set(Entrypoint=["/hello"])


@fails("start-not-a-file", "directory")
def directory(image):
    files.hello(image)
    image.set(Entrypoint=["/usr/bin"])


@fails("start-not-a-file", "named pipe")
def fifo(image):
    files.hello(image).fifo("run")
    image.set(Entrypoint=["/run"])


@fails("start-not-a-file", "device")
def device(image):
    files.hello(image).device("run", 1, 3)
    image.set(Entrypoint=["/run"])


@fails("start-not-a-file", "link to a directory")
def link_to_directory(image):
    files.hello(image).link("run", "usr/bin")
    image.set(Entrypoint=["/run"])


@fails("start-link", "link to nothing")
def dangling(image):
    files.hello(image).link("run", "/opt/none")
    image.set(Entrypoint=["/run"])


@fails("start-link", "two links to each other")
def loop(image):
    files.hello(image).link("one", "two").link("two", "one")
    image.set(Entrypoint=["/one"])


@fails("start-link", "41 links in a row")
def long_row(image):
    row(image, 41)


@fails("start-link", "link whose target a later layer removes")
def target_removed(image):
    files.hello(image).link("run", "/usr/bin/hello")
    image.layer().whiteout("usr/bin/hello")
    image.set(Entrypoint=["/run"])


@fails("start-link", "link of a directory to nothing on the path")
def directory_link(image):
    files.hello(image).link("opt/current", "/opt/v2")
    image.set(Entrypoint=["/opt/current/hello"])


@fails("start-absent", "empty PATH")
def empty_path(image):
    files.hello(image)
    image.set(Entrypoint=["hello"], Env=["PATH="])


@fails("start-absent", "two values of PATH, of which the last counts")
def two_paths(image):
    files.hello(image)
    image.set(Entrypoint=["hello"], Env=["PATH=/usr/bin", "PATH=/bin"])


@fails("start-not-a-file", "working directory that is a file")
def workdir_file(image):
    files.hello(image).file("app", "x")
    image.set(WorkingDir="/app")


@fails("start-not-a-file", "working directory below a file")
def workdir_below_file(image):
    files.hello(image).file("app", "x")
    image.set(WorkingDir="/app/work")


@fails("start-not-a-file", "path of a program that ends in a slash")
def slash(image):
    files.libc(image.layer()).file("bin/app", gcc.program())
    image.set(Cmd=["/bin/app/"])


@fails("start-outside", "entrypoint below a volume that only the user of the image can fill")
def volume(image):
    files.hello(image)
    image.set(Entrypoint=["/data/run"], Volumes={"/data": {}})


@fails("start-outside", "entrypoint below a volume whose path ends in a slash")
def volume_with_slash(image):
    files.hello(image)
    image.set(Entrypoint=["/data/run"], Volumes={"/data/": {}})


@fails("start-outside", "link into a volume that is empty")
def link_into_volume(image):
    files.hello(image).link("run", "/data/bin/run").directory("data")
    image.set(Entrypoint=["/run"], Volumes={"/data": {}})


@fails("start-empty", "config without a command")
def no_command(image):
    files.hello(image)
    image.config.clear()


@fails("start-empty", "empty lists as command")
def empty_lists(image):
    files.hello(image)
    image.set(Entrypoint=[], Cmd=[])
