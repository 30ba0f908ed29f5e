"""What is measured: cases, and the commands that a case compares."""
import os
import shlex
import shutil
import statistics
from dataclasses import dataclass, field

from .setting import Setting

HERE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
OCIMERGE = os.path.abspath(os.environ.get("OCIMERGE") or os.path.join(HERE, "../.build/release/ocimerge"))
PEERS = ["skopeo", "buildah", "podman", "umoci", "crane", "regctl", "oras"]
TOOLS = PEERS + ["openssl", "jq", "tar", "igzip", "pigz", "gzip", "zstd", "rsync", "docker-registry"]


def fill(text, values):
    for name, value in values.items():
        text = text.replace(name, value)
    return text


@dataclass
class Command:
    name: str                # begins with "ocimerge" if ocimerge is what is measured
    run: object              # a list is executed, a string is run by sh -e
    makes: str = None        # what must exist afterwards
    says: str = None         # what must be in the output
    leaves: str = None       # the image, with all platforms, that the registry of the case must have afterwards
    yardstick: bool = False  # whether it is no peer: a general tool that does a part of the work
    beside: str = None       # the ocimerge command that it is compared with (default: the first of the case)
    blobs: int = 0           # the number of blobs, to report the time per blob
    carries: str = None      # the file that must be transferred; its size is reported
    carried: int = 0
    sized: bool = False      # whether the size of the output is reported
    size: int = 0
    quotes: str = None       # the begin of a line of the output that is reported
    note: str = None         # a further figure, in words
    runs: list = field(default_factory=list)
    error: str = None

    @property
    def is_own(self):
        return self.name.startswith("ocimerge")

    @property
    def is_peer(self):
        return not (self.is_own or self.yardstick)

    def missing_tools(self):
        words = self.run.split() if isinstance(self.run, str) else self.run[:1]
        return [tool for tool in TOOLS if tool in words and not shutil.which(tool)]

    def arguments(self, values):
        """The arguments to execute. `values` replace the names in braces that the setting of the case knows."""
        if isinstance(self.run, str):
            return ["sh", "-ec", fill(self.run, {name: shlex.quote(value) for name, value in values.items()})]
        return [fill(word, values) for word in self.run]

    def median(self, what):
        return statistics.median(run[what] for run in self.runs)


@dataclass
class Case:
    name: str
    title: str
    inputs: list                # files of the dataset
    commands: list              # ocimerge is the first
    short: bool = False         # whether runs take milliseconds, so that there are many
    limit: tuple = ()           # names of the commands whose total time is a reference
    layouts: dict = field(default_factory=dict)  # layouts to make from the inputs before the runs, by name
    setting: Setting = field(default_factory=Setting)

    def own(self, command):
        """The ocimerge command that a command is compared with."""
        return next(other for other in self.commands if other.name == (command.beside or self.commands[0].name))

    def missing_tools(self):
        """The programs that are not on PATH, of the setting and of all commands."""
        return [tool for tool in self.setting.needs if not shutil.which(tool)] + sum(
            (command.missing_tools() for command in self.commands), [])

    def leave_out_missing(self):
        """Leaves out the commands whose programs are not on PATH. Whether the case can be measured."""
        self.commands = [command for command in self.commands if not command.missing_tools()]
        return all(map(shutil.which, self.setting.needs))
