internal import ByteIO
internal import ImageModel

/// The `errors` of an answer that says no, as far as they can be had: nothing about them may fail.
enum RefusalBody {
    private static let limit = 1 << 20
    private static let mostEntries = 4
    private static let longestText = 300

    static func errors(of response: inout HTTPResponse) -> [RegistryError.Said] {
        guard let bytes = try? response.bytes(limit: limit), let root = (try? JSONDocument(parsing: bytes))?.root
        else { return [] }
        guard let entries = root["errors"]?.elements else {
            // OAuth2 (RFC 6749, 5.2), and what token servers say in their own way.
            let said = ["error_description", "details", "message"].compactMap { root[$0]?.string }.first
            let code = root["error"]?.string
            return said == nil && code == nil
                ? [] : [RegistryError.Said(code: text(root["error"]), message: bounded(said))]
        }
        return entries.prefix(mostEntries).map { entry in
            RegistryError.Said(code: text(entry["code"]), message: text(entry["message"]))
        }
    }

    private static func text(_ value: JSONValue?) -> String { bounded(value?.string) }

    private static func bounded(_ text: String?) -> String { String((text ?? "").prefix(longestText)) }
}
