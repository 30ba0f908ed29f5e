package import ImageModel

extension ImageList {
    /// The bytes of the list with other references. Nothing else changes: quotes, comments and platforms stay.
    /// A reference whose replacement is `nil` stays.
    package func replacingReferences(_ replacement: (ListedImage) -> RegistryReference?) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(bytes.count)
        var end = 0
        for image in images {
            guard let spelling = image.spelling, let text = replacement(image)?.description else { continue }
            result += bytes[end..<spelling.bytes.lowerBound]
            // Only the address of a host can begin so. Without quotes YAML would read a list.
            let needsQuotes = spelling.isPlainScalar && text.hasPrefix("[")
            result += (needsQuotes ? "\"\(text)\"" : text).utf8
            end = spelling.bytes.upperBound
        }
        return result + bytes[end...]
    }
}

extension ListedImage {
    /// The reference without a platform; `nil` for a path.
    package var reference: RegistryReference? {
        isReference ? (try? SourceReference(parsing: source))?.registry : nil
    }
}
