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
    # The kind of finding that states why the image does not start; None if it starts.
    reason: str | None = None
    output: str = "^(ok|Hello, world!)$"
    exit: int = 0
    qemu_only: bool = False
    # Whether an engine runs the image. Linux runs no programs of Windows.
    run: bool = True
    # Kinds of notes that verify must report, and kinds of other findings that it may report.
    notes: list[str] = field(default_factory=list)
    others: list[str] = field(default_factory=list)
    # Kinds that verify may report in place of the reason.
    instead: list[str] = field(default_factory=list)

    @property
    def starts(self):
        return self.reason is None

    def facts(self):
        return {
            "expect": "starts" if self.starts else "fails",
            "reason": self.reason,
            "kinds": self.notes if self.starts or self.instead else [self.reason] + self.notes,
            "anyOf": [self.reason] + self.instead if self.instead else [],
            "others": self.others,
            "group": self.group,
            "mechanism": self.mechanism,
            "platform": self.platform,
            "qemuOnly": self.qemu_only,
            "run": self.run,
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
        named(kind, build.__name__, mechanism, build, reason=kind, **options)
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
