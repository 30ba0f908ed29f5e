"""Cases that write images from archives: merges, compression, many images."""
import shlex

from .command import OCIMERGE, Case, Command

# skopeo writes two layouts at the same time; shell commands merge them.
SKOPEO_CHAIN = """
skopeo --insecure-policy copy -q {options} {kind}:{amd64} oci:one:amd64 & first=$!
skopeo --insecure-policy copy -q {options} {kind}:{s390x} oci:two:s390x
wait $first
mv -n two/blobs/sha256/* one/blobs/sha256/
jq -cs '{{schemaVersion: 2, mediaType: "application/vnd.oci.image.index.v1+json", manifests: [.[].manifests[]
    | .platform = {{architecture: .annotations["org.opencontainers.image.ref.name"], os: "linux"}}
    | del(.annotations)]}}' one/index.json two/index.json > index
digest=$(sha256sum index | cut -d' ' -f1) size=$(stat -c %s index)
mv index one/blobs/sha256/$digest
printf '{{"schemaVersion":2,"manifests":[{{"mediaType":"%s","digest":"sha256:%s","size":%s}}]}}' \\
    application/vnd.oci.image.index.v1+json $digest $size > one/index.json
mv one out
"""
# buildah and podman have the same commands. Each run has its own storage.
STORAGE_CHAIN = """
b() {{ {tool} --root "$PWD/root" --runroot "$PWD/runroot" --storage-driver vfs "$@" > log 2>&1 || {{ cat log >&2; exit 1; }}; }}
b manifest create multi
b manifest add multi {kind}:{amd64}
b manifest add multi {kind}:{s390x}
b manifest push --all multi oci:out
"""
HASH_BOTH = "openssl dgst -sha256 {amd64} > /dev/null & first=$!; openssl dgst -sha256 {s390x} > /dev/null; wait $first"


def merge_case(data, name, title, archive, kind, options, tools=("buildah",)):
    inputs = data.pair(archive)
    paths = [data.path(file) for file in inputs]
    names = dict(kind=kind, options=options, **{key: shlex.quote(path) for key, path in zip(("amd64", "s390x"), paths)})
    return Case(name, title, inputs, limit=("cp", "openssl"), commands=[
        Command("ocimerge", [OCIMERGE, *paths, "-o", "out"], makes="out/index.json"),
        # Measures the cost of the search for executables.
        Command("ocimerge --trust", [OCIMERGE, *paths, "--trust", "-o", "out"], makes="out/index.json"),
        Command("cp", ["cp", *paths, "."], makes=inputs[1], yardstick=True),
        Command("openssl", HASH_BOTH.format(**names), yardstick=True),
        Command("skopeo ×2, jq", SKOPEO_CHAIN.format(**names), makes="out/index.json"),
        *[Command(f"{tool} manifest", STORAGE_CHAIN.format(tool=tool, **names), makes="out/index.json") for tool in tools],
    ])


def compress_case(data):
    path = data.path("amd64.tar")
    # The highest level of gzip takes as long as all others together.
    levels = ["gzip", "gzip:1", "gzip:6", *(["gzip:10"] if data.part == 1 else []), "zstd", "zstd:1", "zstd:9"]
    peers = {  # each with the level that it is compared with
        "skopeo, gzip": ("gzip", "skopeo --insecure-policy copy -q {tar} oci:out:x"),
        "skopeo, zstd": ("zstd", "skopeo --insecure-policy copy -q --dest-compress-format zstd {tar} oci:out:x"),
    }
    yardsticks = {
        "pigz -1": ("gzip:1", "pigz -1 -c {path} > out"), "pigz -6": ("gzip:6", "pigz -6 -c {path} > out"),
        "zstd -T2": ("zstd", "zstd -q -T2 {path} -o out"),
    }
    names = dict(path=shlex.quote(path), tar="docker-archive:" + shlex.quote(path))
    title = f"a docker archive with {data.amount(1220)} of plain layers into a layout with compressed ones"
    return Case("compress", title, ["amd64.tar"], commands=[
        *[Command(f"ocimerge {how}", [OCIMERGE, path, "--compress", how, "-o", "out"], makes="out", sized=True) for how in levels],
        *[Command(name, run.format(**names), makes="out", sized=True, beside=f"ocimerge {how}", yardstick=name in yardsticks)
          for name, (how, run) in {**peers, **yardsticks}.items()]])


def scale_case(data, layers=10):
    pairs = {count: data.pair(f"many-{count}-{{}}.tar") for count in data.image_counts()}
    counts = ", ".join(f"{count:,}" for count in pairs)
    return Case("scale", f"{counts} images, {layers} layers each, joined by name", sum(pairs.values(), []), [
        Command(f"ocimerge{option}, {count:,} images", [OCIMERGE, *map(data.path, pair), *option.split(), "-o", "out"],
                makes="out/index.json", blobs=count * layers, beside=f"ocimerge, {count:,} images" if option else None)
        for count, pair in pairs.items() for option in ("", " --trust")])


def merge_cases(data):
    return [
        merge_case(data, "merge", f"two docker archives, {data.amount(1220)} and {data.amount(1130)}, 8 layers each, into one layout",
                   "{}.tar", "docker-archive", "--dest-oci-accept-uncompressed-layers", tools=("buildah", "podman")),
        merge_case(data, "one-layer", f"two docker archives, {data.amount(1010)} each, nearly all in one layer",
                   "one-layer-{}.tar", "docker-archive", "--dest-oci-accept-uncompressed-layers"),
        merge_case(data, "gzip", f"two OCI archives with gzip layers, {data.amount(990)} together", "{}-gz.oci.tar", "oci-archive", ""),
        compress_case(data),
        scale_case(data),
    ]
