/// The caps of what is read into memory from a stranger.
enum Limits {
    static let document: Int64 = 4 << 20
    static let topDocument: Int64 = 20 << 20
    static let indexDepth = 8
}
