/// An object whose members are read by name and type; an error names the member by its path. A `null` member counts as
/// absent: Go writes it for an empty list or map.
struct JSONReading {
    let value: JSONValue
    private let place: String
    /// The position in the list at `place`; `nil` if the object is there itself.
    private let number: Int?

    /// The path of the object, composed only for errors.
    var path: String { number.map { "\(place)[\($0)]" } ?? place }

    /// The caller sees to it that this is an object.
    init(_ value: JSONValue, at place: String, number: Int? = nil) {
        self.value = value
        self.place = place
        self.number = number
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
        return try Descriptor(JSONReading(member, at: path(to: name)))
    }

    func descriptors(_ name: String, atMost limit: Int) throws(DocumentError) -> [Descriptor] {
        let elements = try array(name, atMost: limit) ?? []
        let place = path(to: name)
        var descriptors: [Descriptor] = []
        descriptors.reserveCapacity(elements.count)
        for element in elements {
            descriptors.append(try Descriptor(JSONReading(element, at: place, number: descriptors.count)))
        }
        return descriptors
    }

    func digest(_ name: String) throws(DocumentError) -> Digest {
        let member = try require(member(name), name)
        guard member.kind == .string else { throw .member(path(to: name), expected: "a digest") }
        return try Self.digest(member)
    }

    func digests(_ name: String, atMost limit: Int) throws(DocumentError) -> [Digest] {
        let elements = try array(name, atMost: limit) ?? []
        var digests: [Digest] = []
        digests.reserveCapacity(elements.count)
        for element in elements {
            guard element.kind == .string else {
                throw .member("\(path(to: name))[\(digests.count)]", expected: "a digest")
            }
            digests.append(try Self.digest(element))
        }
        return digests
    }

    private static func digest(_ value: JSONValue) throws(DocumentError) -> Digest {
        if let bytes = value.plainText, let digest = Digest(utf8: bytes) { return digest }
        let text = value.string ?? ""
        do throws(DigestError) {
            return try Digest(parsing: text)
        } catch {
            throw .malformedDigest(text)
        }
    }

    /// Every required member reads like this.
    func require<T>(_ value: T?, _ name: String) throws(DocumentError) -> T {
        guard let value else { throw .absentMember(path(to: name)) }
        return value
    }
}
