import Testing

@testable import ocimerge

@Suite struct SpellingTests {
    @Test(arguments: [
        ("", "", 0), ("", "abc", 3), ("abc", "", 3), ("abc", "abc", 0), ("abc", "abd", 1), ("abc", "ab", 1),
        ("abc", "abcd", 1), ("abc", "acb", 1), ("abc", "cab", 2), ("plaform", "platform", 1), ("ca", "abc", 3),
    ])
    func measures(_ left: String, _ right: String, _ distance: Int) {
        #expect(Spelling.distance(left, right) == distance)
    }

    @Test(arguments: [
        ("platfrm", "platform"), ("outptu", "output"), ("tga", "tag"), ("ab", nil), ("outpu", "output"), ("out", nil),
    ])
    func nearest(_ word: String, _ name: String?) {
        #expect(Spelling.nearest(to: word, among: ["output", "raw", "tag", "platform"]) == name)
    }

    @Test func theClosestNameWinsAndTheFirstOfEquals() {
        #expect(Spelling.nearest(to: "forces", among: ["forked", "force", "forcex"]) == "force")
        #expect(Spelling.nearest(to: "force", among: ["forca", "forcb"]) == "forca")
    }
}
