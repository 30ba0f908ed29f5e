"""The list of cases. A case is a function that fills an image, with what a run and a check must say about it."""

from dataclasses import dataclass, field
from typing import Callable

from archive import Image


@dataclass
class Case:
    name: str
    group: str
    mechanism: str
    build: Callable[[Image], None]
    platform: str = "linux/amd64"
    kinds: list[str] = field(default_factory=list)
    output: str = "^(ok|Hello, world!)$"
    exit: int = 0
    qemu_only: bool = False
    # Kinds of notes that verify must report, and kinds of other findings that it may report.
    notes: list[str] = field(default_factory=list)
    others: list[str] = field(default_factory=list)

    @property
    def starts(self):
        return not self.kinds

    def facts(self):
        return {
            "expect": "starts" if self.starts else "fails",
            "kinds": self.kinds + self.notes,
            "others": self.others,
            "group": self.group,
            "mechanism": self.mechanism,
            "platform": self.platform,
            "qemuOnly": self.qemu_only,
            "output": self.output if self.starts else None,
            "exit": self.exit if self.starts else None,
        }


CASES: list[Case] = []


def starts(group, mechanism, **options):
    """Declares an image that starts. The function's name becomes the case's."""

    def declare(build):
        named(group, build.__name__, mechanism, build, **options)
        return build

    return declare


def fails(kind, mechanism, **options):
    """Declares an image that must not start, with the kind of finding that states why."""

    def declare(build):
        named(kind, build.__name__, mechanism, build, kinds=[kind], **options)
        return build

    return declare


def named(group, name, mechanism, build, **options):
    CASES.append(Case(f"{group}-{name.replace('_', '-')}", group, mechanism, build, **options))


def sample(cases):
    """The first case of each group."""
    first = {}
    for case in cases:
        first.setdefault(case.group, case)
    return list(first.values())
