"""The registries of cases."""
import os
import signal
import subprocess
import time

from .command import OCIMERGE, fill
from .registry import Registry, Relay
from .setting import Setting


def check(command, registry, values):
    """Notes an error if the command left no image."""
    if command.leaves:
        reference = fill(command.leaves, values)
        if not registry.has(reference):
            command.error = f"failed, left no image {reference}"


class EmptyRegistry(Setting):
    """Each run has its own registry, which is empty. Its cost is not measured."""

    needs = ("docker-registry",)

    def start(self, place):
        self.place, self.registry = place, None

    def before(self, command, here):
        self.registry = Registry(self.place)
        return {"{host}": self.registry.host}

    def after(self, command):
        check(command, self.registry, {})
        self.registry.end()
        self.registry = None

    def end(self):
        if self.registry:
            self.registry.end()


class FilledRegistry(Setting):
    """One registry that has images. `images`: the source of each image, by its reference without host."""

    needs = ("docker-registry",)

    def __init__(self, images, counts=False):
        self.images, self.counts = images, counts
        self.registry, self.number = None, 0

    def start(self, place):
        self.registry = Registry(place, log=self.counts)
        for reference, source in self.images.items():
            subprocess.run([OCIMERGE, "push", "-q", "--trust", source, f"{self.registry.host}/{reference}"], check=True,
                           stdout=subprocess.DEVNULL)

    def before(self, command, here):
        self.number += 1
        self.begin = self.registry.logged()
        self.values = {"{host}": self.registry.host, "{run}": str(self.number)}
        return self.values

    def after(self, command):
        if self.counts:
            command.note = self.registry.traffic(self.begin)
        check(command, self.registry, self.values)

    def end(self):
        if self.registry:
            self.registry.end()


class KilledPulls(FilledRegistry):
    """Before each run, kill -9 ends the same command when most of the image has arrived."""

    PART = 0.9

    def __init__(self, images, size):
        super().__init__(images)
        self.size, self.relay = size, None

    def start(self, place):
        super().start(place)
        self.relay = Relay(self.registry)

    def before(self, command, here):
        values = {**super().before(command, here), "{host}": self.relay.host}
        self.first = self.relay.sent()
        self.is_killed = self.kill(command.arguments(values), here, self.first + self.size() * self.PART)
        time.sleep(0.5)
        self.second = self.relay.sent()
        return values

    def kill(self, arguments, here, limit):
        """Whether the command was killed. It may end before."""
        with subprocess.Popen(arguments, cwd=here, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                              stderr=subprocess.DEVNULL) as process:
            while process.poll() is None:
                if self.relay.sent() >= limit:
                    process.send_signal(signal.SIGKILL)
                    break
                time.sleep(0.005)
            return process.wait() == -signal.SIGKILL

    def after(self, command):
        first, second = self.second - self.first, self.relay.sent() - self.second
        twice = max(first + second - self.size(), 0)
        command.note = (f"{first / 1e6:,.1f} MB before the kill, {second / 1e6:,.1f} MB after it; {twice / 1e6:,.1f} MB fetched twice"
                        if self.is_killed else "ended before it was killed")

    def end(self):
        if self.relay:
            self.relay.end()
        super().end()


def blob_size(layout):
    """The bytes of the layers and configs of a layout: all blobs but the manifests and indexes."""
    folder = os.path.join(layout, "blobs/sha256")
    sizes = 0
    for name in os.listdir(folder):
        path = os.path.join(folder, name)
        with open(path, "rb") as blob:
            if b'"schemaVersion"' not in blob.read(4096):
                sizes += os.path.getsize(path)
    return sizes
