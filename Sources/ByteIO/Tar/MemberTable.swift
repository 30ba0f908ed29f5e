/// The rows of an index by name. An archive may have a hundred thousand members. All names are in one array, which
/// takes half of the memory of a dictionary of strings. Names are compared byte by byte.
struct MemberTable: Sendable {
    private struct Entry: Sendable {
        var row: MemberIndex.Row
        /// The end of the name in `text`. The name begins where the one before it ends.
        let end: UInt32
    }

    private var text: [UInt8] = []
    /// In the order in which the names were added.
    private var entries: [Entry] = []
    /// Open addressing: the number of an entry, plus one, at the first free place from its hash on; 0 is free. At most half
    /// of the places are taken.
    private var slots: [UInt32] = []

    var count: Int { entries.count }
    var isEmpty: Bool { entries.isEmpty }

    /// All names, each once.
    var names: some Sequence<String> { entries.indices.lazy.map { name(of: $0) } }

    var rows: some Sequence<(name: String, row: MemberIndex.Row)> {
        entries.indices.lazy.map { (name(of: $0), entries[$0].row) }
    }

    /// `nil` if there is no such name.
    subscript(name: String) -> MemberIndex.Row? {
        guard !slots.isEmpty else { return nil }
        let number = slots[slot(of: name.utf8.span)]
        return number == 0 ? nil : entries[Int(number) - 1].row
    }

    /// Returns the row that the name had before. All names together are shorter than 4 GB.
    mutating func update(_ name: String, to row: MemberIndex.Row) -> MemberIndex.Row? {
        if 2 * (entries.count + 1) > slots.count { grow() }
        let slot = slot(of: name.utf8.span)
        let number = Int(slots[slot])
        if number > 0 { return exchange(&entries[number - 1].row, with: row) }
        text.append(contentsOf: name.utf8)
        entries.append(Entry(row: row, end: UInt32(text.count)))
        slots[slot] = UInt32(entries.count)
        return nil
    }

    /// The place of the name, or the free place where it belongs.
    private func slot(of name: Span<UInt8>) -> Int {
        var hasher = Hasher()
        unsafe name.withUnsafeBytes { unsafe hasher.combine(bytes: $0) }
        var slot = hasher.finalize() & (slots.count - 1)
        while slots[slot] != 0, !isName(name, of: Int(slots[slot]) - 1) { slot = (slot + 1) & (slots.count - 1) }
        return slot
    }

    private func isName(_ name: Span<UInt8>, of entry: Int) -> Bool {
        let range = range(of: entry)
        guard range.count == name.count else { return false }
        let other = text.span.extracting(range)
        return name.indices.allSatisfy { name[$0] == other[$0] }
    }

    private func range(of entry: Int) -> Range<Int> {
        (entry == 0 ? 0 : Int(entries[entry - 1].end))..<Int(entries[entry].end)
    }

    private func name(of entry: Int) -> String { String(decoding: text[range(of: entry)], as: UTF8.self) }

    private mutating func grow() {
        slots = [UInt32](repeating: 0, count: max(64, 2 * slots.count))
        for entry in entries.indices { slots[slot(of: text.span.extracting(range(of: entry)))] = UInt32(entry + 1) }
    }
}
