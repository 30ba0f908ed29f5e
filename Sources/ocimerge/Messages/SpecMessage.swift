internal import ByteIO
internal import ImageSources

extension SpecError: Reportable {
    /// Begins with the file and the line, except if the file cannot be read.
    var sentence: String {
        if case .unreadable(let failure) = reason { return failure.sentence }
        let place = [line, column(of: reason)].compactMap { $0.map(String.init) }
        return ([FileMessage.name(file)] + place).joined(separator: ":") + ": " + SpecMessage.phrase(for: reason)
    }
}

/// Sentences about spec files.
enum SpecMessage {
    static func sentence(for note: SpecNote, file: String) -> String {
        switch note {
        case .featuresIgnored(let line):
            "\(FileMessage.name(file)):\(line): features of a platform are reserved; they are ignored"
        case .leftOut(let path, let line):
            "\(FileMessage.name(file)):\(line): no such file or directory: \(TerminalText.part(path)); the entry is "
                + "skipped"
        case .notInRegistry(let reference, let line):
            "\(FileMessage.name(file)):\(line): the registry has no \(reference); the entry is skipped"
        }
    }

    fileprivate static func phrase(for reason: SpecError.Reason) -> String {
        switch reason {
        case .unreadable(let failure): failure.sentence
        case .yaml(let reason): phrase(for: reason)
        case .unknownKey(let key, let known):
            "unknown key \(quoted(key)); "
                + (Spelling.nearest(to: key, among: known).map { "did you mean \($0)?" }
                    ?? "the keys are \(known.joined(separator: ", "))")
        case .wrongType(let place, let expected): "\(name(place)) must be \(noun(expected))"
        case .missingKey(let key, let place): "\(name(place)) lacks \(key)"
        case .empty(let place): "\(name(place)) is empty"
        case .sameKey(let key, let other): "\(key) and \(other) are the same key; write it once"
        case .malformedPlatform(let key, let text): "\(quoted(text)) cannot be the \(key) of a platform"
        case .malformedName(let text):
            "\(quoted(text)) is not an image name; write NAME[:TAG] in lower case, e.g. demo/app:1.0"
        case .malformedTag(let text):
            "\(quoted(text)) is not a tag; write a tag of the image and nothing else, e.g. 1.0, or name the result "
                + "with --tag"
        case .tagsWithoutImage: "tags need the key image"
        case .unknownPlatform(let platform): UnknownPlatform(platform: platform, source: nil).sentence
        case .platformTwice(let source): "\(TerminalText.part(source)) has a platform already; write it once"
        case .source(let error): error.sentence
        case .standardInputTaken: "standard input is the spec, so it cannot be a source too"
        case .nothingLeft: "no sources to merge: none of those in the spec exists"
        }
    }

    static func phrase(for reason: YAMLError.Reason) -> String {
        switch reason {
        case .malformed(let problem): "malformed YAML: \(TerminalText.part(problem))"
        case .noDocument: "the spec is empty"
        case .severalDocuments: "a second YAML document begins; a spec is a single document"
        case .reference: "anchors and aliases are not supported; write the value itself"
        case .tag(let tag): "the tag \(quoted(tag)) is not supported; leave it out"
        case .keyNotText: "a key must be text"
        case .duplicateKey(let key, let first): "\(quoted(key)) appears twice, first in line \(first)"
        case .zeroCharacter: "a text holds a NUL character"
        case .tooDeep(let limit): "values are nested deeper than \(limit) levels"
        case .tooManyValues(let limit): "there are more than \(limit) values"
        case .tooManyAnchors(let limit): "there are more than \(limit) anchors"
        }
    }

    fileprivate static func name(_ place: SpecPlace) -> String {
        switch place {
        case .whole: "the spec"
        case .value(let key): TerminalText.part(key)
        case .item(let key): "an item of \(key)"
        case .key(let key): "a key of \(key)"
        }
    }

    fileprivate static func noun(_ expected: SpecError.Expected) -> String {
        switch expected {
        case .text: "text"
        case .list: "a list"
        case .mapping: "a mapping"
        case .boolean: "true or false"
        }
    }

    fileprivate static func quoted(_ text: String) -> String { "'\(TerminalText.part(text))'" }
}

extension SpecError {
    /// The column of malformed YAML; `nil` for other errors, for which the line suffices.
    fileprivate func column(of reason: Reason) -> Int? {
        if case .yaml(.malformed) = reason { return column }
        return nil
    }
}
