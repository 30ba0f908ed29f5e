package import ImageModel

/// The content of a spec file: the YAML of manifest-tool, whose images are sources here. It may also contain
/// `ignore-missing`, an option on manifest-tool's command line.
package struct MergeSpec: Equatable, Sendable {
    package struct Source: Equatable, Sendable {
        /// As on the command line, relative to the folder of the spec.
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

    /// The names of the result: `image`, and its repository with each of `tags`.
    package var names: [ImageName] = []
    /// The annotations of the index.
    package var annotations: [Annotation] = []
    package var sources: [Source] = []
    package var ignoresMissing = false
    package var notes: [SpecNote] = []

    package init() {}
}

/// A warning about a spec.
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
