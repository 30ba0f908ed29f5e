import Testing

/// Real tools take what the built binary writes, and it reads what they write. One test after the other: the engines
/// are shared, and the machine is busy enough with the other suites.
@Suite(.serialized)
enum Interop {}
