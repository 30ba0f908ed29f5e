"""Cases that read, check and rewrite archives and layouts."""
import shlex

from .command import OCIMERGE, PEERS, Case, Command

# Two concurrent processes handle every second blob each, the largest first.
HALVES = """
half() {{ ls -S "$1"/blobs/sha256/* | awk "NR % 2 == $2" | while read -r blob; do {work}; done; }}
half {layout} 0 & first=$!; half {layout} 1; wait $first
"""


def by_halves(name, work, layout):
    return Command(name, HALVES.format(work=work, layout=shlex.quote(layout)), yardstick=True)


def verify_cases(data):
    plain, squeezed = data.path("verify-plain"), data.path("verify-gzip")
    archives, squeezed_archives = data.pair("{}.tar"), data.pair("{}-gz.oci.tar")
    digest, inflate = 'openssl dgst -sha256 "$blob" > /dev/null', 'igzip -dc < "$blob" > /dev/null 2>&1 || true'
    return [
        Case("verify", f"a layout of two platforms with {data.amount(2350)} of plain layers", archives, limit=("openssl",),
             layouts={plain: archives}, commands=[
                 Command("ocimerge", [OCIMERGE, "verify", plain], says="no errors"),
                 by_halves("openssl", digest, plain)]),
        Case("verify-gzip", f"a layout of two platforms with {data.amount(990)} of gzip layers", archives + squeezed_archives,
             limit=("openssl, stored", "igzip", "openssl, content"),
             layouts={plain: archives, squeezed: squeezed_archives}, commands=[
                 Command("ocimerge", [OCIMERGE, "verify", squeezed], says="no errors"),
                 by_halves("openssl, stored", digest, squeezed),
                 by_halves("igzip", inflate, squeezed),
                 by_halves("openssl, content", digest, plain)]),
    ]


def start_case(data, name, title, archives, layout):
    """What the start check of `verify` costs."""
    layout = data.path(layout)
    verify = [OCIMERGE, "verify", layout]
    without = "ocimerge verify --no-start-check"
    return Case(name, f"the start check of {title}", archives, layouts={layout: archives}, limit=(without,), commands=[
        Command("ocimerge verify", verify, says="no errors"),
        Command(without, [*verify, "--no-start-check"], says="no errors")])


def start_cases(data):
    count = f"{data.count(200_000):,}"
    return [
        start_case(data, "start", f"a layout with {data.amount(2350)} of plain layers", data.pair("{}.tar"), "verify-plain"),
        start_case(data, "start-gzip", f"a layout with {data.amount(990)} of gzip layers", data.pair("{}-gz.oci.tar"), "verify-gzip"),
        start_case(data, "start-files", f"an image with {count} files in plain layers", ["files.tar"], "files-plain"),
        start_case(data, "start-files-gzip", f"an image with {count} files in gzip layers", ["files-gz.oci.tar"], "files-gzip"),
    ]


def fix_case(data):
    path = data.path("amd64.tar")
    command = [OCIMERGE, "fix", path, "--platform", "linux/arm64", "--trust", "-o", "fixed.tar"]
    title = f"the platform of one archive of {data.amount(1220)} corrected, every layer verified"
    return Case("fix", title, ["amd64.tar"], limit=("cp", "openssl"), commands=[
        Command("ocimerge", command, makes="fixed.tar"),
        Command("cp", ["cp", path, "fixed.tar"], makes="fixed.tar", yardstick=True),
        Command("openssl", f"openssl dgst -sha256 {shlex.quote(path)}", says="SHA2", yardstick=True)])


# Finds new files by comparing names only.
NEW_NAMES = """
(cd {old} && find . -type f | sort) > old; (cd {new} && find . -type f | sort) > new
(comm -13 old new; echo ./index.json) | tar -cf {out} -C {new} -T -
"""


def increment_case(data):
    week1, week2, old, new = map(data.path, ("amd64.tar", "amd64-week2.tar", "week1", "week2"))
    names = dict(old=shlex.quote(old), new=shlex.quote(new))
    own, out = shlex.quote(OCIMERGE), "week2.tar"
    pack = f"{own} pack {shlex.quote(week2)} -q -o {out} --since {names['old']}"
    whole = f"{own} {shlex.quote(week2)} -q -o {out}"
    # Blobs never change, so runs may share those of the receiver's layout.
    update = f"cp -al {names['old']} mirror; {own} {out} -q -t demo/big:1.0 --update -o mirror"
    title = f"an image of {data.amount(1220)} a week later, with one new layer of {data.amount(61)}"
    return Case("increment", title, ["amd64.tar", "amd64-week2.tar"], layouts={old: ["amd64.tar"], new: ["amd64-week2.tar"]}, commands=[
        Command("ocimerge pack --since", pack, carries=out),
        Command("ocimerge, all of it", whole, carries=out),
        Command("tar of the layout", f"tar -cf {out} -C {names['new']} .", carries=out, yardstick=True),
        Command("tar of new names", NEW_NAMES.format(out=out, **names), carries=out, yardstick=True),
        Command("rsync batch", f"rsync -a --only-write-batch={out} {names['new']}/ {names['old']}/", carries=out, yardstick=True),
        Command("ocimerge pack and --update", f"{pack}; {update}", makes="mirror/index.json", carries=out),
        Command("ocimerge, all of it, there too", f"{whole}; {own} {out} -q -o mirror", makes="mirror/index.json", carries=out),
    ])


def inspect_case(data, name, title, file, tools=(), short=True):
    path = data.path(file)
    return Case(name, title, [file], short=short, limit=tools[:1], commands=[
        Command("ocimerge", [OCIMERGE, "inspect", "--platforms", path], says="linux/amd64"),
        Command("skopeo", ["skopeo", "--insecure-policy", "inspect", "--config", "docker-archive:" + path], says="amd64"),
        *[Command(tool, f"{tool} -dc {shlex.quote(path)} > /dev/null", yardstick=True) for tool in tools],
        *[Command(f"{tool}, skopeo", f"{tool} -dc {shlex.quote(path)} > plain.tar; skopeo --insecure-policy inspect --config "
                  "docker-archive:plain.tar", says="amd64") for tool in tools[:2]]])


def archive_case(data, name, title, archives, layout, skopeo=True):
    """Writes a layout into one archive. The reference is tar of the same directory."""
    layout = data.path(layout)
    commands = [Command("ocimerge", [OCIMERGE, layout, "-o", "out.tar"], makes="out.tar"),
                # Measures the cost of the search for executables.
                Command("ocimerge --trust", [OCIMERGE, layout, "--trust", "-o", "out.tar"], makes="out.tar"),
                Command("tar", ["tar", "-C", layout, "-cf", "out.tar", "."], makes="out.tar", yardstick=True)]
    if skopeo:
        commands += [Command("skopeo", ["skopeo", "--insecure-policy", "copy", "-q", "--all", f"oci:{layout}:1.0", "oci-archive:out.tar"],
                             makes="out.tar")]
    return Case(name, title, archives, limit=("tar",), layouts={layout: archives}, commands=commands)


def archive_cases(data):
    plain, squeezed = data.pair("{}.tar"), data.pair("{}-gz.oci.tar")
    count = data.image_counts()[1]
    layout = data.path("verify-gzip")
    return [
        archive_case(data, "archive-gzip", f"a layout of {data.amount(990)} of gzip layers into one archive", squeezed, "verify-gzip"),
        archive_case(data, "archive-plain", f"a layout of {data.amount(2350)} of plain layers into one archive", plain, "verify-plain"),
        # Skopeo copies one image at a time.
        archive_case(data, "archive-small", f"a layout of {count // 2} images, {count * 10:,} small layers, into one archive",
                     data.pair(f"many-{count}-{{}}.tar"), "archive-small", skopeo=False),
        Case("archive-gz", f"a layout of {data.amount(990)} of gzip layers into a compressed archive", squeezed, limit=("tar, pigz",),
             layouts={layout: squeezed}, commands=[
                 Command("ocimerge, gzip", [OCIMERGE, layout, "-o", "out.tar.gz"], makes="out.tar.gz"),
                 Command("tar, pigz", f"tar -C {shlex.quote(layout)} -cf - . | pigz > out.tar.gz", makes="out.tar.gz", yardstick=True),
                 Command("ocimerge, zstd", [OCIMERGE, layout, "-o", "out.tar.zst"], makes="out.tar.zst"),
                 Command("tar, zstd", f"tar -C {shlex.quote(layout)} -cf - . | zstd -q -T2 > out.tar.zst", makes="out.tar.zst",
                         beside="ocimerge, zstd", yardstick=True)]),
    ]


def start_up_case():
    options = {tool: "version" if tool in ("crane", "regctl", "oras") else "--version" for tool in PEERS}
    return Case("start-up", "a program that only prints its version", [], short=True, commands=[
        Command("ocimerge", [OCIMERGE, "--version"]), *[Command(tool, [tool, option]) for tool, option in options.items()]])


def file_cases(data):
    return [
        *verify_cases(data), *start_cases(data), fix_case(data), *archive_cases(data), increment_case(data),
        inspect_case(data, "inspect", f"platforms of a {data.amount(1220)} docker archive", "amd64.tar"),
        inspect_case(data, "inspect-gz", f"platforms of a {data.amount(1220)} docker archive as .tar.gz", "amd64.tar.gz",
                     ("igzip", "pigz", "gzip"), short=False),
        inspect_case(data, "inspect-tiny", "platforms of a 10 kB docker archive", "tiny.tar"),
        start_up_case(),
    ]
