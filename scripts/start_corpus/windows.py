"""Images for Windows, which no engine runs here: verify is compared with what Windows documents."""

from struct import pack, pack_into

from case import fails, starts

UNSEEN = {"platform": "windows/amd64", "run": False}
LIBRARY = 0x2000
PROGRAM = r"C:\app\app.exe"


def program(characteristics=0):
    """The headers of a PE program for amd64 and the console, and one section."""
    optional = bytearray(pack("<H106xI128x", 0x20B, 16))
    pack_into("<H", optional, 68, 3)  # Subsystem
    header = pack("<HHIIIHH", 0x8664, 1, 0, 0, 0, len(optional), 0x22 | characteristics)
    section = b".text\0\0\0" + pack("<4I16x", 0x1000, 0x2000, 0x200, 0x400)
    start = b"MZ".ljust(60, b"\0") + pack("<I", 0x80)
    return (start.ljust(0x80, b"\0") + b"PE\0\0" + header + optional + section).ljust(0x600, b"\0")


def windows(image, *words, **config):
    """Adds a layer with a program of Windows itself, and returns a second layer."""
    image.layer().file("Files/Windows/System32/cmd.exe", program())
    image.set(Entrypoint=list(words), **config)
    return image.layer()


@starts("windows", "absolute path of a program", **UNSEEN)
def path(image):
    windows(image, PROGRAM).file("Files/app/app.exe", program())


@starts("windows", "path without the extension", **UNSEEN)
def extension(image):
    windows(image, r"C:\app\app").file("Files/app/app.exe", program())


@starts("windows", "path in another case and with slashes", **UNSEEN)
def other_case(image):
    windows(image, "c:/APP/App.EXE").file("Files/app/app.exe", program())


@starts("windows", "name of a program of Windows", **UNSEEN)
def name(image):
    windows(image, "cmd", "/S", "/C", "echo ok")


@starts("windows", "name that the working directory has", **UNSEEN)
def workdir(image):
    windows(image, "app.exe", WorkingDir=r"C:\app").file("Files/app/app.exe", program())


@starts("windows", "batch file", **UNSEEN)
def batch(image):
    windows(image, r"C:\app\run").file("Files/app/run.cmd", "@echo ok\r\n")


@starts("windows", "name that only the Path of the registry may find", notes=["start-unchecked"], **UNSEEN)
def registry(image):
    windows(image, "node").file("Files/app/app.exe", program())


@starts("windows", "image without the layers of Windows", notes=["start-unchecked"], **UNSEEN)
def no_base(image):
    image.layer().file("Files/app/app.exe", program())
    image.set(Entrypoint=[PROGRAM])


@fails("start-absent", "absolute path that no layer of an image for Windows has", **UNSEEN)
def windows_path(image):
    windows(image, r"C:\app\other.exe").file("Files/app/app.exe", program())


@fails("start-absent", "program of an image for Windows that a later layer removes", **UNSEEN)
def windows_whiteout(image):
    windows(image, PROGRAM).file("Files/app/app.exe", program())
    image.layer().whiteout("Files/app/app.exe")


@fails("start-format", "library of Windows", **UNSEEN)
def windows_library(image):
    windows(image, r"C:\app\app.dll").file("Files/app/app.dll", program(LIBRARY))


@fails("start-format", "text with the extension of a program of Windows", **UNSEEN)
def windows_text(image):
    windows(image, PROGRAM).file("Files/app/app.exe", "echo ok\r\n")
