/// What help and man page say beside the rows of the command table. Plain ASCII, because roff is.
enum ReferenceText {
    static let summary = "join container images in files into multi-architecture images"
    static let introduction = """
        ocimerge works on container images in files and registries: OCI image layouts, OCI archives and docker save \
        tarballs. Without a daemon, without root, without a network it joins single-architecture images into one \
        multi-architecture image, and pushes it at the end.
        """
    static let usage = ["ocimerge SOURCE... -o DEST [OPTION]...", "ocimerge COMMAND [OPTION]... [ARGUMENT]..."]

    static let sources = [
        (form: "PATH", meaning: "A file or directory; its format is detected from the content, never from the name."),
        (form: "-", meaning: "An archive on standard input."),
        (form: "PATH.001", meaning: "All volumes of an archive that was split, by the first of them."),
        (form: "PATH:NAME", meaning: "The image of that name, where PATH holds several."),
        (form: "PATH@sha256:HEX", meaning: "The image of that digest, where PATH holds several."),
        (
            form: "oci:PATH, oci-archive:PATH, docker-archive:PATH, dir:PATH",
            meaning: "The same, with the format stated instead of detected."
        ),
        (
            form: "docker://HOST/REPO[:TAG][@DIGEST]",
            meaning: "An image in a registry. Its layers are read where their bytes are needed and nowhere else."
        ),
        (form: "SOURCE=PLATFORM", meaning: "The same image, declared to be PLATFORM whatever its metadata says."),
    ]
    static let sourcesNote = """
        The longest existing path before a : or @ is the path. A file named like a command is written ./inspect, one \
        that starts with a dash after --. A platform is os/architecture[/variant][:os.version], as in linux/arm/v7.
        """
    static let destinations = [
        (form: "DIR/", meaning: "An OCI image layout. Where something exists, --update or --force must be given."),
        (
            form: "X.tar, X.tar.gz, X.tar.zst",
            meaning: """
            One archive that docker load (old and new), ctr, podman and skopeo take. .tgz, .tzst, .tar.xz, .tar.bz2 \
            and .tar.lz4 are known too; with a slash behind it, such a name is a directory's.
            """
        ),
        (form: "-", meaning: "That archive on standard output; the report goes to standard error."),
        (
            form: "oci:DIR, oci-archive:PATH, docker-archive:PATH, dir:DIR",
            meaning: """
            Exactly that format: a docker-archive holds one platform of each image, a dir: one image without its names.
            """
        ),
        (
            form: "docker://HOST/REPO[:TAG]",
            meaning: "A registry: what it lacks is sent, what its other repositories have is mounted, tags come last."
        ),
    ]
    static let exitCodes = [
        (form: "0", meaning: "Done."),
        (form: "1", meaning: "Failed: bad input, a read, write or network error, or a conflict between sources."),
        (form: "2", meaning: "Wrong usage."),
    ]
}
