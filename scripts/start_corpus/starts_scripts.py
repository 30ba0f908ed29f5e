"""Images whose entrypoint is a script."""

import debian
import files
from case import starts
from files import AMD64

STDLIB = "usr/lib/python3.11"


def python(layer):
    """Adds python3 with the modules of Debian's minimal package."""
    files.program(layer, "/usr/bin/python3.11")
    layer.link("usr/bin/python3", "python3.11")
    root = debian.tree(AMD64)
    for path in sorted((root / STDLIB).rglob("*.py")):
        layer.file(str(path.relative_to(root)), path.read_bytes(), mode=0o644)
    return layer


@starts("script", "shell script")
def shell(image):
    files.scripted(image)


@starts("script", "bash script")
def bash(image):
    files.program(image.layer(), "/bin/bash").file("run", "#!/bin/bash\n[[ 1 == 1 ]] && echo ok\n")
    image.set(Entrypoint=["/run"])


@starts("script", "perl script")
def perl(image):
    files.program(image.layer(), "/usr/bin/perl").file("run", '#!/usr/bin/perl\nprint "ok\\n";\n')
    image.set(Entrypoint=["/run"])


@starts("script", "python script, which needs its standard library")
def python3(image):
    python(image.layer()).file("run", "#!/usr/bin/python3\nimport os\nprint('ok')\n")
    image.set(Entrypoint=["/run"])


@starts("script", "interpreter with an argument")
def argument(image):
    files.scripted(image, "#!/bin/sh -e\necho ok\n")


@starts("script", "spaces and tabs around the interpreter")
def blanks(image):
    files.scripted(image, "#! \t/bin/sh \t \necho ok\n")


@starts("script", "line without an end that is the whole file", output="^ok /run$")
def no_newline(image):
    files.program(image.layer(), "/bin/echo").file("run", "#!/bin/echo ok")
    image.set(Entrypoint=["/run"])


@starts("script", "argument of an interpreter that the kernel cuts at 256 bytes", output="^/run ok")
def long_line(image):
    layer = files.shell(image.layer())
    layer.file("show", '#!/bin/sh\necho "$2" ok\n').file("run", "#!/show " + "a" * 400 + "\n")
    image.set(Entrypoint=["/run"])


@starts("script", "interpreter with a path relative to the working directory")
def relative_interpreter(image):
    files.scripted(image, "#!bin/sh\necho ok\n")


@starts("script", "interpreter that is a link of alternatives")
def interpreter_link(image):
    layer = files.program(image.layer(), "/bin/dash")
    layer.link("bin/sh", "/etc/alternatives/sh").link("etc/alternatives/sh", "/bin/dash").file("run", files.OK)
    image.set(Entrypoint=["/run"])


@starts("script", "static interpreter")
def static_interpreter(image):
    files.copy(image.layer(), "/bin/busybox").file("run", "#!/bin/busybox sh\necho ok\n")
    image.set(Entrypoint=["/run"])


@starts("script", "carriage returns after the first line")
def later_returns(image):
    files.scripted(image, "#!/bin/sh\necho ok #\r\n")


@starts("script", "script without execute bit that the shell reads")
def read_by_shell(image):
    files.shell(image.layer()).file("run.sh", files.OK, mode=0o644)
    image.set(Entrypoint=["/bin/sh", "/run.sh"])


@starts("script", "script without a #! line that the shell reads")
def no_line(image):
    files.shell(image.layer()).file("run.sh", "echo ok\n")
    image.set(Cmd=["sh", "run.sh"])


@starts("env", "interpreter by env")
def plain(image):
    layer = files.program(image.layer(), "/usr/bin/env")
    files.shell(layer).file("run", "#!/usr/bin/env sh\necho ok\n")
    image.set(Entrypoint=["/run"])


@starts("env", "env -S splits its argument")
def split(image):
    layer = files.program(image.layer(), "/usr/bin/env")
    files.shell(layer).file("run", "#!/usr/bin/env -S sh -e -u\necho ok\n")
    image.set(Entrypoint=["/run"])


@starts("env", "env -S with an assignment and an option")
def assignment(image):
    layer = files.program(image.layer(), "/usr/bin/env")
    files.shell(layer).file("run", "#!/usr/bin/env -S -i WORD=ok PATH=/bin sh\necho $WORD\n")
    image.set(Entrypoint=["/run"])


@starts("env", "env finds the interpreter in the PATH of the config")
def path(image):
    layer = files.program(image.layer(), "/usr/bin/env")
    files.program(layer, "/bin/dash", to="/opt/bin/mysh").file("run", "#!/usr/bin/env mysh\necho ok\n")
    image.set(Entrypoint=["/run"], Env=["PATH=/opt/bin:/usr/bin"])


@starts("env", "env of busybox")
def busybox(image):
    layer = files.copy(image.layer(), "/bin/busybox")
    layer.link("usr/bin/env", "/bin/busybox").link("bin/ash", "busybox")
    layer.file("run", "#!/usr/bin/env ash\necho ok\n")
    image.set(Entrypoint=["/run"])


@starts("env", "env leaves a script without a #! line to the shell")
def no_line_by_env(image):
    layer = files.program(image.layer(), "/usr/bin/env")
    files.shell(layer).file("usr/bin/inner", "echo ok\n").file("run", "#!/usr/bin/env inner\n")
    image.set(Entrypoint=["/run"])


@starts("env", "env leaves an empty file to the shell", output="^$")
def empty_by_env(image):
    layer = files.program(image.layer(), "/usr/bin/env")
    files.shell(layer).file("usr/bin/inner", "").file("run", "#!/usr/bin/env inner\n")
    image.set(Entrypoint=["/run"])


@starts("chain", "script whose interpreter is a script")
def two(image):
    chain(image, 2)


@starts("chain", "five scripts in a row, the most that the kernel follows")
def five(image):
    chain(image, 5)


@starts("chain", "shell script that runs env, which runs a script of a second interpreter")
def mixed(image):
    layer = files.program(image.layer(), "/usr/bin/env")
    files.shell(layer).file("usr/bin/inner", "#!/bin/sh\necho ok\n").file("run", "#!/usr/bin/env inner\n")
    image.set(Entrypoint=["/run"])


@starts("chain", "six scripts in a row, each started by env, so that the kernel counts anew")
def six_by_env(image):
    layer = files.shell(files.program(image.layer(), "/usr/bin/env"))
    for number in range(5):
        layer.file(f"usr/bin/s{number}", f"#!/usr/bin/env s{number + 1}\n")
    layer.file("usr/bin/s5", files.OK)
    image.set(Entrypoint=["s0"])


def chain(image, length):
    """Scripts of which each is the interpreter of the one before; the last is a shell script."""
    layer = files.shell(image.layer())
    for number in range(length - 1):
        layer.file(f"s{number}", f"#!/s{number + 1}\n")
    layer.file(f"s{length - 1}", files.OK)
    image.set(Entrypoint=["/s0"])
