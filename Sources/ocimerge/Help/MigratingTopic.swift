extension HelpTopic {
    static let migrating = HelpTopic(
        name: "migrating",
        summary: "the commands of other tools, and what to write instead",
        commands: [],
        blocks: [
            .paragraph(
                """
                R:T is a reference such as registry.example/app:1.0. A and B are references or files. A verb of \
                another tool is an error that shows the command to write.
                """),
            .heading("docker"),
            .examples([
                instead("docker manifest create R:T A B; docker manifest push R:T", joins),
                instead("docker manifest annotate R:T B --arch arm --variant v7", "docker://B=linux/arm/v7 as SOURCE"),
                instead("docker manifest inspect R:T", "ocimerge inspect docker://R:T (--raw, --json, --platforms)"),
                instead("docker manifest rm R:T, docker manifest push --purge", "nothing: there is no local list"),
                instead("docker buildx imagetools create -t R:T A B", joins),
                instead("docker buildx imagetools inspect --raw R:T", "ocimerge inspect --raw docker://R:T"),
                instead("docker save app -o app.tar; skopeo copy ...", "docker save app | ocimerge - -o app/"),
                instead("docker login", "ocimerge login, or docker login: the files are the same"),
            ]),
            .heading("manifest-tool"),
            .examples([
                instead("manifest-tool inspect R:T, mquery R:T", "ocimerge inspect docker://R:T"),
                instead("manifest-tool push from-spec FILE", "ocimerge push --spec FILE (--ignore-missing)"),
                instead(
                    "manifest-tool push from-args --template R:OS-ARCH --target R:T",
                    "ocimerge docker://R:linux-amd64 docker://R:linux-arm64 -o docker://R:T"),
            ]),
            .heading("crane, regctl"),
            .examples([
                instead("crane index append -m A -m B -t R:T", joins),
                instead("regctl index create R:T --ref A --ref B", joins),
                instead(
                    "crane index filter R:T --platform P -t R:U",
                    "ocimerge copy docker://R:T docker://R:U --platform P"),
                instead("crane push x.tar R:T, regctl image import R:T x.tar", "ocimerge push x.tar R:T"),
                instead("crane pull R:T x.tar, regctl image export R:T x.tar", "ocimerge pull R:T x.tar"),
                instead("crane cp A B, regctl image copy A B", "ocimerge copy docker://A docker://B"),
                instead("crane digest R:T", "ocimerge digest docker://R:T"),
                instead("crane ls R", "ocimerge ls docker://R"),
                instead("crane validate --tarball x.tar", "ocimerge verify x.tar"),
                instead(
                    "crane append -b B -f layer.tar -t R:T",
                    "ocimerge edit docker://B --add-layer layer.tar -o docker://R:T"),
                instead("crane mutate, regctl image mod", "ocimerge edit SOURCE --label K=V --env K=V -o DEST"),
                instead("crane tag, regctl tag", "ocimerge copy docker://R:T docker://R:U"),
            ]),
            .heading("skopeo, buildah, podman"),
            .examples([
                instead("skopeo copy --all docker://A docker://B", "ocimerge copy docker://A docker://B"),
                instead("skopeo copy --all oci:DIR docker://R:T", "ocimerge push DIR R:T"),
                instead("skopeo sync --src dir --dest docker DIR PREFIX", "ocimerge push DIR --all PREFIX"),
                instead(
                    "buildah manifest create L; buildah manifest add L A; buildah manifest push",
                    "ocimerge A B -o docker://R:T"),
                instead("umoci config, umoci insert", "ocimerge edit DIR --env K=V --add-layer DIR2 --in-place"),
                instead("umoci gc --layout DIR", "ocimerge gc DIR"),
                instead("skopeo login, podman login", "ocimerge login, or theirs: the files are the same"),
            ]),
        ])

    private static let joins = "ocimerge docker://A docker://B -o docker://R:T"

    private static func instead(_ line: String, _ command: String) -> CommandExample {
        CommandExample(line: line, what: command)
    }
}
