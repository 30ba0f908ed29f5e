/// What shall become of one member of an archive.
package struct TarEdit: Sendable {
    package enum Kind: Sendable, Equatable {
        case replacement
        /// The member stays as it is and the new one follows it.
        case addition
        case removal
    }

    /// Normalized, as `TarMember` has it.
    package let name: String
    package let newName: String
    package let content: [UInt8]
    package let kind: Kind

    package init(name: String, newName: String, content: [UInt8], kind: Kind = .replacement) {
        self.name = name
        self.newName = newName
        self.content = content
        self.kind = kind
    }
}

/// A member, found by its name or through links, whose digest is known.
package struct TarClaim: Sendable {
    package let name: String
    package let algorithm: ContentHasher.Algorithm
    package let hash: [UInt8]

    package init(name: String, algorithm: ContentHasher.Algorithm, hash: [UInt8]) {
        self.name = name
        self.algorithm = algorithm
        self.hash = hash
    }
}

/// A range of an archive that gives way to other bytes.
struct Splice: Equatable {
    let range: Range<Int64>
    /// The archive must reach as far as this; what the range has beyond it is padding, which may be missing at the end.
    let needed: Int64
    let bytes: [UInt8]
}

/// A range of an archive whose digest is known.
struct ClaimedRange {
    let range: Range<Int64>
    let algorithm: ContentHasher.Algorithm
    let hash: [UInt8]
}

/// An archive that is to be passed on with a few members changed: every other byte, padding and end included, is to
/// stay as it is.
package struct TarRevision: Sendable {
    let splices: [Splice]
    let claims: [ClaimedRange]

    /// One walk over the headers of the archive.
    package init(_ file: OpenFile, _ edits: [TarEdit], _ claims: [TarClaim]) throws {
        try self.init(TarFileInput(file), edits, claims)
    }

    /// The same for what can be read only in order; `reader` is read to its end.
    package init(_ reader: any ByteReader, path: String, _ edits: [TarEdit], _ claims: [TarClaim]) throws {
        try self.init(TarStreamInput(reader, path: path), edits, claims)
    }

    private init(_ input: some TarInput, _ edits: [TarEdit], _ claims: [TarClaim]) throws {
        var survey = TarSurvey(edits: edits, path: input.path)
        var walker = TarWalker(input)
        walker.keepsFrame = true
        while let member = try walker.next() { try survey.add(member, walker.frame) }
        try survey.checkLinks()
        splices = survey.splices
        self.claims = survey.ranges(of: claims)
    }
}

/// A member cannot be changed.
package enum TarEditError: Error, Equatable, Sendable {
    case absent(path: String, member: String)
    /// It is a link, or a link leads to it.
    case link(path: String, member: String, link: String)
    case notAFile(path: String, member: String)
    case noRoom(path: String, member: String)
}
