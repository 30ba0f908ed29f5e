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
}
