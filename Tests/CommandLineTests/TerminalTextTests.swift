import ImageSources
import TestSupport
import Testing

@testable import ocimerge

@Suite struct TerminalTextTests {
    @Test(arguments: [
        ("", ""), ("demo/app:1.0", "demo/app:1.0"), ("a b ~", "a b ~"), ("\u{1b}[2J", #"\u{1b}[2J"#),
        ("a\nb\rc\td", #"a\nb\rc\td"#), ("\r\n", #"\r\n"#), ("\u{0}", #"\u{0}"#), ("\u{7f}", #"\u{7f}"#),
        ("\u{85}\u{9b}", #"\u{85}\u{9b}"#), (#"\n"#, #"\\n"#), (#"\u{1b}"#, #"\\u{1b}"#),
        ("\u{202e}txt\u{2066}", #"\u{202e}txt\u{2066}"#), ("\u{200e}\u{61c}", #"\u{200e}\u{61c}"#),
        ("a\u{200b}b\u{feff}", #"a\u{200b}b\u{feff}"#), ("\u{ad}", #"\u{ad}"#), ("\u{fe0f}", #"\u{fe0f}"#),
        ("\u{3164}\u{115f}", #"\u{3164}\u{115f}"#), ("\u{e0041}", #"\u{e0041}"#),
        ("\u{2028}\u{2029}", #"\u{2028}\u{2029}"#), ("\u{e000}", #"\u{e000}"#), ("\u{ffff}", #"\u{ffff}"#),
        ("\u{378}", #"\u{378}"#), ("Größe", "Größe"), ("e\u{301}", "e\u{301}"), ("日本語", "日本語"), ("🐳", "🐳"),
        ("עברית", "עברית"), ("\u{a0}", "\u{a0}"), ("\u{fffd}", "\u{fffd}"),
    ])
    func escapes(_ text: String, _ expected: String) {
        // Compares scalars, because strings with the same canonical form are equal.
        #expect(Array(TerminalText.escaped(text).unicodeScalars) == Array(expected.unicodeScalars))
    }

    private static func text(_ count: Int) -> String { String((0..<count).map { Character("\($0 % 10)") }) }

    @Test("A part of a sentence keeps its beginning and its end", arguments: [0, 1, 239, 240])
    func shortPart(_ count: Int) {
        #expect(TerminalText.part(Self.text(count)) == Self.text(count))
    }

    @Test(arguments: [241, 480, 481, 300_000]) func longPart(_ count: Int) {
        let text = Self.text(count)
        #expect(TerminalText.part(text) == text.prefix(159) + "…" + text.suffix(80))
    }

    @Test("The limit applies to the escaped text", arguments: [100, 1000, 300_000])
    func escapedPart(_ count: Int) {
        let part = TerminalText.part(String(repeating: "\u{1b}", count: count))
        #expect(part.unicodeScalars.count == 240)
        #expect(part.hasPrefix(#"\u{1b}\u{1b}"#) && part.hasSuffix(#"\u{1b}\u{1b}"#) && part.contains("…"))
        #expect(!part.unicodeScalars.contains("\u{1b}"))
    }

    @Test("A line has at most 2,000 characters, and each line of a list counts by itself")
    func lines() {
        #expect(TerminalText.sentence(Self.text(2000)) == Self.text(2000))
        let text = Self.text(2001)
        #expect(TerminalText.sentence(text) == text.prefix(1599) + "…" + text.suffix(400))
        let list = (["found:"] + Array(repeating: Self.text(150), count: 100)).joined(separator: "\n  ")
        #expect(TerminalText.sentence(list) == list)
    }

    @Test("No text of another origin enters a sentence as a whole")
    func wholeText() throws {
        let huge = Self.text(300_000)
        let errors: [any Reportable] = [
            SourceError.noSuchImage(source: huge, wanted: huge, names: Array(repeating: huge, count: 12)),
            SourceError.noSuchPath(huge), UsageError.unexpectedPositional(huge, command: "inspect"),
        ]
        for error in errors { #expect(error.sentence.utf8.count < 4000) }
        let folder = Program.repository + "/Sources/ocimerge/Messages"
        let files = try Tree.read(folder)
        #expect(files.count > 10)
        for (name, bytes) in files {
            #expect(!String(decoding: bytes, as: UTF8.self).contains("TerminalText.escaped"), "\(name)")
        }
    }
}
