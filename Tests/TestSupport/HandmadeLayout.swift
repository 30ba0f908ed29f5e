internal import ImageModel

/// An OCI image layout made of plain-text documents. A test can make any of them invalid.
package struct HandmadeLayout: Sendable {
    /// Paths in the layout and contents, in the order of an archive.
    package private(set) var files: [(name: String, content: [UInt8])] = []
    /// The entries of `index.json`.
    package var entries: [String] = []

    package init() {}

    package static let config = "application/vnd.oci.image.config.v1+json"
    package static let index = "application/vnd.oci.image.index.v1+json"
    package static let layer = "application/vnd.oci.image.layer.v1.tar"
    package static let manifest = "application/vnd.oci.image.manifest.v1+json"

    /// A layer with one file.
    package static let tar = TarBuilder.archive([("etc/motd", Array("hello\n".utf8))])

    /// Stores a blob and returns its descriptor. `more` holds further members, each after a comma.
    package mutating func blob(_ content: [UInt8], _ mediaType: String, more: String = "") -> String {
        put(content)
        return Self.descriptor(content, mediaType, more: more)
    }

    package mutating func blob(_ content: String, _ mediaType: String, more: String = "") -> String {
        blob(Array(content.utf8), mediaType, more: more)
    }

    /// Stores a file under the digest of `content`, or under another name.
    package mutating func put(_ content: [UInt8], as name: String? = nil) {
        files.append((name ?? Self.path(content), content))
    }

    /// Replaces the content of a blob and keeps its name.
    package mutating func damage(_ content: [UInt8], with other: [UInt8]) {
        files = files.map { $0.name == Self.path(content) ? ($0.name, other) : $0 }
    }

    package static func path(_ content: [UInt8]) -> String { "blobs/sha256/\(Digest(of: content).hex)" }

    package static func descriptor(_ content: [UInt8], _ mediaType: String, more: String = "") -> String {
        descriptor("\(Digest(of: content))", size: "\(content.count)", mediaType, more: more)
    }

    package static func descriptor(
        _ digest: String, size: String, _ mediaType: String, more: String = ""
    ) -> String {
        #"{"mediaType":"\#(mediaType)","digest":"\#(digest)","size":\#(size)\#(more)}"#
    }

    package static func manifest(config: String, layers: [String], more: String = "") -> String {
        #"{"schemaVersion":2,"mediaType":"\#(manifest)","config":\#(config),"#
            + #""layers":[\#(layers.joined(separator: ","))]\#(more)}"#
    }

    package static func index(_ entries: [String], more: String = "") -> String {
        #"{"schemaVersion":2,"mediaType":"\#(index)","manifests":[\#(entries.joined(separator: ","))]\#(more)}"#
    }

    /// A config for linux/amd64 over layers with these diffIDs.
    package static func config(diffIDs: [String], more: String = "") -> String {
        let list = diffIDs.map { "\"\($0)\"" }.joined(separator: ",")
        return #"{"architecture":"amd64","os":"linux"\#(more),"rootfs":{"type":"layers","diff_ids":[\#(list)]}}"#
    }

    /// Further members of a descriptor: the name of the image in containerd's annotation.
    package static func named(_ name: String) -> String {
        #","annotations":{"io.containerd.image.name":\#(quoted(name))}"#
    }

    package static let platform = #","platform":{"os":"linux","architecture":"amd64"}"#

    package static func quoted(_ text: String) -> String {
        String(decoding: JSONText.string(text).bytes, as: UTF8.self)
    }

    /// Adds a valid image for linux/amd64 and returns the descriptor of its manifest.
    package mutating func image(more: String = "", layers: [[UInt8]] = [tar]) -> String {
        let stored = layers.map { blob($0, Self.layer) }
        let config = blob(Self.config(diffIDs: layers.map { "\(Digest(of: $0))" }), Self.config)
        return blob(Self.manifest(config: config, layers: stored), Self.manifest, more: more)
    }

    /// A layout that lists one manifest for that many platforms. Its config has 2,000 labels: `label 0` and so on.
    package static func listing(oneManifest count: Int) -> HandmadeLayout {
        var layout = HandmadeLayout()
        let labels = (0..<2_000).map { #""label \#($0)":"a value of usual length""# }.joined(separator: ",")
        let more = #","config":{"Labels":{\#(labels)}}"#
        let config = layout.blob(Self.config(diffIDs: ["\(Digest(of: tar))"], more: more), Self.config)
        let manifest = Self.manifest(config: config, layers: [layout.blob(tar, layer)])
        layout.put(Array(manifest.utf8))
        layout.entries = (0..<count).map { version in
            let platform = #","platform":{"os":"linux","architecture":"amd64","os.version":"\#(version)"}"#
            return descriptor(Array(manifest.utf8), Self.manifest, more: platform)
        }
        return layout
    }

    /// All files, with `oci-layout` and `index.json`.
    package var complete: [(name: String, content: [UInt8])] {
        let top = [("oci-layout", #"{"imageLayoutVersion":"1.0.0"}"#), ("index.json", Self.index(entries))]
        let given = Set(files.map(\.name))
        var seen: Set<String> = []
        return top.filter { !given.contains($0.0) }.map { ($0.0, Array($0.1.utf8)) }
            + files.filter { seen.insert($0.name).inserted }
    }

    package var archive: [UInt8] { TarBuilder.archive(complete.map { ($0.name, $0.content) }) }
}
