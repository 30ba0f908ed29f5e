/// A buffer on its way between two threads, with as many bytes as count.
struct Filled: Sendable {
    var bytes: [UInt8]
    var count: Int
}
