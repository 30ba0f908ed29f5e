extension HelpTopic {
    static let transfer = HelpTopic(
        name: "transfer",
        summary: "bundles of many images, loaders, increments, volumes and compression",
        commands: ["merge", "copy", "pack", "push", "verify"],
        blocks: [
            .heading("Loaders"),
            .paragraph(
                """
                X.tar, X.tar.gz and X.tar.zst hold every platform and every name. Loaders take from them:
                """),
            .terms([
                .init(
                    form: "docker load",
                    meaning: """
                        Engines 20 to 29. All platforms with the containerd image store, else the default platform. \
                        Old engines read .tar and .tar.gz, but not .tar.zst.
                        """),
                .init(
                    form: "ctr images import --all-platforms, kind, k3s",
                    meaning: """
                        Every platform and name. containerd 1.6 reads only .tar. ctr imports nothing without a name, \
                        so use -t. If X.tar has artifacts, ctr unpacks all images, then exits with 1; --no-unpack \
                        avoids that. kind needs every attestation that the index names.
                        """),
                .init(
                    form: "podman load, buildah",
                    meaning: """
                        The platform of the machine. podman load takes several names from the list for docker, so the \
                        default platform.
                        """),
                .init(
                    form: "skopeo copy --all oci-archive:X.tar",
                    meaning: """
                        Every platform. If X.tar has several names, add :TAG, or the full name if two images share \
                        the tag. As docker-archive: it reads one platform.
                        """),
                .init(form: "crane", meaning: "The default platform."),
                .init(form: "docker before 1.10", meaning: "Only a docker-archive:PATH."),
                .init(form: "umoci", meaning: "No index of several platforms; select one with --platform."),
            ]),
            .paragraph(
                """
                For an old engine on s390x, write that platform alone: --platform linux/s390x. The archive is the \
                same on every machine. A layout that passes through an archive keeps its digests.
                """),
            .heading("Many images"),
            .paragraph(
                """
                pack puts many images into one archive, each under its own name. The receiver loads it, or sends every \
                image to a registry with push --all. A list of images is plain text, a lock file or YAML: see \
                ocimerge help pack.
                """),
            .examples([
                CommandExample(
                    line: "ocimerge pack --list images.yaml --lock images.lock -o bundle.tar",
                    what: "Pack all images and record their digests."),
                CommandExample(
                    line: "ocimerge pack --list images.yaml --locked images.lock -o bundle.tar",
                    what: "Pack the same digests again; a tag that has moved is an error."),
                CommandExample(
                    line: "ocimerge verify bundle.tar --expect receipt.json",
                    what: "Prove that everything arrived that pack --receipt has recorded."),
                CommandExample(
                    line: "ocimerge push bundle.tar --all registry.example/mirror", what: "Send all to a registry."),
            ]),
            .paragraph(
                """
                docker and podman load an image that is named by its digest without a name. ctr finds it by \
                REPO@DIGEST. Artifacts such as charts are in the archive, but docker and podman load only images.
                """),
            .heading("Increments"),
            .paragraph(
                """
                pack writes every document and the blobs that the receiver lacks. --since BASE names what the \
                receiver has: an archive, a layout, an earlier increment, or a list of digests. Lists come from \
                inspect --blobs, ls blobs/sha256 or sha256sum.
                """),
            .examples([
                CommandExample(
                    line: "ocimerge pack multi/ --since week1.tar -o week2.tar", what: "Write what is new."),
                CommandExample(
                    line: "ocimerge week2.tar --update -o mirror/", what: "Complete it at the receiver."),
                CommandExample(
                    line: "ocimerge push week2.tar --all registry.example/mirror",
                    what: "Complete it in the registry to which the base was pushed."),
            ]),
            .paragraph(
                """
                Layers in the layout of the receiver are verified before an increment relies on them. Those in a \
                registry were verified at their upload. push looks for omitted blobs in the repositories of the \
                images that it pushes. Blobs that are missing on both sides are listed, and nothing is written.
                """),
            .paragraph(
                """
                Engines complete an increment from layers that they have. Load the base first. Without the base, some \
                engines keep an incomplete image:
                """),
            .terms([
                .init(
                    form: "docker load",
                    meaning: """
                        Completes the default platform. Without the base: exit 1, and no image. Images that the \
                        archive lists earlier are loaded.
                        """),
                .init(
                    form: "docker load, containerd image store",
                    meaning: """
                        Without the base: "Error unpacking image", exit 0, and AN INCOMPLETE IMAGE STAYS. With \
                        --platform P it exits with 1.
                        """),
                .init(
                    form: "ctr images import, kind, k3s",
                    meaning: """
                        Need all layers of the base in the content store: import it with --all-platforms. Without the \
                        base: exit 1, but THE NAME STAYS ON AN INCOMPLETE IMAGE. With --no-unpack even exit 0. ctr \
                        checks only the platform of the machine. List incomplete images with ctr images check. Remove \
                        them with ctr images rm.
                        """),
                .init(
                    form: "podman load, buildah pull",
                    meaning: """
                        Without the base: exit 125, and no image. podman load takes one name. For several, load the \
                        base and the increment by podman pull oci-archive:X.tar:NAME.
                        """),
                .init(
                    form: "skopeo copy --all --preserve-digests",
                    meaning: """
                        Completes the image in a repository that has the base. Without the base: exit 1, and no tag.
                        """),
            ]),
            .paragraph(
                """
                --reuse also omits layers whose content the receiver has in another compression. The image then names \
                those layers. Its digest changes; its ID stays.
                """),
            .heading("Volumes"),
            .paragraph(
                """
                --split 4095M writes X.tar.001, X.tar.002 and so on, and X.tar.sha256 for sha256sum -c. X.tar.001 is \
                the source for all of them. A kill while --split --force replaces old volumes can leave a mixed set. \
                It is refused as incomplete until the next run to the same place repairs it.
                """),
            .heading("Compression"),
            .paragraph(
                """
                --compress gzip[:LEVEL] or zstd[:LEVEL] compresses uncompressed layers (default: layers keep their \
                compression). --recompress also compresses compressed layers again. --compress none --recompress \
                decompresses layers. Every layer is verified against its diffID.
                """),
            .paragraph(
                """
                The bytes depend on the level alone, not on threads or the machine. All cores compress \
                one layer, as gzip members of 1 MiB or zstd frames of 4 MiB. Docker before 23 \
                reads no zstd layers.
                """),
        ])
}
