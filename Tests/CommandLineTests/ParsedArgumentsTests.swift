import Testing

@testable import ocimerge

@Suite struct ParsedArgumentsTests {
    let parsed = ParsedArguments(command: "merge", options: ["tag": ["a", "b"], "quiet": [""]], positionals: ["x"])

    @Test func answersForFlagsGiven() {
        #expect(parsed.has("quiet"))
        #expect(parsed.value("quiet") == "")
        #expect(parsed.value("tag") == "a")
        #expect(parsed.values("tag") == ["a", "b"])
    }

    @Test func answersForFlagsNotGiven() {
        #expect(!parsed.has("json"))
        #expect(parsed.value("json") == nil)
        #expect(parsed.values("json") == [])
    }
}
