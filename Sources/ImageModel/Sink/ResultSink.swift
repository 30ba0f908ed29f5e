package import ByteIO

/// A sink that a command makes before it knows what will go there: streams are taken in where the result will stand.
package protocol ResultSink: ImageSink {
    /// Where streams put what they cannot give twice; on the file system of the result.
    var spool: SpoolDirectory { get }
    /// Removes everything that was not committed.
    func discard()
    /// The same failure, said of what the user named instead of a staging that nobody knows.
    func named(_ error: any Error) -> any Error
    /// nil: the result is not split.
    var volumes: WrittenVolumes? { get }
    /// How it came into a registry, after `commit`; nil: it did not go there.
    var pushed: PushedContent? { get }
}

extension ResultSink {
    package var volumes: WrittenVolumes? { nil }
    package var pushed: PushedContent? { nil }
}
