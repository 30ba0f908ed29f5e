extension HelpTopic {
    static let destinations = HelpTopic(
        name: "destinations",
        summary: "where a result is written, and under which names",
        commands: ["merge", "copy", "pack", "pull", "fix"],
        blocks: [
            .terms(ReferenceText.destinations),
            .paragraph(
                """
                The report says which kind was written. A destination that looks like the name of an image is \
                refused, and so is the suffix of another format. A trailing slash or ./ in front makes such a text a \
                path.
                """),
            .heading("Existing content"),
            .paragraph(
                """
                A layout is written to a new or empty directory. --update keeps its other images. --force replaces \
                the whole layout in one step, if the directory holds nothing else. --force replaces an archive by \
                rename. Until the result is complete, the old content stays.
                """),
            .paragraph(
                """
                --update that moves a name keeps the blobs of the old image; gc removes them. If a step after the \
                result fails, the error says that the result is complete. Leftovers that cannot be deleted are named \
                in a warning.
                """),
            .paragraph(
                """
                A new layout is as durable as a file that cp wrote; --sync flushes everything first. Existing \
                content is always flushed before it is replaced. A killed run leaves a hidden directory beside the \
                destination. The next run to the same destination removes it.
                """),
            .heading("Names"),
            .paragraph(
                """
                -t NAME names the result. A name is read as docker reads it: app is docker.io/library/app:latest. \
                Without -t the result keeps the names common to all sources. Sources that hold several named images \
                are joined by name, one index for each name.
                """),
            .paragraph(
                """
                Other tools find an image of a layout by its tag: skopeo inspect oci:multi:1.0. If two images of a \
                layout have the same tag, both have their full names: oci:apps:docker.io/demo/app-a:1.0.
                """),
            .heading("Result"),
            .paragraph(
                """
                One source alone is a copy, and its digests stay. Several sources, or --platform, give an index, \
                even an index of one image. Entries are sorted by platform. Attestations follow the images that they \
                describe, and their references are updated.
                """),
            .paragraph(
                """
                --annotation KEY=VALUE annotates the index, or the manifest of a single copied image. A prefix \
                selects another document: index:, manifest[PLATFORM]: or descriptor[PLATFORM]:.
                """),
            .paragraph(
                """
                --format docker or oci converts the media types of manifests, configs and layers. Image IDs stay; \
                digests of manifests change. A layer with a wrong compression label gets the right one, with a \
                warning.
                """),
            .paragraph(
                """
                A docker-archive has no manifest. Its report shows the digest that the image has in its source. An \
                image with a SHA-512 digest may get another digest in a registry, which computes SHA-256 for a tag. \
                The report then shows that digest.
                """),
        ])
}
