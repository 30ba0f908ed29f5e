/// A place of its own for what can be read only once, where no destination has a directory for it.
package struct TemporarySpool: Sendable {
    package let staging: StagingDirectory
    package let spool: SpoolDirectory

    package init(
        in directory: String, for purpose: String, progress: @escaping @Sendable (Int) -> Void
    ) throws(IOFailure) {
        let staging = try StagingDirectory(in: directory, for: purpose, destination: directory)
        self.staging = staging
        do throws(IOFailure) { spool = try SpoolDirectory(staging.path + "/spool", progress: progress) } catch {
            staging.discard()
            throw error
        }
    }

    package func discard() { staging.discard() }
}
