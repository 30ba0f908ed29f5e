import Testing

@testable import ByteIO

/// The rows of an index by name.
struct MemberTableTests {
    static func target(_ row: MemberIndex.Row?) -> String? {
        if case .hardLink(let target) = row { target } else { nil }
    }

    @Test("each of many names has its own row")
    func manyNames() {
        let names = (0..<10_000).map { "folder/\($0 % 100)/\($0)" } + ["", "folder", "é", "e\u{301}"]
        var table = MemberTable()
        #expect(table["folder"] == nil && table.isEmpty)
        for name in names { #expect(table.update(name, to: .hardLink(name + "!")) == nil) }
        #expect(table.count == names.count)
        #expect(names.allSatisfy { Self.target(table[$0]) == $0 + "!" })
        #expect(table["folder/0/1"] == nil && table["folder/"] == nil)
        #expect(Array(table.names).map { Array($0.utf8) } == names.map { Array($0.utf8) })
        #expect(table.rows.map { Self.target($0.row) } == names.map { $0 + "!" })
    }

    @Test("a later row of a name replaces the earlier one")
    func repeatedNames() {
        var table = MemberTable()
        _ = table.update("a", to: .hardLink("1"))
        _ = table.update("b", to: .other)
        #expect(Self.target(table.update("a", to: .hardLink("2"))) == "1")
        #expect(Self.target(table["a"]) == "2" && table.count == 2)
    }
}
