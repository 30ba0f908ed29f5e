"""Files of Debian's packages, of any of its architectures, without installing them.

apt downloads the packages from the mirror of the system's own configuration, into a private directory that later runs
reuse. apt verifies their signatures.
"""

import os
import re
import subprocess
from functools import cache
from pathlib import Path

KEYRING = "/usr/share/keyrings/debian-archive-keyring.gpg"
COMMON = ["libc6", "hello", "dash", "busybox-static"]
AMD64 = COMMON + [
    *("bash", "coreutils", "perl-base", "python3.11-minimal", "libpython3.11-minimal", "libpython3.11-stdlib"),
    *("tini", "dumb-init", "gosu", "musl", "musl-dev", "patchelf", "libc-bin"),
    *("libacl1", "libattr1", "libselinux1", "libpcre2-8-0", "libgmp10", "libtinfo6"),
    *("libcrypt1", "libexpat1", "zlib1g", "libstdc++6", "libgcc-s1"),
]
# Debian's architectures by the platform of an image. The newer release has programs for a newer C library.
ARCHITECTURES = {
    "linux/amd64": ("bookworm", "amd64", AMD64),
    "newer": ("trixie", "amd64", ["hello", "dash"]),
    "linux/386": ("bookworm", "i386", COMMON),
    "linux/arm64": ("bookworm", "arm64", COMMON),
    "linux/arm/v5": ("bookworm", "armel", COMMON),
    "linux/arm/v7": ("bookworm", "armhf", COMMON),
    "linux/mips64le": ("bookworm", "mips64el", COMMON),
    "linux/ppc64le": ("bookworm", "ppc64el", COMMON),
    "linux/s390x": ("bookworm", "s390x", COMMON),
}
CONFIGURATION = """
Dir::State "{at}"; Dir::State::lists "{at}/lists"; Dir::State::status "{at}/status"; Dir::Cache "{at}";
Dir::Etc::main "/dev/null"; Dir::Etc::parts "/dev/null"; Dir::Etc::sourcelist "{at}/sources.list";
Dir::Etc::sourceparts "/dev/null"; Dir::Etc::preferences "/dev/null"; Dir::Etc::preferencesparts "/dev/null";
APT::Architecture "{architecture}"; APT::Architectures {{ "{architecture}"; }}; APT::Sandbox::User "root";
Acquire::Languages "none"; Acquire::Retries "3";
"""

place = Path()


def run(*command, **options):
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, **options).stdout


@cache
def mirror():
    """The URI from which the system's apt takes Debian's main component."""
    fields = ["Created-By: Packages", "Origin: Debian", "Label: Debian", "Component: main"]
    uris = run("apt-get", "indextargets", "--format", "$(REPO_URI)", *fields).split()
    if not uris:
        raise SystemExit("make-start-corpus: apt knows no mirror of Debian: run apt-get update")
    return uris[0]


@cache
def tree(platform):
    """The directory with the unpacked files of the platform's packages."""
    suite, architecture, packages = ARCHITECTURES[platform]
    at = place / "packages" / f"{suite}-{architecture}"
    root, done = at / "root", at / "done"
    if done.exists() and done.read_text() == " ".join(packages):
        return root
    for folder in ("lists/partial", "archives/partial", "debs", "root"):
        (at / folder).mkdir(parents=True, exist_ok=True)
    (at / "status").touch()
    source = f"deb [arch={architecture} signed-by={KEYRING}] {mirror()} {suite} main\n"
    (at / "sources.list").write_text(source)
    (at / "apt.conf").write_text(CONFIGURATION.format(at=at, architecture=architecture))
    environment = os.environ | {"APT_CONFIG": str(at / "apt.conf")}
    run("apt-get", "-qq", "update", env=environment)
    run("apt-get", "-qq", "download", *packages, env=environment, cwd=at / "debs")
    for package in sorted((at / "debs").glob("*.deb")):
        run("dpkg-deb", "-x", package, root)
    done.write_text(" ".join(packages))
    return root


def located(root, path):
    """The file of a path inside the tree; links with absolute targets stay inside."""
    for _ in range(40):
        file = root / path.lstrip("/")
        if not file.is_symlink():
            return file
        target = os.readlink(file)
        path = target if target.startswith("/") else os.path.join(os.path.dirname(path), target)
    raise SystemExit(f"make-start-corpus: too many links: {path}")


def content(platform, path):
    return located(tree(platform), path).read_bytes()


@cache
def loader(platform, path):
    """The path of the loader that a program names, or None."""
    found = re.search(r"program interpreter: (.*)\]", run("readelf", "-lW", located(tree(platform), path)))
    return found and found[1]


@cache
def libraries(platform, path):
    """The paths of all libraries that a file needs, from the tree's own directories, sorted."""
    root, found, waiting = tree(platform), set(), [path]
    while waiting:
        needed = re.findall(r"NEEDED.*\[(.*)\]", run("readelf", "-dW", located(root, waiting.pop())))
        for name in needed:
            hits = [*root.glob(f"lib/*/{name}"), *root.glob(f"usr/lib/*/{name}"), *root.glob(f"lib*/{name}")]
            if not hits:
                raise SystemExit(f"make-start-corpus: no package has {name}, which {path} needs")
            hit = "/" + str(hits[0].relative_to(root))
            if hit not in found:
                found.add(hit)
                waiting.append(hit)
    return sorted(found)
