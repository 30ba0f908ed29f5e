/// An object whose members are read by name and type; an error names the member by its path. A `null` member counts as
/// absent: Go writes it for an empty list or map.
struct JSONReading {
    let value: JSONValue
    let path: String

    /// The caller has seen that this is an object.
    init(_ value: JSONValue, at path: String) {
        self.value = value
        self.path = path
    }

    func path(to member: String) -> String {
        path.isEmpty ? member : path + "." + member
    }

    func member(_ name: String) -> JSONValue? {
        guard let member = value[name], !member.isNull else { return nil }
        return member
    }

    func string(_ name: String) throws(DocumentError) -> String? {
        guard let member = member(name) else { return nil }
        guard let string = member.string else { throw .member(path(to: name), expected: "a string") }
        return string
    }

    func object(_ name: String) throws(DocumentError) -> JSONReading? {
        guard let member = member(name) else { return nil }
        guard member.kind == .object else { throw .member(path(to: name), expected: "an object") }
        return JSONReading(member, at: path(to: name))
    }

    func array(_ name: String, atMost limit: Int) throws(DocumentError) -> [JSONValue]? {
        guard let member = member(name) else { return nil }
        guard member.kind == .array else { throw .member(path(to: name), expected: "an array") }
        let elements = member.elements
        guard elements.count <= limit else { throw .tooMany(path(to: name)) }
        return elements
    }

    func strings(_ name: String) throws(DocumentError) -> [String] {
        var strings: [String] = []
        for element in try array(name, atMost: .max) ?? [] {
            guard let string = element.string else {
                throw .member("\(path(to: name))[\(strings.count)]", expected: "a string")
            }
            strings.append(string)
        }
        return strings
    }

    func annotations(_ name: String) throws(DocumentError) -> [String: String] {
        var annotations: [String: String] = [:]
        for (key, value) in try object(name)?.value.members ?? [] {
            guard let string = value.string else {
                throw .member("\(path(to: name)).\(key)", expected: "a string")
            }
            annotations[key] = string
        }
        return annotations
    }

    func descriptor(_ name: String) throws(DocumentError) -> Descriptor? {
        guard let member = member(name) else { return nil }
        return try Descriptor(json: member, at: path(to: name))
    }

    func descriptors(_ name: String, atMost limit: Int) throws(DocumentError) -> [Descriptor] {
        var descriptors: [Descriptor] = []
        for element in try array(name, atMost: limit) ?? [] {
            descriptors.append(try Descriptor(json: element, at: "\(path(to: name))[\(descriptors.count)]"))
        }
        return descriptors
    }

    func digest(_ name: String) throws(DocumentError) -> Digest {
        guard let text = member(name)?.string else { throw .member(path(to: name), expected: "a digest") }
        return try Self.digest(text)
    }

    func digests(_ name: String, atMost limit: Int) throws(DocumentError) -> [Digest] {
        var digests: [Digest] = []
        for element in try array(name, atMost: limit) ?? [] {
            guard let text = element.string else {
                throw .member("\(path(to: name))[\(digests.count)]", expected: "a digest")
            }
            digests.append(try Self.digest(text))
        }
        return digests
    }

    private static func digest(_ text: String) throws(DocumentError) -> Digest {
        do throws(DigestError) {
            return try Digest(parsing: text)
        } catch {
            throw .malformedDigest(text)
        }
    }

    /// Every required member reads like this.
    func require<T>(_ value: T?, _ name: String, _ expected: String) throws(DocumentError) -> T {
        guard let value else { throw .member(path(to: name), expected: expected) }
        return value
    }
}
