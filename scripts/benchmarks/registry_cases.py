"""Cases with registries: one image is read, copied, pushed and pulled, and two images are joined."""
import shlex

from .command import OCIMERGE, Case, Command
from .registry_setting import EmptyRegistry, FilledRegistry, KilledPulls, blob_size

SKOPEO = ["skopeo", "--insecure-policy"]
SKOPEO_COPY = [*SKOPEO, "copy", "-q", "--all", "--preserve-digests"]
REGCTL = ["regctl", "--host", "reg={host},tls=disabled"]
IMAGE = "bench/app:1.0"
PLACE = "{host}/" + IMAGE
COPY = "bench/copy-{run}:1.0"
# buildah joins images of a registry through its storage, and sends manifests only.
BUILDAH_JOIN = """
b() { buildah --root "$PWD/root" --runroot "$PWD/runroot" --storage-driver vfs "$@" > log 2>&1 || { cat log >&2; exit 1; }; }
b manifest create multi
b manifest add --tls-verify=false multi docker://NAME:amd64
b manifest add --tls-verify=false multi docker://NAME:s390x
b manifest push --tls-verify=false --all multi docker://NAME:joined-{run}
"""


def read_cases(setting, archives, layout):
    def case(name, title, commands):
        return Case(name, title, archives, short=True, layouts={layout: archives}, setting=setting(), commands=commands)
    one, amd64 = "one platform", ["--platform", "linux/amd64", PLACE]
    return [
        case("raw", "the index of an image in a registry, its exact bytes", [
            Command("ocimerge", [OCIMERGE, "inspect", "--raw", f"docker://{PLACE}"], says="manifests"),
            Command("skopeo", [*SKOPEO, "inspect", "--raw", "--tls-verify=false", f"docker://{PLACE}"], says="manifests"),
            Command("crane", ["crane", "manifest", PLACE], says="manifests"),
            Command("regctl", [*REGCTL, "manifest", "get", "--format", "raw-body", PLACE], says="manifests"),
            Command("oras", ["oras", "manifest", "fetch", "--plain-http", PLACE], says="manifests")]),
        case("platforms", "the platforms of an image in a registry, as the configs of both state them", [
            Command("ocimerge", [OCIMERGE, "inspect", "--platforms", f"docker://{PLACE}"], says="linux/s390x"),
            Command(f"skopeo, {one}", [*SKOPEO, "inspect", "--config", "--tls-verify=false", f"docker://{PLACE}"], says="amd64"),
            Command(f"crane, {one}", ["crane", "config", *amd64], says="amd64"),
            Command(f"regctl, {one}", [*REGCTL, "image", "config", *amd64], says="amd64"),
            Command(f"oras, {one}", ["oras", "manifest", "fetch-config", "--plain-http", *amd64], says="amd64")]),
        case("digest", "the digest of an image in a registry", [
            Command("ocimerge", [OCIMERGE, "digest", f"docker://{PLACE}"], says="sha256:"),
            Command("skopeo", [*SKOPEO, "inspect", "--no-tags", "--tls-verify=false", "--format", "{{.Digest}}", f"docker://{PLACE}"],
                    says="sha256:"),
            Command("crane", ["crane", "digest", PLACE], says="sha256:"),
            Command("regctl", [*REGCTL, "image", "digest", PLACE], says="sha256:"),
            Command("oras", ["oras", "resolve", "--plain-http", PLACE], says="sha256:")]),
        # Each run copies into its own repository, which is empty.
        case("copy", "an image of 2 platforms with 10 layers each into another repository of its registry", [
            Command(name, [*run, scheme + PLACE, scheme + "{host}/" + COPY], leaves=COPY) for name, scheme, run in [
                ("ocimerge", "docker://", [OCIMERGE, "copy", "-q"]),
                ("ocimerge --trust", "docker://", [OCIMERGE, "copy", "-q", "--trust"]),
                ("skopeo", "docker://", [*SKOPEO_COPY, "--src-tls-verify=false", "--dest-tls-verify=false"]),
                ("crane", "", ["crane", "copy"]),
                ("regctl", "", [*REGCTL, "image", "copy"]),
                ("oras", "", ["oras", "cp", "--from-plain-http", "--to-plain-http"])]]),
        case("push-again", "a layout of 2 platforms with 10 layers each, all of it is there", push_commands(layout)),
    ]


def push_commands(layout):
    return [
        Command("ocimerge", [OCIMERGE, "push", "-q", layout, PLACE], leaves=IMAGE),
        Command("skopeo", [*SKOPEO_COPY, "--dest-tls-verify=false", f"oci:{layout}:1.0", f"docker://{PLACE}"], leaves=IMAGE),
        Command("crane", ["crane", "push", layout, PLACE], leaves=IMAGE),
        Command("regctl", [*REGCTL, "image", "copy", f"ocidir://{layout}:1.0", PLACE], leaves=IMAGE),
        Command("oras", ["oras", "cp", "--from-oci-layout", "--to-plain-http", f"{layout}:1.0", PLACE], leaves=IMAGE),
    ]


def pull_commands():
    """Pull into a layout."""
    return [
        Command("ocimerge", [OCIMERGE, "pull", "-q", PLACE, "out/"], makes="out/index.json"),
        Command("skopeo", [*SKOPEO_COPY, "--src-tls-verify=false", f"docker://{PLACE}", "oci:out:1.0"], makes="out/index.json"),
        Command("crane", ["crane", "pull", "--format", "oci", PLACE, "out"], makes="out/index.json"),
        Command("regctl", [*REGCTL, "image", "copy", PLACE, "ocidir://out:1.0"], makes="out/index.json"),
        Command("oras", ["oras", "cp", "--from-plain-http", "--to-oci-layout", PLACE, "out:1.0"], makes="out/index.json"),
    ]


def transfer_cases(data):
    archives, layout = data.pair("{}-gz.oci.tar"), data.path("verify-gzip")
    layouts, size = {layout: archives}, data.amount(990)
    digest = f"openssl dgst -sha256 {shlex.quote(layout)}/blobs/sha256/* > /dev/null"
    archive = [Command(f"ocimerge, {name}", [OCIMERGE, "pull", "-q", PLACE, name], makes=name) for name in ("out.tar", "out.tar.zst")]
    resumed = pull_commands()
    return [
        Case("push", f"a layout of two platforms, {size} of gzip layers, into an empty registry", archives, layouts=layouts,
             limit=("openssl",), setting=EmptyRegistry(), commands=[*push_commands(layout), Command("openssl", digest, yardstick=True)]),
        Case("pull", f"an image of two platforms, {size} of gzip layers, from a registry into a layout", archives, layouts=layouts,
             setting=FilledRegistry({IMAGE: layout}), commands=pull_commands()),
        Case("resume", "a pull of the same image after kill -9 at 90 %, through a relay that counts bytes", archives, layouts=layouts,
             setting=KilledPulls({IMAGE: layout}, lambda: blob_size(layout)), commands=resumed[:1] + archive + resumed[1:]),
    ]


def join_case(data, place, title):
    """Joins two images of one repository. Only --trust leaves out the search for executables, as all peers do."""
    files = data.pair(f"evidence-{place}-{{}}.oci.tar")
    name = "{host}/bench/" + place
    sources = [f"{name}:{architecture}" for architecture in ("amd64", "s390x")]
    images = {source.replace("{host}/", ""): data.path(file) for source, file in zip(sources, files)}
    target = name + ":joined-{run}"
    joined = dict(leaves=f"bench/{place}:joined-{{run}}")
    own = [OCIMERGE, *[f"docker://{source}" for source in sources], "-o", f"docker://{target}"]
    return Case(f"join-{place}", f"two images of {data.amount(1000)} joined within a registry, their programs {title}", files, commands=[
        Command("ocimerge", own, says="linux/s390x", quotes="checked: ", **joined),
        Command("ocimerge --trust", [*own, "--trust"], says="linux/s390x", **joined),
        Command("buildah manifest", BUILDAH_JOIN.replace("NAME", name), **joined),
        Command("crane index append", ["crane", "index", "append", "-m", sources[0], "-m", sources[1], "-t", target], **joined),
        Command("regctl index create", [*REGCTL, "index", "create", target, "--ref", sources[0], "--ref", sources[1]], **joined),
        Command("oras manifest index create", ["oras", "manifest", "index", "create", "--plain-http", target, "amd64", "s390x"], **joined),
    ], setting=FilledRegistry(images, counts=True))


def registry_cases(data):
    archives, layout = data.pair("ten-{}.oci.tar"), data.path("ten")
    return [
        *read_cases(lambda: FilledRegistry({IMAGE: layout}), archives, layout),
        *transfer_cases(data),
        join_case(data, "top", "in the top layer"),
        join_case(data, "lowest", "in the lowest layer"),
    ]
