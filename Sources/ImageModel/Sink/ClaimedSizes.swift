extension Sequence {
    /// The sum of sizes. Some of them are only claimed, so it ends at the greatest number instead of beyond it.
    package func totalSize(_ size: (Element) -> Int64) -> Int64 {
        reduce(0) { sum, element in
            let (next, overflows) = sum.addingReportingOverflow(size(element))
            return overflows ? .max : next
        }
    }
}
