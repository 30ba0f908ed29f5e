"""The commands and the data of scripts/bench-scale."""
from dataclasses import dataclass

from .scale_data import (applications, blobs, children, damaged, findings, images, keys, names, platforms, referrers,
                                   repositories, shared, stateless, wrapped)
from .scale_extremes import entries, files, members, sparse, tagged


@dataclass
class Command:
    name: str
    arguments: list           # @ is the path of the input, @2 that of a second one
    changes: bool = False     # whether the input changes, so that each run gets a copy
    statuses: tuple = (0,)
    streams: bool = False     # whether standard output has the result, which is discarded


CHANGE = ["--platform", "linux/amd64=linux/arm64", "--trust"]
COMMANDS = [
    Command("inspect", ["inspect", "@"]),
    Command("inspect --json", ["inspect", "@", "--json"]),
    Command("inspect --platforms", ["inspect", "@", "--platforms"]),
    Command("fix --platform", ["fix", "@", *CHANGE, "-o", "out"]),
    Command("fix, adding members", ["fix", "@", "--platform", "linux/amd64=linux/arm/v7:10.0.99", "--trust", "-o", "out"]),
    Command("fix --dry-run", ["fix", "@", *CHANGE, "--dry-run", "-o", "out"]),
    Command("fix --in-place", ["fix", "@", *CHANGE, "--in-place"], changes=True),
    Command("fix --auto", ["fix", "@", "--auto", "-o", "out"]),
    Command("verify", ["verify", "@"], statuses=(0, 1)),
    Command("verify --json", ["verify", "@", "--json"], statuses=(0, 1)),
    Command("merge", ["merge", "@", "-o", "out"]),
    Command("merge, tar", ["merge", "@", "-o", "out.tar"]),
    Command("merge to a pipe", ["merge", "@", "-o", "-"], streams=True),
    Command("merge --dry-run", ["merge", "@", "--dry-run", "-o", "out"]),
    Command("merge --referrers", ["merge", "@", "--referrers", "-o", "out"]),
    Command("merge of two", ["merge", "@", "@2", "-o", "out"]),
    Command("inspect --files", ["inspect", "@", "--files"]),
    Command("ls of tags", ["ls", "@", "--plain-http"]),
    Command("ls --json of tags", ["ls", "@", "--json", "--plain-http"]),
    Command("pack", ["pack", "@", "-o", "out.tar"]),
    Command("ls", ["ls", "@"]),
    Command("ls --json", ["ls", "@", "--json"]),
    Command("tag", ["tag", "@:FIRST", "demo/new:1"], changes=True),
    Command("rm", ["rm", "@:FIRST"], changes=True),
    Command("gc", ["gc", "@"], changes=True),
    Command("push --all", ["push", "@", "--all", "localhost:5000/demo", "--dry-run"]),
]
READING = ["inspect", "inspect --json", "inspect --platforms", "verify", "verify --json"]
LAYOUT = ["ls", "ls --json", "tag", "rm", "gc"]
FIX = ["fix --platform", "fix --dry-run", "fix --in-place", "fix --auto"]
WRITING = ["merge", "merge, tar", "pack", "push --all"]
EVERY = READING + FIX + WRITING + LAYOUT


@dataclass
class Data:
    name: str
    make: object
    count: int                # n
    commands: list
    first: str = None         # the name of the first image
    second: tuple = ()        # the arguments with which `make` makes a second input
    factors: tuple = (1, 2, 4)


DATA = [
    Data("children", children, 4000, EVERY, "demo/app:1.0"),
    Data("joined", children, 2000, ["merge of two"], second=("s390x",)),
    Data("stateless", stateless, 5000, READING + ["merge", "ls"]),
    Data("undeclared", stateless, 4000, ["fix, adding members"]),
    Data("names", names, 15_000, EVERY + ["merge of two"], "demo/app:1", ("s390x",)),
    Data("repositories", repositories, 1250, READING + WRITING + LAYOUT, "demo/app-1:1.0"),
    Data("images", images, 1250, EVERY + ["merge of two"], "demo/app-1:1.0", ("s390x",)),
    Data("applications", applications, 1250, READING + WRITING + LAYOUT, "demo/app-1:1.0"),
    Data("blobs", blobs, 5000, EVERY, "demo/app-1:1.0"),
    Data("findings", findings, 1250, READING + LAYOUT, "demo/app:1"),
    Data("platforms", platforms, 1250, EVERY, "demo/app:1"),
    Data("wrapped", wrapped, 22_500, READING + WRITING + LAYOUT, "demo/app:1"),
    Data("damaged", damaged, 1250, ["verify", "verify --json"]),
    Data("referrers", referrers, 2500, ["inspect", "verify", "merge", "merge --referrers", "push --all", "gc"], "demo/app:1"),
    Data("keys", keys, 375_000, ["inspect", "fix --auto", "fix --in-place", "verify", "ls"]),
    Data("shared", shared, 250, ["inspect", "merge", "push --all"]),
    Data("members", members, 250_000, ["inspect", "verify", "ls", "merge", "merge, tar", "fix --platform", "pack"]),
    Data("files", files, 250_000, ["inspect", "inspect --files", "verify", "merge to a pipe"]),
    Data("tags in pages", "pages", 50_000, ["ls of tags", "ls --json of tags"]),
    Data("tags in one page", "page", 50_000, ["ls of tags", "ls --json of tags"]),
    Data("sparse", sparse, 2, ["inspect", "verify", "ls", "merge to a pipe", "merge --dry-run", "push --all", "gc"],
         factors=(1, 5, 25)),
]


@dataclass
class Limit:
    name: str
    make: object
    count: int
    arguments: list
    says: bytes               # what the line of the refusal contains


LIMITS = [
    Limit("an index of 40,000 images", children, 40_000, ["inspect", "@"], b"4.19 MB"),
    Limit("an index.json of 26 MB", entries, 25_000, ["ls", "@"], b"21.0 MB"),
    Limit("an index.json of 26 MB, to be written", tagged, 60_000, ["merge", "@", "-o", "out"], b"21.0 MB"),
    Limit("600 indexes of the same 600 images", wrapped, 360_000, ["inspect", "@"], b"100000"),
    Limit("1,000,001 tags", "page", 1_000_001, ["ls", "@", "--plain-http"], b"1000000"),
]
QUICK = 10  # --quick divides sizes by this
