"""The commands whose calls fail."""
from dataclasses import dataclass, field

OLD = "amd64.tar -q -t demo/old:1 -o"
PARTIAL = {"partial": True, "optional": "an interrupted run keeps nothing"}
KEPT = "pack amd64.tar two.tar -q -o"


@dataclass
class Command:
    """A command line. Names of inputs in it are files in the working directory.

    HOST is the registry, and REPO a repository of it that no other run uses.
    """

    name: str
    line: str
    before: list = field(default_factory=list)  # command lines that make what is there before
    pushed: list = field(default_factory=list)  # the same, made before every run because they push to REPO
    tag: str = None                             # the tag of REPO that the command writes
    input: str = None                           # the file on standard input
    piped: bool = False                         # whether standard input is a pipe
    status: int = 0                             # the exit status without a fault

    # What is right though the rules of the script do not allow it. The help and Sources/README.md state it.
    streams: bool = False  # the result goes to standard output, and an error truncates it
    reports: bool = False  # an error may be a finding on standard output
    blobs: bool = False    # a killed run may leave blobs in the layout that gc removes
    removes: bool = False  # a run that removes blobs goes on in the next one
    partial: bool = False  # a failed run keeps what has arrived from a registry
    settles: bool = False  # volumes are not replaced in one step: the next run completes the set
    begins: str = None     # an update of a layout that is absent fills its directory, index.json last
    records: str = None    # this receipt or page is also written if there are errors
    empties: bool = False  # the directory in which the new file was may stay empty
    beside: str = None     # this file follows the result, and an error says that it is missing
    optional: str = None   # with this warning a part of the output may be missing
    again: str = None      # the next run, if the command itself would add to its result

def writing_files():
    yield Command("merge to a layout", "amd64.tar s390x.tar -o out/")
    yield Command("merge to a flushed layout", "amd64.tar s390x.tar --sync -o out/")
    for suffix in (".tar", ".tar.gz", ".tar.zst", ".tar.xz"):
        yield Command(f"merge to {suffix}", f"amd64.tar s390x.tar -o out{suffix}")
    yield Command("merge of a large layer to a flushed archive", "large.tar --trust --sync -o out.tar")
    for form in ("docker-archive:out.tar", "oci-archive:out.tar", "dir:out"):
        yield Command(f"merge to {form}", f"amd64.tar -o {form}")
    yield Command("merge to standard output", "amd64.tar s390x.tar -o -", streams=True)
    yield Command("merge with --fix", "amd64.tar wrong.tar --fix -o out/")
    yield Command("merge with --verify", "amd64.tar s390x.tar --verify -o out/")
    yield Command("merge of standard input", "- -o out/", input="amd64.tar")
    yield Command("merge of a pipe", "- -o out/", input="amd64.tar", piped=True)
    yield Command("merge of a compressed archive", "amd64.tar.gz s390x.tar.zst -o out/")
    yield Command("merge of a layout", "old/ -o out.tar", ["amd64.tar s390x.tar -q -o old/"])
    yield Command("merge of a dir:", "dir:old -t demo/old:1 -o out.tar", ["amd64.tar -q -o dir:old"])
    yield Command("compress to a layout", "copy large.tar out/ --trust --compress zstd")
    yield Command("compress to an archive", "copy large.tar out.tar --trust --compress gzip")


def replacing_files():
    yield Command("update a layout", "s390x.tar -t demo/new:1 --update -o out", [f"{OLD} out"], blobs=True)
    yield Command("update nothing", "s390x.tar --update -o out", begins="out")
    for form in ("out", "out.tar", "out.tar.gz", "docker-archive:out.tar", "dir:out"):
        yield Command(f"replace {form}", f"s390x.tar --force -o {form}", [f"{OLD} {form}"])
    yield Command("fix an archive", "fix wrong.tar --auto -o out.tar")
    yield Command("fix an archive to a layout", "fix wrong.tar --auto -o out/")
    yield Command("fix an archive in place", "fix out.tar --platform linux/riscv64 --trust -i", [f"{OLD} out.tar"])
    yield Command("fix a compressed archive in place", "fix out.tar.gz --platform linux/riscv64 --trust -i",
                  [f"{OLD} out.tar.gz"])
    yield Command("fix a layout in place", "fix out --platform linux/riscv64 --trust -i", [f"{OLD} out"], blobs=True)
    yield Command("edit an archive", "edit amd64.tar --env A=1 -o out.tar")
    yield Command("edit an archive in place", "edit out.tar --env A=1 -i", [f"{OLD} out.tar"])
    yield Command("edit a layout in place", "edit out --env A=1 -i", [f"{OLD} out"], blobs=True)
    yield Command("add a layer", "edit amd64.tar --add-layer files=/srv -o out/")
    yield Command("add a layer in place", "edit out --add-layer files=/srv -i", [f"{OLD} out"], blobs=True,
                  again="edit out --add-layer files=/srv -i")
    yield Command("delete a file of an image", "edit amd64.tar --delete /bin/hello -o out.tar")
    yield Command("start an image", "edit scratch --platform linux/amd64 --add-layer files -t demo/new:1 -o out/")


def keeping_layouts():
    both = [f"{KEPT} out/"]
    yield Command("tag", "tag out:demo/hello:1.0 demo/second:1", both)
    yield Command("rm", "rm out:demo/hello:1.0", both, optional="cannot compute what gc would free")
    yield Command("rm with --gc", "rm --gc out:demo/hello:1.0", both, blobs=True, again="gc out")
    yield Command("gc", "gc out", [*both, "rm out:demo/hello:1.0"], blobs=True, removes=True)


def other_files():
    yield Command("logout", "logout one.example --authfile auth.json", empties=True)


def packing():
    yield Command("pack to an archive", "pack amd64.tar two.tar -o out.tar")
    yield Command("pack to a layout", "pack amd64.tar two.tar -o out/")
    yield Command("pack to a layout that is there", "pack two.tar --update -o out/", [f"{OLD} out"], blobs=True)
    yield Command("pack a list", "pack --list images.txt -o out.tar --receipt receipt.json",
                  beside="receipt.json")
    yield Command("pack to volumes", "pack large.tar --trust --split 1MB -o out.tar", settles=True)
    yield Command("replace volumes", "pack large.tar --trust --split 1MB --force -o out.tar",
                  ["large.tar --trust -q -t demo/old:1 --split 1MB -o out.tar"], settles=True)
    yield Command("merge volumes", "old.tar.001 --trust -o out/", ["large.tar --trust -q --split 1MB -o old.tar"])
    yield Command("pack and compress", "pack amd64.tar two.tar --compress zstd -o out.tar")
    yield Command("pack an increment", "pack amd64.tar s390x.tar --since amd64.tar -o out.tar")
    yield Command("complete an increment", "week.tar --update -o out",
                  ["amd64.tar -q -o out", "pack s390x.tar -q -t demo/new:1 --since amd64.tar -o week.tar"], blobs=True)


def reading():
    yield Command("merge of a wrong image", "amd64.tar wrong.tar -o out/", status=1)
    yield Command("merge of a wrong layout", "amd64.tar old/ -o out/", ["wrong.tar --trust -q -o old/"], status=1)
    yield Command("verify an archive", "verify amd64.tar", reports=True)
    yield Command("verify a layout", "verify out/ --json", ["amd64.tar s390x.tar -q -o out/"], reports=True)
    yield Command("verify compressed layers", "verify out/", ["amd64.tar --compress gzip -q -o out/"], reports=True)
    yield Command("verify a wrong image", "verify wrong.tar --json", reports=True, status=1)
    yield Command("verify a damaged image", "verify damaged.tar", reports=True, status=1)
    yield Command("verify with --receipt", "verify amd64.tar --receipt receipt.json", reports=True, records="receipt.json")
    yield Command("verify with --expect", "verify amd64.tar --expect receipt.json",
                  ["verify amd64.tar -q --receipt receipt.json"], reports=True)
    yield Command("verify with --against", "verify amd64.tar --against out/", ["amd64.tar -q -o out/"], reports=True)
    yield Command("verify with --html", "verify amd64.tar --html page.html --force",
                  ["verify s390x.tar --html page.html"], reports=True, records="page.html")
    yield Command("inspect", "inspect amd64.tar --json")
    yield Command("inspect with --html", "inspect amd64.tar --html page.html", records="page.html")
    yield Command("inspect a wrong image fully", "inspect wrong.tar --evidence=full --json")
    yield Command("inspect a layout", "inspect out/", ["amd64.tar s390x.tar -q -o out/"])
    yield Command("inspect files", "inspect amd64.tar --files")
    yield Command("ls", "ls out/", [f"{KEPT} out/"])
    yield Command("diff", "diff amd64.tar wrong.tar", status=1)
    yield Command("diff of the same", "diff amd64.tar out/", ["amd64.tar -q -o out/"])
    yield Command("cat", "cat amd64.tar /bin/hello", streams=True)
    yield Command("digest", "digest amd64.tar")


def registries():
    source = "docker://HOST/given/hello"
    yield Command("push", "push amd64.tar HOST/REPO:1", tag="1")
    yield Command("push over an old tag", "push amd64.tar HOST/REPO:1", pushed=["push -q s390x.tar HOST/REPO:1"], tag="1")
    yield Command("merge to a registry", "amd64.tar s390x.tar -o docker://HOST/REPO:1", tag="1")
    yield Command("join in a registry", f"{source}:amd64 {source}:s390x -o docker://HOST/REPO:1", tag="1")
    yield Command("pull to a layout", f"pull {source}:amd64 out/", **PARTIAL)
    yield Command("pull to an archive", f"pull {source}:amd64 out.tar", **PARTIAL)
    yield Command("pull over an archive", f"pull {source}:amd64 out.tar --force", [f"{OLD} out.tar"], **PARTIAL)
    yield Command("pull a large layer", "pull HOST/given/large:1 out/ --trust", **PARTIAL)
    yield Command("pack from a registry", f"pack {source}:amd64 -o out.tar --lock lock", **PARTIAL,
                  beside="lock")
    yield Command("inspect in a registry", f"inspect {source}:amd64 --json")
    yield Command("verify in a registry", f"verify {source}:amd64", reports=True)
    yield Command("ls of a repository", f"ls {source}")


def all_commands():
    for group in (writing_files, replacing_files, keeping_layouts, other_files, packing, reading, registries):
        yield from group()


# What every run before the first case pushes, for the commands that read a registry.
GIVEN = ["push -q amd64.tar HOST/given/hello:amd64", "push -q s390x.tar HOST/given/hello:s390x",
         "push -q --trust large.tar HOST/given/large:1"]
