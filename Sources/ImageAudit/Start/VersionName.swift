/// The name of a symbol version, such as `GLIBC_2.38`, ordered by its numbers.
struct VersionName: Comparable {
    let text: String
    let prefix: String
    private let numbers: [Int]

    init(_ name: [UInt8]) {
        text = String(decoding: name, as: UTF8.self)
        let parts = text.split(separator: "_")
        let last = parts.last.map(String.init) ?? ""
        let isNumbered = last.utf8.first.map { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) } ?? false
        prefix = isNumbered ? parts.dropLast().joined(separator: "_") : text
        numbers = isNumbered ? last.split(separator: ".").map { Int($0) ?? 0 } : []
    }

    static func < (left: VersionName, right: VersionName) -> Bool {
        left.prefix == right.prefix
            ? left.numbers.lexicographicallyPrecedes(right.numbers) : left.prefix < right.prefix
    }
}
