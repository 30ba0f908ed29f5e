"""Images in which the entrypoint's name takes steps to find: PATH, working directories, links."""

import files
import gcc
from case import starts


def found(image, path, name="hello"):
    """An image whose entrypoint is a name that PATH must find."""
    image.set(Entrypoint=[name], Env=[f"PATH={path}"])
    return files.program(image.layer(), "/usr/bin/hello")


@starts("path", "PATH of the config")
def configured(image):
    layer = files.libc(image.layer())
    layer.file("opt/app/bin/tool", gcc.program())
    image.set(Entrypoint=["tool"], Env=["PATH=/opt/app/bin:/bin"])


@starts("path", "PATH of the runtime, because the config has none")
def default(image):
    files.hello(image)
    image.set(Entrypoint=["hello"])


@starts("path", "PATH with directories that do not exist")
def missing_directories(image):
    found(image, "/nowhere:/usr/local/none:/usr/bin")


@starts("path", "PATH with a relative directory before the right one")
def relative_directory(image):
    found(image, "node_modules/.bin:/usr/bin")


@starts("path", "PATH with a file among its directories")
def file_in_path(image):
    found(image, "/etc/file:/usr/bin").file("etc/file", "x", mode=0o644)


@starts("path", "first file in PATH has no execute bit")
def first_without_mode(image):
    found(image, "/opt:/usr/bin").file("opt/hello", "x", mode=0o644)


@starts("path", "first entry in PATH is a directory")
def first_directory(image):
    found(image, "/opt:/usr/bin").directory("opt/hello")


@starts("path", "first entry in PATH is a link to nothing")
def first_dangling(image):
    found(image, "/opt:/usr/bin").link("opt/hello", "/nowhere")


@starts("path", "first entry in PATH is a link to itself")
def first_loop(image):
    found(image, "/opt:/usr/bin").link("opt/hello", "hello")


@starts("path", "directories of PATH with slashes at their ends")
def slashes(image):
    found(image, "/opt//:/usr/bin/")


@starts("path", "directory of PATH is a link")
def linked_directory(image):
    found(image, "/tools").link("tools", "usr/bin")


@starts("path", "two values of PATH, of which the last counts")
def two_paths(image):
    found(image, "/usr/bin")
    image.set(Env=["PATH=/nowhere", "PATH=/usr/bin"])


@starts("workdir", "./run in the working directory")
def dot(image):
    files.libc(image.layer()).file("app/run", gcc.program())
    image.set(Entrypoint=["./run"], WorkingDir="/app")


@starts("workdir", "bin/run below the working directory")
def below(image):
    files.libc(image.layer()).file("app/bin/run", gcc.program())
    image.set(Entrypoint=["bin/run"], WorkingDir="/app")


@starts("workdir", "../run above the working directory")
def above(image):
    files.libc(image.layer()).file("app/run", gcc.program()).directory("app/work")
    image.set(Entrypoint=["../run"], WorkingDir="/app/work/")


@starts("workdir", "working directory that does not exist, which the runtime creates")
def created(image):
    files.hello(image)
    image.set(WorkingDir="/made/at/start")


@starts("workdir", "entrypoint relative to a working directory that does not exist")
def through_created(image):
    files.hello(image)
    image.set(WorkingDir="/made", Entrypoint=["../usr/bin/hello"])


@starts("workdir", "working directory that is a link")
def linked(image):
    layer = files.libc(image.layer()).file("srv/one/run", gcc.program())
    layer.link("app", "/srv/one")
    image.set(Entrypoint=["./run"], WorkingDir="/app")


@starts("workdir", "../run above a working directory that is a link: above its target")
def above_linked(image):
    layer = files.libc(image.layer()).file("srv/run", gcc.program()).directory("srv/one")
    layer.link("app", "/srv/one")
    image.set(Entrypoint=["../run"], WorkingDir="/app")


@starts("link", "absolute link")
def absolute(image):
    files.hello(image).link("run", "/usr/bin/hello")
    image.set(Entrypoint=["/run"])


@starts("link", "relative link")
def relative(image):
    files.hello(image).link("opt/run", "../usr/bin/hello")
    image.set(Entrypoint=["/opt/run"])


@starts("link", "links of Debian's alternatives")
def alternatives(image):
    layer = files.hello(image)
    layer.link("usr/bin/greet", "/etc/alternatives/greet").link("etc/alternatives/greet", "/usr/bin/hello")
    image.set(Entrypoint=["greet"])


@starts("link", "link that leads above the root, which ends at the root")
def above_root(image):
    files.hello(image).link("opt/run", "../../../../usr/bin/hello")
    image.set(Entrypoint=["/opt/run"])


@starts("link", "39 links in a row")
def long_row(image):
    row(image, 39)


@starts("link", "40 links in a row, the most that the kernel follows")
def longest_row(image):
    row(image, 40)


@starts("link", "link of a directory on the path of the file")
def directory(image):
    files.hello(image).link("opt/current", "/usr/bin")
    image.set(Entrypoint=["/opt/current/hello"])


@starts("link", ".. behind a link of a directory, which means the target's parent")
def parent_of_target(image):
    files.hello(image).link("opt/current", "/usr/lib").directory("usr/lib")
    image.set(Entrypoint=["/opt/current/../bin/hello"])


@starts("link", "relative link below a link of a directory, relative to the target")
def relative_below_link(image):
    files.hello(image).link("opt/current", "/usr/share/app").link("usr/share/app/run", "../../bin/hello")
    image.set(Entrypoint=["/opt/current/run"])


@starts("link", "hard link, stored after its file")
def hard(image):
    files.hello(image).hard("run", "usr/bin/hello")
    image.set(Entrypoint=["/run"])


@starts("link", "hard link to a symbolic link")
def hard_to_link(image):
    files.hello(image).link("one", "usr/bin/hello").hard("two", "one")
    image.set(Entrypoint=["/two"])


@starts("link", "path with dots and double slashes")
def dots(image):
    files.hello(image)
    image.set(Entrypoint=["/usr//bin/../bin/./hello"])


@starts("merged", "directories of / are links into /usr")
def usr_merged(image):
    layer = image.layer()
    for name in ("bin", "lib", "lib64"):
        layer.directory(f"usr/{name}").link(name, f"usr/{name}")
    root = "usr/lib/x86_64-linux-gnu"
    files.copy(layer, "/lib/x86_64-linux-gnu/libc.so.6", to=f"{root}/libc.so.6")
    files.copy(layer, files.LOADER, to=f"{root}/ld-linux-x86-64.so.2")
    layer.link("usr/lib64/ld-linux-x86-64.so.2", "/lib/x86_64-linux-gnu/ld-linux-x86-64.so.2")
    files.copy(layer, "/bin/dash", to="usr/bin/dash").link("usr/bin/sh", "dash").file("run", files.OK)
    image.set(Entrypoint=["/run"])


@starts("merged", "directories of / and of /usr are separate")
def not_merged(image):
    layer = files.scripted(image, "#!/bin/sh\nexec /usr/bin/hello\n")
    files.program(layer, "/usr/bin/hello")


def row(image, length):
    """A row of links, the first of which is the entrypoint."""
    layer = files.hello(image)
    for number in range(length - 1):
        layer.link(f"l{number}", f"l{number + 1}")
    layer.link(f"l{length - 1}", "/usr/bin/hello")
    image.set(Entrypoint=["/l0"])
