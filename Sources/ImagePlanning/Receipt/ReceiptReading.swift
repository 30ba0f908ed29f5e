package import ImageModel

/// Why bytes are no receipt that this program accepts. Facts only.
package enum ReceiptError: Error, Equatable, Sendable {
    case notJSON(JSONError)
    /// The version is absent, or of another format; `nil` if it is no number.
    case version(Int64?)
    /// A member is not what it must be.
    case member(path: String, expected: String)
    case absentMember(path: String)
    case unknownMember(path: String)
    /// Two images or artifacts have one digest.
    case repeatedDigest(Digest)
    /// It lists no images, so every comparison would succeed.
    case empty
    /// `sound` contradicts the findings.
    case contradictsFindings
}

extension Receipt {
    /// Reads a receipt from an untrusted file. Every member must be present and valid, and no other is accepted.
    package init(reading bytes: [UInt8]) throws(ReceiptError) {
        guard bytes.count <= Self.limit else {
            throw .notJSON(JSONError(offset: Self.limit, reason: .tooLarge))
        }
        let document: JSONDocument
        do throws(JSONError) { document = try JSONDocument(parsing: bytes) } catch { throw .notJSON(error) }
        let root = document.root
        // Before the other members: a later version may have others.
        guard root.kind == .object else { throw .member(path: "", expected: "an object") }
        guard let version = root["receiptVersion"]?.integer, version == Self.version else {
            throw .version(root["receiptVersion"]?.integer)
        }
        let members = try ReceiptMember(root, at: "").members([
            "receiptVersion", "created", "tool", "sources", "sound", "images", "artifacts", "findings",
        ])
        try self.init(members)
    }

    private init(_ members: ReceiptMembers) throws(ReceiptError) {
        let tool = try members["tool"].members(["version", "commit", "modified"])
        let images = try members["images"].list { (member) throws(ReceiptError) in try ImageRecord(image: member) }
        let artifacts = try members["artifacts"].list { (member) throws(ReceiptError) in
            try ImageRecord(artifact: member)
        }
        if images.isEmpty && artifacts.isEmpty { throw .empty }
        var seen: Set<Digest> = []
        for record in images + artifacts where !seen.insert(record.digest).inserted {
            throw .repeatedDigest(record.digest)
        }
        let sound = try members["sound"].booleanOrNull()
        self.init(
            created: try members["created"].time(),
            tool: Tool(
                version: try tool["version"].text(), commit: try tool["commit"].textOrNull(),
                isModified: try tool["modified"].booleanOrNull()),
            sources: try members["sources"].texts(), content: ImageRecords(images: images, artifacts: artifacts),
            findings: try members["findings"].list { (member) throws(ReceiptError) in try Finding(member) },
            isVerified: sound != nil)
        guard sound ?? true == isSound else { throw .contradictsFindings }
    }
}

extension Receipt.Finding {
    fileprivate init(_ member: ReceiptMember) throws(ReceiptError) {
        let members = try member.members(["severity", "kind", "source", "image", "path", "message"])
        guard let severity = Severity(rawValue: try members["severity"].text()) else {
            throw members["severity"].error("error, warning or note")
        }
        self.init(
            severity: severity, kind: try members["kind"].text(), source: try members["source"].textOrNull(),
            image: try members["image"].digestOrNull(), path: try members["path"].texts(),
            message: try members["message"].text())
    }
}

extension ImageRecord {
    private static let members = ["names", "digest", "mediaType", "size"]

    fileprivate init(image member: ReceiptMember) throws(ReceiptError) {
        let members = try member.members(Self.members + ["platforms"])
        let platforms = try members["platforms"].list { (member) throws(ReceiptError) in
            let members = try member.members(["platform", "digest", "size"])
            return Platform(
                name: try members["platform"].textOrNull(), digest: try members["digest"].digest(),
                size: try members["size"].count())
        }
        try self.init(members, platforms: platforms, artifact: nil)
    }

    fileprivate init(artifact member: ReceiptMember) throws(ReceiptError) {
        let members = try member.members(Self.members + ["type", "subject"])
        let facts = ArtifactFacts(
            type: try members["type"].text(allowsEmpty: true), subject: try members["subject"].digestOrNull())
        try self.init(members, platforms: [], artifact: facts)
    }

    private init(
        _ members: ReceiptMembers, platforms: [Platform], artifact: ArtifactFacts?
    ) throws(ReceiptError) {
        let names = try members["names"].texts()
        guard Set(names).count == names.count else { throw members["names"].error("a list without repetition") }
        self.init(
            names: names.sorted(), digest: try members["digest"].digest(),
            mediaType: MediaType(try members["mediaType"].text(allowsEmpty: true)), size: try members["size"].count(),
            platforms: platforms, artifact: artifact)
    }
}

/// The members of an object, all of which are present.
private struct ReceiptMembers {
    let values: [String: ReceiptMember]
    let none: ReceiptMember

    /// `name` is one of those with which the object was read.
    subscript(name: String) -> ReceiptMember { values[name] ?? none }
}

/// A value in a receipt and its path, for errors.
private struct ReceiptMember {
    private let value: JSONValue
    private let path: String

    init(_ value: JSONValue, at path: String) {
        self.value = value
        self.path = path
    }

    func error(_ expected: String) -> ReceiptError { .member(path: path, expected: expected) }

    /// The object must have these members and no others.
    func members(_ names: [String]) throws(ReceiptError) -> ReceiptMembers {
        guard value.kind == .object else { throw error("an object") }
        func path(_ name: String) -> String { self.path.isEmpty ? name : "\(self.path).\(name)" }
        let known = Set(names)
        var values: [String: ReceiptMember] = [:]
        for (name, value) in value.members {
            guard known.contains(name) else { throw .unknownMember(path: path(name)) }
            values[name] = ReceiptMember(value, at: path(name))
        }
        for name in names where values[name] == nil { throw .absentMember(path: path(name)) }
        return ReceiptMembers(values: values, none: self)
    }

    func list<Element>(
        _ read: (ReceiptMember) throws(ReceiptError) -> Element
    ) throws(ReceiptError) -> [Element] {
        guard value.kind == .array else { throw error("a list") }
        var elements: [Element] = []
        for (number, element) in value.elements.enumerated() {
            elements.append(try read(ReceiptMember(element, at: "\(path)[\(number)]")))
        }
        return elements
    }

    func text(allowsEmpty: Bool = false) throws(ReceiptError) -> String {
        guard let text = value.string, allowsEmpty || !text.isEmpty else {
            throw error(allowsEmpty ? "a string" : "a string that is not empty")
        }
        return text
    }

    func textOrNull() throws(ReceiptError) -> String? { value.isNull ? nil : try text() }

    func texts() throws(ReceiptError) -> [String] {
        try list { (member) throws(ReceiptError) in try member.text() }
    }

    func boolean() throws(ReceiptError) -> Bool {
        guard let boolean = value.boolean else { throw error("true or false") }
        return boolean
    }

    func booleanOrNull() throws(ReceiptError) -> Bool? { value.isNull ? nil : try boolean() }

    func count() throws(ReceiptError) -> Int64 {
        guard let count = value.integer, count >= 0 else { throw error("a number of bytes") }
        return count
    }

    func digest() throws(ReceiptError) -> Digest {
        guard let digest = value.string.flatMap({ try? Digest(parsing: $0) }) else { throw error("a digest") }
        return digest
    }

    func digestOrNull() throws(ReceiptError) -> Digest? { value.isNull ? nil : try digest() }

    /// `2026-11-30T12:00:00Z`
    func time() throws(ReceiptError) -> String {
        let form = "0000-00-00T00:00:00Z".utf8
        guard let text = value.string, text.utf8.count == form.count,
            zip(text.utf8, form).allSatisfy({ byte, wanted in
                wanted == UInt8(ascii: "0")
                    ? (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) : byte == wanted
            })
        else { throw error("a time as in 2026-11-30T12:00:00Z") }
        return text
    }
}
