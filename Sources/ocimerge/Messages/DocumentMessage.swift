internal import ImageModel

extension GraphError: Reportable {
    var sentence: String {
        switch self {
        case .document(let digest, let error): "document \(digest) \(DocumentMessage.phrase(for: error))"
        case .edit(let digest, let error):
            "document \(digest) cannot be edited: it \(DocumentMessage.phrase(for: error))"
        case .tooDeep(let digest): "indexes are nested too deeply at \(digest)"
        case .tooManyListings(let count, let limit):
            "the indexes list \(count) images, counted once for each root; the limit is \(limit); select images by name"
        case .absentConfig(let manifest): "the config of image \(manifest) is absent; the source is incomplete"
        }
    }
}

extension BlobError: Reportable {
    var sentence: String {
        switch self {
        case .size(let path, let blob, let expected, let found):
            let size = found > expected ? "more than \(expected)" : "\(found)"
            return "blob \(blob) in \(FileMessage.name(path)) is damaged: \(expected) bytes expected, \(size) found"
        case .digest(let path, let expected, let found):
            return "blob \(expected) in \(FileMessage.name(path)) is damaged: its content has digest \(found)"
        case .content(let path, let layer, let expected, let found):
            return "layer \(layer) in \(FileMessage.name(path)) holds other content than its config says: "
                + "diffID \(expected) expected, \(found) found"
        case .notDecompressed(let path, let layer, let compression):
            return "layer \(layer) in \(FileMessage.name(path)) is damaged: its \(compression.rawValue) data cannot be "
                + "decompressed"
        }
    }
}

extension DocumentError: Reportable {
    var sentence: String { "a document \(DocumentMessage.phrase(for: self))" }
}

extension JSONEditError: Reportable {
    var sentence: String { "a document \(DocumentMessage.phrase(for: self))" }
}

extension JSONError: Reportable {
    var sentence: String { DocumentError.notJSON(self).sentence }
}

/// Phrases about the JSON documents of images.
enum DocumentMessage {
    static func phrase(for error: JSONEditError) -> String {
        switch error {
        case .malformed(let error): phrase(for: .notJSON(error))
        case .noSuchPlace: "lacks the member to change"
        }
    }

    /// Continues "<document> …".
    static func phrase(for error: DocumentError) -> String {
        switch error {
        case .notJSON(let error): return "is not valid JSON: \(reason(error.reason)) at byte \(error.offset)"
        case .notAnObject: return "is not a JSON object"
        case .ambiguous:
            return "is ambiguous: tools read it differently, so it is refused"
        case .schema1:
            return "is a schema 1 manifest, which is not supported; pull and save the image again with a current tool"
        case .wrongSchemaVersion(let version):
            return "has schemaVersion \(version.map(String.init) ?? "of the wrong type"), but 2 is required"
        case .member(let path, let expected):
            let place = path.isEmpty ? "its top" : TerminalText.part(path)
            return "is malformed: \(place) must be \(expected)"
        case .absentMember(let path): return "is malformed: \(TerminalText.part(path)) is absent"
        case .mediaTypeMismatch(let declared, let expected):
            return "declares \(TerminalText.part(declared)), but \(TerminalText.part(expected)) is required"
        case .malformedDigest(let text): return "holds a malformed digest '\(TerminalText.part(text))'"
        case .tooMany(let what): return "has too many \(what)"
        }
    }

    fileprivate static func reason(_ reason: JSONError.Reason) -> String {
        switch reason {
        case .unexpectedEnd: "it ends too early"
        case .unexpectedByte: "unexpected character"
        case .invalidEscape: "invalid escape"
        case .invalidUTF8: "invalid UTF-8"
        case .invalidNumber: "invalid number"
        case .controlCharacter: "control character in a string"
        case .tooDeep: "nested too deeply"
        case .duplicateKey(let key): "member \"\(TerminalText.part(key))\" appears twice with different values"
        case .trailingData: "more data after the end"
        case .tooLarge: "too large"
        }
    }
}
