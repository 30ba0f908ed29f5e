"""Images whose script has no usable interpreter."""

import files
from case import fails
from starts_scripts import chain


@fails("start-interpreter", "interpreter that the image lacks")
def absent(image):
    files.scripted(image, "#!/bin/bash\necho ok\n")


@fails("start-interpreter", "interpreter that ends in a carriage return")
def carriage_return(image):
    files.scripted(image, "#!/bin/sh\r\necho ok\r\n")


@fails("start-interpreter", "argument of env that ends in a carriage return")
def env_return(image):
    files.program(files.scripted(image, "#!/usr/bin/env sh\r\necho ok\r\n"), "/usr/bin/env")


@fails("start-interpreter", "interpreter that env does not find")
def env_absent(image):
    files.program(files.scripted(image, "#!/usr/bin/env python3\nprint('ok')\n"), "/usr/bin/env")


@fails("start-interpreter", "interpreter that env -S does not find")
def env_split_absent(image):
    files.program(files.scripted(image, "#!/usr/bin/env -S node --no-warnings\n"), "/usr/bin/env")


@fails("start-interpreter", "interpreter that is a link to nothing")
def link(image):
    files.scripted(image, "#!/usr/bin/python\n").link("usr/bin/python", "python3.9")


@fails("start-interpreter", "interpreter without execute bit")
def mode(image):
    files.copy(files.scripted(image, "#!/bin/mysh\n"), "/bin/dash", to="bin/mysh", mode=0o644)


@fails("start-interpreter", "interpreter of an interpreter is absent")
def second(image):
    files.scripted(image, "#!/first\n").file("first", "#!/second\n")


@fails("start-interpreter", "s390x script with an interpreter that the image lacks", platform="linux/s390x")
def s390x(image):
    files.shell(image.layer(), image.platform).file("run", "#!/bin/bash\necho ok\n")
    image.set(Entrypoint=["/run"])


@fails("start-script-loop", "script that is its own interpreter")
def itself(image):
    files.scripted(image, "#!/run\n")


@fails("start-script-loop", "two scripts that are each other's interpreters")
def pair(image):
    files.scripted(image, "#!/other\n").file("other", "#!/run\n")


@fails("start-script-loop", "six scripts in a row, one too many for the kernel")
def six(image):
    chain(image, 6)


@fails("start-interpreter", "#! line without an interpreter")
def no_interpreter(image):
    files.scripted(image, "#! \necho ok\n")


@fails("start-interpreter", "interpreter with a name that the kernel cuts at 256 bytes")
def long_name(image):
    path = "/opt/" + "n" * 300
    files.program(files.scripted(image, f"#!{path}\n"), "/bin/echo", to=path[:255])


@fails("start-interpreter", "option of a shell that ends in a carriage return")
def option_return(image):
    files.scripted(image, "#!/bin/sh -e\r\necho ok\r\n")


@fails("start-interpreter", "interpreter that the user may not execute")
def mode_of_user(image):
    files.accounts(files.scripted(image))
    files.copy(image.layer(), "/bin/dash", mode=0o700)
    image.set(User="app")


@fails("start-interpreter", "interpreter that is a directory")
def directory(image):
    files.scripted(image, "#!/bin\necho ok\n")
