import TestSupport
import Testing

@testable import ocimerge

@Suite struct SpellingTests {
    @Test(arguments: [
        ("", "", 0), ("", "abc", 3), ("abc", "", 3), ("abc", "abc", 0), ("abc", "abd", 1), ("abc", "ab", 1),
        ("abc", "abcd", 1), ("abc", "acb", 1), ("abc", "cab", 2), ("plaform", "platform", 1), ("ca", "abc", 3),
    ])
    func measures(_ left: String, _ right: String, _ distance: Int) {
        #expect(Spelling.distance(left, right, within: 9) == distance)
        for limit in 0..<9 { #expect(Spelling.distance(left, right, within: limit) == min(distance, limit + 1)) }
    }

    @Test("Short words over three letters have the distance of a full table")
    func compares() {
        func whole(_ left: [Character], _ right: [Character]) -> Int {
            var table = [[Int]](repeating: [Int](repeating: 0, count: right.count + 1), count: left.count + 1)
            for row in 0...left.count {
                for column in 0...right.count {
                    if row == 0 || column == 0 {
                        table[row][column] = row + column
                        continue
                    }
                    let same = left[row - 1] == right[column - 1] ? 0 : 1
                    table[row][column] = min(
                        table[row - 1][column - 1] + same, table[row - 1][column] + 1, table[row][column - 1] + 1)
                    if row > 1, column > 1, left[row - 1] == right[column - 2], left[row - 2] == right[column - 1] {
                        table[row][column] = min(table[row][column], table[row - 2][column - 2] + 1)
                    }
                }
            }
            return table[left.count][right.count]
        }
        var random = SystemRandomNumberGenerator()
        for _ in 0..<2000 {
            func word() -> [Character] {
                (0..<Int.random(in: 0...8, using: &random)).map { _ in "abc".randomElement(using: &random) ?? "a" }
            }
            let (left, right) = (word(), word())
            for limit in 1...3 {
                let distance = Spelling.distance(String(left), String(right), within: limit)
                #expect(distance == min(whole(left, right), limit + 1), "\(String(left)) \(String(right)) \(limit)")
            }
        }
    }

    @Test("Words of any length are compared in linear time", .mustEnd)
    func long() {
        let word = String(repeating: "abcdefghij", count: 30_000)
        #expect(Spelling.nearest(to: word + "x", among: [word + "yzz", word + "y", "abc"]) == word + "y")
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
