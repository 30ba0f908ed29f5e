/// An array in segments of one size. Growth copies at most one segment, and wastes less than one.
struct SegmentedArray<Element: Sendable>: Sendable {
    private var segments: [[Element]] = []
    private(set) var count = 0

    private static var shift: Int { 11 }
    private static var size: Int { 1 << shift }

    mutating func append(_ element: Element) {
        if count & (Self.size - 1) == 0 {
            segments.append([])
            // The first segment grows by doubling: most lists are short.
            if count > 0 { segments[segments.count - 1].reserveCapacity(Self.size) }
        }
        segments[segments.count - 1].append(element)
        count += 1
    }

    subscript(place: Int) -> Element {
        get { segments[place >> Self.shift][place & (Self.size - 1)] }
        _modify { yield &segments[place >> Self.shift][place & (Self.size - 1)] }
    }
}

/// The values of some entries of a list.
struct EntryTable<Value: Sendable>: Sendable {
    private var entries = SegmentedArray<UInt32>()
    private var values = SegmentedArray<Value>()

    /// Each entry is added once, and behind all entries before it.
    mutating func append(_ value: Value, for entry: Int) {
        entries.append(UInt32(entry))
        values.append(value)
    }

    /// `nil` if the entry has no value.
    subscript(entry: Int) -> Value? {
        var (low, high) = (0, entries.count)
        while low < high {
            let middle = (low + high) / 2
            if entries[middle] < entry { low = middle + 1 } else { high = middle }
        }
        return low < entries.count && entries[low] == entry ? values[low] : nil
    }
}
