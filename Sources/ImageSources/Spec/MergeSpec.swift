package import ImageModel

/// What a spec file asks for: the YAML of manifest-tool, whose images are sources of ours. What manifest-tool takes from
/// its command line, `ignore-missing`, may stand in it too.
package struct MergeSpec: Equatable, Sendable {
    package struct Source: Equatable, Sendable {
        /// As on a command line, relative to the folder of the spec.
        package let text: String
        package let platform: Platform?
        package let line: Int

        package init(_ text: String, _ platform: Platform? = nil, line: Int) {
            self.text = text
            self.platform = platform
            self.line = line
        }
    }

    package struct Annotation: Equatable, Sendable {
        package let key: String
        package let value: String

        package init(_ key: String, _ value: String) {
            self.key = key
            self.value = value
        }
    }

    /// What the result is called: `image`, and the same repository with each of `tags`.
    package var names: [ImageName] = []
    /// Of the index.
    package var annotations: [Annotation] = []
    package var sources: [Source] = []
    package var ignoresMissing = false
    package var notes: [SpecNote] = []

    package init() {}
}

/// Worth saying, but no reason to stop.
package enum SpecNote: Equatable, Sendable {
    /// `features` of a platform, which the image specification reserves.
    case featuresIgnored(line: Int)
    case leftOut(path: String, line: Int)
    case notInRegistry(RegistryReference, line: Int)
}

/// A part of a spec.
package enum SpecPlace: Equatable, Sendable {
    case whole
    case value(of: String)
    case item(of: String)
    case key(of: String)
}
