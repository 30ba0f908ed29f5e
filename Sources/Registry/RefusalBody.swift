internal import ByteIO
internal import ImageModel

/// The `errors` of an answer that says no, as far as they can be had: nothing about them may fail.
enum RefusalBody {
    private static let limit = 1 << 20
    private static let mostEntries = 4
    private static let longestText = 300

    static func errors(of response: inout HTTPResponse) -> [RegistryError.Said] {
        guard let bytes = try? response.bytes(limit: limit),
            let entries = (try? JSONDocument(parsing: bytes))?.root["errors"]?.elements
        else { return [] }
        return entries.prefix(mostEntries).map { entry in
            RegistryError.Said(code: text(entry["code"]), message: text(entry["message"]))
        }
    }

    private static func text(_ value: JSONValue?) -> String { String((value?.string ?? "").prefix(longestText)) }
}
