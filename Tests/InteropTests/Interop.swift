import Testing

/// Real tools read the output of the built binary, and it reads theirs. The tests are serialized, because they share
/// the engines and the machine.
@Suite(.serialized)
enum Interop {}
