"""Images of other architectures, and programs of a second architecture that the first one's kernel runs."""

from pathlib import Path

import files
from case import named
from debian import ARCHITECTURES

# The platform of an image with programs of linux/386 only is wrong, although amd64 runs them.
OTHERS = ["evidence"]
# The emulator of Debian's package qemu-user-static is a static program for amd64.
EMULATOR = "/usr/bin/qemu-aarch64-static"
FOREIGN = [name for name in ARCHITECTURES if name.startswith("linux/") and name != files.AMD64]


def static(image):
    files.copy(image.layer(), "/bin/busybox", image.platform)
    image.set(Entrypoint=["/bin/busybox", "echo", "ok"])


def dynamic(image):
    files.program(image.layer(), "/usr/bin/hello", image.platform)
    image.set(Entrypoint=["/usr/bin/hello"])


def script(image):
    layer = files.shell(image.layer(), image.platform)
    files.accounts(layer).file("app/run", files.OK)
    image.set(Entrypoint=["./run"], WorkingDir="/app", User="app")


def on_amd64(image):
    files.program(image.layer(), "/usr/bin/hello", "linux/386")
    image.set(Entrypoint=["/usr/bin/hello"])


def script_on_amd64(image):
    files.shell(image.layer(), "linux/386").file("run", files.OK)
    image.set(Entrypoint=["/run"])


def through_emulator(image):
    layer = files.copy(image.layer(), "/bin/busybox", image.platform)
    layer.file(EMULATOR, Path(EMULATOR).read_bytes())
    image.set(Entrypoint=[EMULATOR, "/bin/busybox", "echo", "ok"])


for platform in FOREIGN:
    group = platform.removeprefix("linux/").replace("/", "")
    named(group, "dynamic", f"dynamic program for {platform}", dynamic, platform=platform)
    named(group, "static", f"static program for {platform}", static, platform=platform)
    named(group, "script", f"shell script for {platform} as another user", script, platform=platform)
named("386", "on-amd64", "dynamic program for linux/386 in an image for linux/amd64", on_amd64, others=OTHERS)
named("386", "script-on-amd64", "shell for linux/386 in an image for linux/amd64", script_on_amd64, others=OTHERS)
EMULATED = "entrypoint is an emulator for amd64, its argument a program for linux/arm64"
named("arm64", "through-emulator", EMULATED, through_emulator, platform="linux/arm64", notes=["start-wrapper"])
