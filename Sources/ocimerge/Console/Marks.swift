internal import ByteIO
internal import Synchronization

/// The symbols that the program itself prints. They are ASCII where the locale is not UTF-8. Symbols in file names and
/// documents stay as they are.
enum Marks {
    private static let areASCII = Atomic<Bool>(false)

    /// Chooses the symbols for the whole process. Without this call they are Unicode.
    static func adopt(_ locale: LocaleName) { areASCII.store(!locale.isUTF8, ordering: .relaxed) }

    /// Runs `body` with Unicode symbols, for a file that is UTF-8 in any locale. Nothing else makes text meanwhile.
    static func unicode<R, Failure: Error>(_ body: () throws(Failure) -> R) throws(Failure) -> R {
        let before = areASCII.exchange(false, ordering: .relaxed)
        defer { areASCII.store(before, ordering: .relaxed) }
        return try body()
    }

    static var check: String { choice("\u{2713}", "ok") }
    static var cross: String { choice("\u{2717}", "!!") }
    static var arrow: String { choice("\u{2192}", "->") }
    static var ellipsis: String { choice("\u{2026}", "...") }

    private static func choice(_ unicode: String, _ ascii: String) -> String {
        areASCII.load(ordering: .relaxed) ? ascii : unicode
    }
}

/// The name of the locale for characters, such as `de_DE.UTF-8`; empty if none is set.
struct LocaleName {
    let text: String

    /// The first variable that is set and not empty decides, as in `setlocale`.
    init(_ environment: (String) -> String? = ProcessEnvironment.value) {
        text = ["LC_ALL", "LC_CTYPE", "LANG"].lazy.compactMap(environment).first { !$0.isEmpty } ?? ""
    }

    /// Whether the character set behind the dot is UTF-8. A name without one, such as `C`, has another.
    var isUTF8: Bool {
        let parts = text.split(separator: ".", maxSplits: 1)
        guard parts.count == 2 else { return false }
        let name = parts[1].prefix { $0 != "@" }.lowercased()
        return name == "utf-8" || name == "utf8"
    }
}
