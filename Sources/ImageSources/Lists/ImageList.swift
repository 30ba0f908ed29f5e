package import ByteIO
package import ImageModel

/// A list of images in a file: plain text, or YAML as Kubernetes and Compose read it.
///
/// The content decides which of both the file is. It is YAML if its first line that is neither blank nor a comment
/// starts with `{`, `[`, `%`, a quote, `---`, `- ` or `? `, or if the first word of this line ends with a colon, as a
/// key does. No reference and no path of an image ends with a colon.
package struct ImageList: Sendable {
    package static let sizeLimit = 20 << 20

    /// `-` is standard input.
    package let path: String
    package let isYAML: Bool
    /// In the order of the file. An image that is listed twice appears twice.
    package let images: [ListedImage]
    /// The lines of YAML with a value of `image` that is no text, and in which no image was found.
    package private(set) var skipped: [Int] = []
    /// The file as it was read.
    package let bytes: [UInt8]

    package init(reading path: String) throws(ImageListErrors) {
        let bytes: [UInt8]
        do throws(IOFailure) { bytes = try SmallInput.bytes(of: path, limit: Self.sizeLimit) } catch {
            throw ImageListErrors([ImageListError(file: path, line: nil, .unreadable(error))])
        }
        try self.init(path: path, bytes)
    }

    package init(path: String, _ bytes: [UInt8]) throws(ImageListErrors) {
        (self.path, self.bytes) = (path, bytes)
        isYAML = TextLines(bytes).contains(whereFirst: Self.startsYAML)
        var errors: [ImageListError] = []
        if isYAML {
            images = YAMLList.images(bytes, path, skipped: &skipped, &errors)
        } else {
            images = PlainList(path: path).images(bytes, &errors)
        }
        if !errors.isEmpty { throw ImageListErrors(errors) }
    }

    /// The lists of a command line. The errors of all of them are reported together.
    package static func all(reading paths: [String]) throws(ImageListErrors) -> [ImageList] {
        var lists: [ImageList] = []
        var errors: [ImageListError] = []
        for (number, path) in paths.enumerated() {
            if path == "-", paths[..<number].contains("-") {
                errors.append(ImageListError(file: path, line: nil, .standardInputTwice))
                continue
            }
            do throws(ImageListErrors) { lists.append(try ImageList(reading: path)) } catch { errors += error.errors }
        }
        if !errors.isEmpty { throw ImageListErrors(errors) }
        return lists
    }

    private static func startsYAML(_ line: ArraySlice<UInt8>) -> Bool {
        let word = line.prefix { !TextLines.isBlank($0) }
        guard let first = word.first, let last = word.last else { return false }
        return last == UInt8(ascii: ":") || "{[%\"'".utf8.contains(first)
            || ["---", "-", "?"].contains { word.elementsEqual($0.utf8) }
    }
}

/// An image that a list names.
package struct ListedImage: Sendable, Equatable {
    /// The bytes of a reference in its list, without `docker://`, quotes and a platform.
    package struct Spelling: Sendable, Equatable {
        package let bytes: Range<Int>
        /// Whether it is a scalar of YAML without quotes.
        package let isPlainScalar: Bool
    }

    /// The text of a source, as `SourceReference` parses it. A reference has `docker://` before it. A path may not
    /// exist.
    package let source: String
    /// Whether the image is in a registry. Always true in YAML.
    package let isReference: Bool
    /// The second word of a line; `nil` if there is none.
    package let name: ImageName?
    /// The list as typed; `-` is standard input.
    package let file: String
    /// Counted from 1.
    package let line: Int
    /// `nil` for a path.
    package let spelling: Spelling?

    package init(
        source: String, isReference: Bool, name: ImageName? = nil, file: String, line: Int, spelling: Spelling? = nil
    ) {
        self.source = source
        self.isReference = isReference
        self.name = name
        self.file = file
        self.line = line
        self.spelling = spelling
    }
}

/// All errors of lists, in the order of the files and of their lines.
package struct ImageListErrors: Error, Sendable {
    /// At least one.
    package let errors: [ImageListError]

    package init(_ errors: [ImageListError]) {
        self.errors = errors
    }
}

/// Why a list, or a line of it, cannot be used. Facts only.
package struct ImageListError: Error, Sendable {
    package enum Reason: Sendable {
        case unreadable(IOFailure)
        case standardInputTwice
        /// Bytes that are not UTF-8, or a NUL.
        case notText
        /// Plain text without an image.
        case empty
        case tooManyWords
        case tooManyLines(limit: Int)
        case malformedName(String)
        case source(SourceError)
        /// `hasExpressions`: whether `{{` occurs in the file, so that it may be a template.
        case yaml(YAMLError.Reason, hasExpressions: Bool)
        /// YAML without a document that has one of the keys `kind` and `services`.
        case noDocument
        /// An expression of a template, or a variable.
        case expression(String)
        /// A transport before a reference in YAML, with its colon.
        case transport(String, in: String)
        /// The digest of a local image, which is in no registry.
        case imageID(String)
        case tag(String)
        /// In a lock file: a source without a digest.
        case notLocked(String)
        /// In a lock file: a reference with another digest than before.
        case lockedTwice(String, Digest)
        case unknownAlias(String)
    }

    package let file: String
    /// Counted from 1; `nil` if the error concerns the whole file.
    package let line: Int?
    package let reason: Reason

    package init(file: String, line: Int?, _ reason: Reason) {
        self.file = file
        self.line = line
        self.reason = reason
    }
}
