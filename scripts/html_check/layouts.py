"""OCI layouts for pages: one of usual images with defects, one of hostile text, and one of many images."""
import hashlib
import io
import json
import random
import tarfile

INDEX = "application/vnd.oci.image.index.v1+json"
MANIFEST = "application/vnd.oci.image.manifest.v1+json"
CONFIG = "application/vnd.oci.image.config.v1+json"
LAYER = "application/vnd.oci.image.layer.v1.tar"
REFERENCE = "org.opencontainers.image.ref.name"
PLATFORMS = {"amd64": "linux/amd64", "arm64": "linux/arm64", "armv7": "linux/arm/v7", "s390x": "linux/s390x"}


class Layout:
    def __init__(self, directory):
        self.directory = directory
        (directory / "blobs/sha256").mkdir(parents=True)
        self.entries = []

    def blob(self, content, media_type, **members):
        if isinstance(content, dict):
            content = json.dumps(content).encode()
        digest = hashlib.sha256(content).hexdigest()
        (self.directory / "blobs/sha256" / digest).write_bytes(content)
        return {"mediaType": media_type, "digest": f"sha256:{digest}", "size": len(content), **members}

    def image(self, platform, layers, run=None, history=(), annotations=None, **config):
        """The descriptor of a manifest. `layers` are tar archives."""
        stated = dict(zip(["os", "architecture", "variant"], platform))
        document = {
            **stated, "created": "2026-11-30T08:15:00Z", **config, "config": run or {}, "history": list(history),
            "rootfs": {"type": "layers", "diff_ids": ["sha256:" + hashlib.sha256(l).hexdigest() for l in layers]},
        }
        manifest = {
            "schemaVersion": 2, "mediaType": MANIFEST, "config": self.blob(document, CONFIG),
            "layers": [self.blob(layer, LAYER) for layer in layers], **({"annotations": annotations} if annotations else {}),
        }
        return self.blob(manifest, MANIFEST, platform=stated)

    def index(self, name, images, annotations=None):
        index = {
            "schemaVersion": 2, "mediaType": INDEX, "manifests": images,
            **({"annotations": annotations} if annotations else {}),
        }
        self.entries.append(self.blob(index, INDEX, annotations={REFERENCE: name}))

    def name(self, name, image):
        self.entries.append({**image, "annotations": {REFERENCE: name}})

    def write(self):
        (self.directory / "oci-layout").write_text('{"imageLayoutVersion":"1.0.0"}')
        index = {"schemaVersion": 2, "mediaType": INDEX, "manifests": self.entries}
        (self.directory / "index.json").write_text(json.dumps(index))


def tar(*files):
    """A tar of files: path, content and mode."""
    result = io.BytesIO()
    with tarfile.open(fileobj=result, mode="w", format=tarfile.PAX_FORMAT) as archive:
        for path, content, mode in files:
            member = tarfile.TarInfo(path)
            member.size, member.mode = len(content), mode
            archive.addfile(member, io.BytesIO(content))
    return result.getvalue()


def programs(fixtures):
    """The static program of each platform, from archives of docker save."""
    found = {}
    for name in PLATFORMS:
        with tarfile.open(fixtures / f"docker20/hello-{name}.tar") as archive:
            for layer in json.load(archive.extractfile("manifest.json"))[0]["Layers"]:
                with tarfile.open(fileobj=archive.extractfile(layer)) as files:
                    for member in files.getmembers():
                        if member.name == "bin/hello":
                            found[name] = files.extractfile(member).read()
    return found


def usual(directory, programs):
    """An image for four platforms, of which one has the program of another and one does not start, and another image."""
    layout, noise = Layout(directory), random.Random(1)
    data = [tar((f"usr/share/base{number}", noise.randbytes(size), 0o644)) for number, size in enumerate([700_000, 240_000])]
    images = []
    for architecture, platform in PLATFORMS.items():
        program = programs["amd64" if architecture == "s390x" else architecture]
        mode = 0o644 if architecture == "armv7" else 0o755
        own = [
            tar(("usr/bin/server", program, mode)), tar((f"usr/lib/{architecture}", noise.randbytes(410_000), 0o644)),
            tar(("etc/server.conf", b"listen = 8080\n", 0o644)),
        ]
        run = {
            "Entrypoint": ["/usr/bin/server"], "Cmd": ["--config", "/etc/server.conf"], "User": "1000:1000",
            "WorkingDir": "/srv", "StopSignal": "SIGTERM", "ExposedPorts": {"8080/tcp": {}, "9090/tcp": {}},
            "Volumes": {"/srv/data": {}},
            "Env": ["PATH=/usr/local/bin:/usr/bin:/bin", "LANG=C.UTF-8", "MODE=production", "CACHE_SIZE=256M"],
            "Labels": {
                "org.opencontainers.image.source": "https://git.example/shop/web",
                "org.opencontainers.image.version": "2.4.1", "team": "web",
            },
            "Healthcheck": {"Test": ["CMD", "/usr/bin/server", "--ping"], "Interval": 30_000_000_000, "Retries": 3},
        }
        steps = [
            "ADD base0 /usr/share/", "ADD base1 /usr/share/", "COPY server /usr/bin/server",
            "RUN set -eux;  \t install -d /usr/lib  && fetch-libraries --verify --target /usr/lib", "COPY server.conf /etc/",
        ]
        history = [{"created": "2026-11-30T08:14:00Z", "created_by": step} for step in steps]
        history.append({"created": "2026-11-30T08:15:00Z", "created_by": "ENTRYPOINT [\"/usr/bin/server\"]", "empty_layer": True})
        notes = {"org.opencontainers.image.base.name": "registry.example/base:12"}
        images.append(layout.image(platform.split("/"), data + own, run, history, notes))
    layout.index("registry.example/shop/web:2.4.1", images, {"org.opencontainers.image.revision": "4f2c91d"})
    layout.name("registry.example/shop/tools:1.0", images[0])
    layout.write()


TEXTS = [
    "<script>document.title='owned'</script>", "\"><img src=x onerror=document.title='owned'>",
    "' onmouseover='document.title=1' x='", "javascript:alert(1)", "https://evil.example/?a=1&b=<2>",
    "</style></td></table></main></body></html>", "<a href=\"javascript:alert(1)\">click</a>", "<!-- ", "&lt;b&gt;&amp;",
    "\u202egnp.exe\u2066", "nul\u0000 esc\u001b[31m del\u007f", "zero\u200bwidth\ufeff", "line\nbreak\ttab\rreturn",
    "\u05e9\u05dc\u05d5\u05dd 123", "\U000e0041tag", "<svg/onload=alert(1)>", "{{7*7}} ${7*7}", "\\u{202e}",
]


def hostile(directory, programs):
    """The same text in every place of the documents that a page shows."""
    layout = Layout(directory)
    everything = {text: text for text in TEXTS}
    run = {
        "Entrypoint": ["/bin/<img src=x onerror=alert(1)>"] + TEXTS, "Cmd": TEXTS, "User": TEXTS[0], "WorkingDir": TEXTS[1],
        "StopSignal": TEXTS[2], "ExposedPorts": {text: {} for text in TEXTS}, "Volumes": {text: {} for text in TEXTS},
        "Env": TEXTS + [f"{text}={text}" for text in TEXTS], "Labels": {**everything, "long": "A" * 100_000,
        "long text": "<b> & \u202e" * 8_000}, "Healthcheck": {"Test": TEXTS},
    }
    history = [{"created": text, "created_by": text} for text in TEXTS] + [{"created_by": "<i>" * 20_000}]
    layer = tar(("bin/<img src=x onerror=alert(1)>", programs["s390x"], 0o644))
    images = [
        layout.image(["linux", architecture], [layer], run, history, everything, created=TEXTS[0])
        for architecture in ["amd64", "s390x"]
    ]
    for number, text in enumerate(TEXTS):
        odd = layout.image([text, text], [layer], run, annotations={text: text})
        layout.index(f"{text}{number}", images + [odd], everything)
    kind = f"application/x+{TEXTS[1]}"
    artifact = {
        "schemaVersion": 2, "mediaType": MANIFEST, "artifactType": kind, "config": layout.blob({}, "application/vnd.oci.empty.v1+json"),
        "layers": [layout.blob(b"x", kind)],
    }
    layout.name(TEXTS[0], layout.blob(artifact, MANIFEST, artifactType=kind))
    layout.write()
    for name in ["<img src=x>", "\u202eevil"]:
        (directory / name).write_text("not a part of an image")


def many(directory, programs, count=300):
    layout = Layout(directory)
    base = tar(("usr/share/base", b"b" * 3_000, 0o644))
    for number in range(count):
        images = [
            layout.image(["linux", architecture], [base, tar((f"app{number}", programs[architecture], 0o755))], {"Cmd": [f"/app{number}"]})
            for architecture in ["amd64", "arm64"]
        ]
        layout.index(f"registry.example/fleet/app-{number:03}:1.{number}", images)
    layout.write()
