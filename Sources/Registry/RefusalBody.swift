internal import ByteIO
internal import ImageModel

/// The `errors` of an answer that says no, as far as they can be had: nothing about them may fail.
enum RefusalBody {
    private static let limit = 1 << 20
    private static let mostEntries = 4
    private static let longestText = 300

    /// `sent`: no word in which that stands is repeated.
    static func errors(of response: inout HTTPResponse, without sent: SentSecrets) -> [RegistryError.Said] {
        guard let bytes = try? response.bytes(limit: limit), let root = (try? JSONDocument(parsing: bytes))?.root
        else { return [] }
        guard let entries = root["errors"]?.elements else {
            // OAuth2 (RFC 6749, 5.2), and what token servers say in their own way.
            let said = ["error_description", "details", "message"].compactMap { root[$0]?.string }.first
            let code = root["error"]?.string
            return said == nil && code == nil
                ? [] : [RegistryError.Said(code: text(root["error"], sent), message: bounded(said, sent))]
        }
        return entries.prefix(mostEntries).map { entry in
            RegistryError.Said(code: text(entry["code"], sent), message: text(entry["message"], sent))
        }
    }

    private static func text(_ value: JSONValue?, _ sent: SentSecrets) -> String { bounded(value?.string, sent) }

    /// What is cut off in the middle would not be known again, so the whole is looked at.
    private static func bounded(_ text: String?, _ sent: SentSecrets) -> String {
        guard let text, !sent.stand(in: text) else { return "" }
        return String(text.prefix(longestText))
    }
}
