/// Platforms as descriptors and configs write them.
extension Platform {
    /// In the order of the members of Go's structure.
    package var json: JSONText {
        var members: [JSONText.Member] = [
            .init("architecture", .string(architecture)),
            .init("os", .string(os)),
        ]
        if let osVersion { members.append(.init("os.version", .string(osVersion))) }
        if !osFeatures.isEmpty { members.append(.init("os.features", .array(osFeatures.map { .string($0) }))) }
        if let variant { members.append(.init("variant", .string(variant))) }
        return .object(members)
    }

    /// Nil unless this is an object whose members have their types and name a system or an architecture.
    package init?(json: JSONValue) {
        guard json.kind == .object else { return nil }
        do throws(DocumentError) {
            guard let platform = try Platform.read(JSONReading(json, at: "")) else { return nil }
            self = platform
        } catch {
            return nil
        }
    }

    /// Nil when neither a system nor an architecture is named.
    static func read(_ reading: JSONReading) throws(DocumentError) -> Platform? {
        let platform = Platform(
            os: try reading.string("os") ?? "",
            architecture: try reading.string("architecture") ?? "",
            variant: try reading.string("variant"),
            osVersion: try reading.string("os.version"),
            osFeatures: try reading.strings("os.features"))
        return platform.os.isEmpty && platform.architecture.isEmpty ? nil : platform
    }
}
