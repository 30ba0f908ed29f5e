package import ImageModel

/// Layouts of one image for two platforms, with the entries and artifacts that oras, regctl, BuildKit, cosign and Helm
/// add to them.
package struct ToolLayout: Sendable, CustomStringConvertible {
    package let tool: String
    package private(set) var layout = HandmadeLayout()
    /// Of the index of both platforms.
    package private(set) var image: Digest
    /// The names of the image, as ocimerge prints them.
    package private(set) var names: [String] = []
    package private(set) var artifacts: [Digest] = []
    /// The artifacts and lists of referrers that belong to the image, by the names of their entries.
    package private(set) var tags: [String] = []
    private let index: String
    private let children: [String]

    package var description: String { tool }

    package static let all: [ToolLayout] = [
        orasTag, orasCopy, regctl, regctlExport, buildx, cosign, helm,
    ]

    package static var artifactType: String { "application/spdx+json" }

    private init(_ tool: String, attested: Bool = false) {
        self.tool = tool
        let platforms = ["amd64", "arm64"]
        var entries: [String] = []
        for architecture in platforms {
            let platform = #","platform":{"architecture":"\#(architecture)","os":"linux"}"#
            entries.append(layout.blob(Self.manifest(architecture, &layout), HandmadeLayout.manifest, more: platform))
        }
        children = entries
        if attested {
            let statement = layout.blob(#"{"predicateType":"x"}"#, "application/vnd.in-toto+json")
            let config = layout.blob(
                #"{"architecture":"unknown","os":"unknown","rootfs":{"type":"layers","diff_ids":["\#(Digest(of: Array(#"{"predicateType":"x"}"#.utf8)))"]}}"#,
                HandmadeLayout.config)
            let subject = Digest(of: Array(Self.manifest(platforms[0], &layout).utf8))
            entries.append(
                layout.blob(
                    HandmadeLayout.manifest(config: config, layers: [statement]), HandmadeLayout.manifest,
                    more: #","annotations":{"vnd.docker.reference.digest":"\#(subject)","#
                        + #""vnd.docker.reference.type":"attestation-manifest"},"#
                        + #""platform":{"architecture":"unknown","os":"unknown"}"#))
        }
        index = HandmadeLayout.index(entries)
        image = Digest(of: Array(index.utf8))
    }

    private static func manifest(_ architecture: String, _ layout: inout HandmadeLayout) -> String {
        let tar = TarBuilder.archive([("etc/motd", Array("\(architecture)\n".utf8))])
        let layer = layout.blob(tar, HandmadeLayout.layer)
        let config = layout.blob(
            #"{"architecture":"\#(architecture)","os":"linux","rootfs":{"type":"layers","diff_ids":["\#(Digest(of: tar))"]}}"#,
            HandmadeLayout.config)
        return HandmadeLayout.manifest(config: config, layers: [layer])
    }

    private mutating func entry(_ name: String?, _ reference: String?, as full: String? = nil) {
        layout.entries.append(layout.blob(index, HandmadeLayout.index, more: Self.annotations(name, reference)))
        if let full = full ?? name ?? reference { names.append(full) }
    }

    private static func annotations(_ name: String?, _ reference: String?) -> String {
        let members = [("io.containerd.image.name", name), ("org.opencontainers.image.ref.name", reference)].compactMap
        {
            key, value in value.map { #""\#(key)":"\#($0)""# }
        }
        return members.isEmpty ? "" : #","annotations":{\#(members.joined(separator: ","))}"#
    }

    /// Stores an artifact and returns its descriptor. `subject` is the descriptor of the manifest to which it refers.
    private mutating func artifact(
        _ content: String, subject: String?, config type: String? = nil, more: String = ""
    ) -> String {
        let layer = layout.blob(content, Self.artifactType)
        let config = layout.blob("{}", type ?? "application/vnd.oci.empty.v1+json")
        let members =
            (type == nil ? #","artifactType":"\#(Self.artifactType)""# : "")
            + (subject.map { #","subject":\#($0)"# } ?? "")
        let manifest = HandmadeLayout.manifest(config: config, layers: [layer], more: members)
        artifacts.append(Digest(of: Array(manifest.utf8)))
        return layout.blob(manifest, HandmadeLayout.manifest, more: more)
    }

    private var indexDescriptor: String { HandmadeLayout.descriptor(Array(index.utf8), HandmadeLayout.index) }

    /// A layout of ocimerge or umoci after `oras tag --oci-layout L:1 keep`: the new entry is a copy of the old one.
    private static var orasTag: ToolLayout {
        var made = ToolLayout("oras tag")
        made.entry("docker.io/demo/u:1", "1")
        made.entry("docker.io/demo/u:1", "keep", as: "docker.io/demo/u:keep")
        return made
    }

    /// `oras cp -r --to-oci-layout R:1 L:1`: each manifest is an entry, and only the index has a name.
    private static var orasCopy: ToolLayout {
        var made = ToolLayout("oras cp -r")
        made.layout.entries += made.children
        made.layout.entries.append(
            made.artifact("sbom", subject: made.indexDescriptor, more: #","artifactType":"\#(artifactType)""#))
        made.layout.entries.append(
            made.artifact(
                "signature", subject: made.children[0].withoutPlatform, more: #","artifactType":"\#(artifactType)""#))
        made.entry(nil, "1")
        return made
    }

    /// `regctl image copy --referrers --digest-tags R:1 ocidir://L:1`: referrers are only in lists under their tags.
    private static var regctl: ToolLayout {
        var made = ToolLayout("regctl image copy --referrers")
        made.entry(nil, "1")
        let subjects = [made.indexDescriptor, made.children[0].withoutPlatform]
        for subject in subjects {
            let artifact = made.artifact(
                "about \(subject)", subject: subject, more: #","artifactType":"\#(artifactType)""#)
            let digest = subject.split(separator: #""digest":"sha256:"#).last?.prefix(64) ?? ""
            made.tags.append("sha256-\(digest)")
            made.layout.entries.append(
                made.layout.blob(
                    HandmadeLayout.index([artifact]), HandmadeLayout.index, more: annotations(nil, "sha256-\(digest)")))
        }
        return made
    }

    /// `regctl image export` of an index with one entry: the child has the name of the index.
    private static var regctlExport: ToolLayout {
        var made = ToolLayout("regctl image export")
        made.entry("docker.io/demo/u:1", "1")
        let child = made.children[0].dropLast()
        made.layout.entries.append(String(child) + annotations("docker.io/demo/u:1", "1") + "}")
        return made
    }

    /// `docker buildx build -t demo/u:1 -t demo/u:2 -o type=oci` with provenance, then `oras tag`.
    private static var buildx: ToolLayout {
        var made = ToolLayout("buildx, then oras tag", attested: true)
        made.entry("docker.io/demo/u:1", "1")
        made.entry("docker.io/demo/u:2", "2")
        made.entry("docker.io/demo/u:1", "keep", as: "docker.io/demo/u:keep")
        return made
    }

    /// `cosign save`, or a mirror of a repository: the signature has the config of an image.
    private static var cosign: ToolLayout {
        var made = ToolLayout("cosign")
        made.entry(nil, "1")
        let layer = made.layout.blob("{}\n", "application/vnd.dev.cosign.simplesigning.v1+json")
        let config = made.layout.blob(
            #"{"architecture":"","os":"","rootfs":{"type":"layers","diff_ids":["\#(Digest(of: Array("{}\n".utf8)))"]}}"#,
            HandmadeLayout.config)
        let manifest = HandmadeLayout.manifest(config: config, layers: [layer])
        made.artifacts.append(Digest(of: Array(manifest.utf8)))
        made.tags.append("sha256-\(made.image.hex).sig")
        made.layout.entries.append(
            made.layout.blob(
                manifest, HandmadeLayout.manifest, more: annotations(nil, "sha256-\(made.image.hex).sig")))
        return made
    }

    /// `oras cp` of an image and of a Helm chart, which has a name of its own and refers to nothing.
    private static var helm: ToolLayout {
        var made = ToolLayout("helm")
        made.entry(nil, "1")
        made.layout.entries.append(
            made.artifact(
                "chart", subject: nil, config: "application/vnd.cncf.helm.config.v1+json",
                more: annotations(nil, "chart-0.1.0")))
        return made
    }
}

extension String {
    fileprivate var withoutPlatform: String {
        guard let end = firstRange(of: #","platform""#) else { return self }
        return String(self[..<end.lowerBound]) + "}"
    }
}
