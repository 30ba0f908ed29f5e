package import ByteIO
package import ImageModel
package import Registry

/// Where a plan goes. Nothing is visible before `commit`; everything is visible afterwards.
package protocol ImageSink: Sendable {
    var traits: SinkTraits { get }
    /// Where the blobs of streams wait; on the file system of the result.
    var spool: SpoolDirectory { get }
    /// Prepares for everything in the plan. Called once, first.
    func begin(_ plan: WritePlan) throws(SinkError)
    /// Looks up contents side by side before `contains` is called. Called after `begin`. Returns whether nothing is to be
    /// written.
    func lookAhead(jobs: Int) throws(SinkError) -> Bool
    /// Whether the content is there, whole and undamaged.
    func contains(_ content: SinkContent) throws(SinkError) -> Bool
    /// Copies and verifies. The blob gets its name only if its size and digest are as the descriptor says.
    func put(
        _ blob: WritePlan.Blob, crew: CopyCrew, buffer: inout [UInt8], progress: (Int) -> Void
    ) throws(SinkError)
    func put(_ document: Document) throws(SinkError)
    /// Makes the content visible under the names of the roots.
    func commit(_ roots: [RootEntry]) throws(SinkError) -> Publication
    /// Removes everything that was not committed. Idempotent. Returns why something stays; `nil` if nothing does.
    @discardableResult
    func discard() -> IOFailure?
}

extension ImageSink {
    package func lookAhead(jobs: Int) throws(SinkError) -> Bool { false }
}

package struct SinkTraits: Sendable {
    /// Whether blobs must come in the order of the plan's members.
    package let isOrdered: Bool
    /// Whether writing mostly waits for a network. Documents are then written side by side, children before parents.
    package let waitsForNetwork: Bool

    package init(isOrdered: Bool = false, waitsForNetwork: Bool = false) {
        self.isOrdered = isOrdered
        self.waitsForNetwork = waitsForNetwork
    }
}

/// What a sink may have already.
package enum SinkContent: Sendable {
    case blob(Digest, size: Int64)
    case document(Document)
}

/// What `commit` made visible.
package struct Publication: Sendable {
    /// `nil` if the result is not split.
    package var volumes: WrittenVolumes?
    /// `nil` if the result did not go to a registry.
    package var pushed: PushedContent?
    /// Why old content or staging could not be removed; `nil` if nothing is left. The result is complete all the same.
    package var leftover: IOFailure?

    package init(
        volumes: WrittenVolumes? = nil, pushed: PushedContent? = nil, leftover: IOFailure? = nil
    ) {
        self.volumes = volumes
        self.pushed = pushed
        self.leftover = leftover
    }
}

/// The volumes of a split archive.
package struct WrittenVolumes: Sendable {
    package let count: Int
    /// The path by which readers find all of them.
    package let first: String

    package init(count: Int, first: String) {
        self.count = count
        self.first = first
    }
}

/// How the layers of an image came into a repository.
package struct PushedContent: Sendable, Equatable {
    package var sent = 0
    package var sentBytes: Int64 = 0
    /// Taken from another repository of the same registry.
    package var mounted = 0
    package var present = 0
    /// Those of the present blobs that were to be written, and turned out to be there.
    package var unsent = 0
    package var unsentBytes: Int64 = 0
    /// The digest by which the registry serves the tags; `nil` if it is that of the image.
    package var served: Digest?

    package init(sent: Int = 0, sentBytes: Int64 = 0, mounted: Int = 0, present: Int = 0) {
        self.sent = sent
        self.sentBytes = sentBytes
        self.mounted = mounted
        self.present = present
    }
}

/// Why a plan could not be carried out. Failures in a staging directory are those of the destination.
package enum SinkError: Error, Sendable {
    case io(IOFailure)
    case blob(BlobError)
    case destination(DestinationError)
    case registry(RegistryError)
    case document(DocumentError)
    case edit(JSONEditError)
    case unflushed(UnflushedResult)
    case incompletePush(IncompletePush)

    /// The same error; a failure at or below the path `staging` becomes one of `destination`, which the user knows.
    func moved(from staging: String, to destination: String) -> SinkError {
        if case .io(let failure) = self { .io(failure.moved(from: staging, to: destination)) } else { self }
    }
}

/// A request has failed after the registry has received a part of the push, which it keeps.
package struct IncompletePush: Error {
    /// The tags that lead to the image already. Empty if there is none.
    package let tags: [RegistryReference]
    /// Whether the registry has received whole layers.
    package let hasLayers: Bool
    package let cause: RegistryError
}

/// The result is complete and in its place, but a flush has failed: a power cut may still lose it.
package struct UnflushedResult: Error {
    package let failure: IOFailure

    /// Flushes directories whose names have changed already.
    static func flush(_ directories: [String]) throws(SinkError) {
        do throws(IOFailure) {
            for directory in directories { try FileSystem.syncDirectory(directory) }
        } catch { throw .unflushed(UnflushedResult(failure: error)) }
    }
}

/// An error that ends the work of a sink.
protocol SinkCause: Error { var sinkError: SinkError { get } }

extension SinkError: SinkCause { var sinkError: SinkError { self } }
extension IOFailure: SinkCause { var sinkError: SinkError { .io(self) } }
extension BlobError: SinkCause { var sinkError: SinkError { .blob(self) } }
extension DestinationError: SinkCause { var sinkError: SinkError { .destination(self) } }
extension RegistryError: SinkCause { var sinkError: SinkError { .registry(self) } }
extension DocumentError: SinkCause { var sinkError: SinkError { .document(self) } }
extension JSONEditError: SinkCause { var sinkError: SinkError { .edit(self) } }

/// Runs a call of another layer and turns its error into one of the sink.
func sinking<R: ~Copyable, Failure: SinkCause>(_ body: () throws(Failure) -> R) throws(SinkError) -> R {
    do throws(Failure) { return try body() } catch { throw error.sinkError }
}
