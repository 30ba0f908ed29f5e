internal import Glibc

/// An operation of the operating system, a codec or the network that failed: which one, on what, and why. Facts only; the
/// sentence is in the message files.
package struct IOFailure: Error, Equatable, Sendable {
    package enum Operation: String, Sendable {
        case open, read, write, create, rename, remove, list, sync, lock, decompress, send, receive, run
    }

    package enum Cause: Equatable, Sendable {
        case system(Int32)
        /// The bytes end before the end that their header states.
        case truncated
        /// The bytes violate their format.
        case corrupt(String)
        /// The path is not a regular file.
        case notRegularFile
        /// Another program has changed, replaced or removed the file since it was first looked at.
        case changed
        /// The name of an extended attribute is not UTF-8.
        case attributeName
        case tooLarge(limit: Int64)
        /// The bytes do not have the promised digest.
        case wrongContent(ContentHasher.Algorithm, expected: [UInt8], found: [UInt8])
        /// The volume is not beside the first one.
        case volumeMissing(first: String)
        /// A volume that is not the last must be as large as the others.
        case volumeSize(expected: Int64, found: Int64)
        /// The volume does not have the checksum that the list states.
        case foreignVolume(list: String)
        /// The path names a later volume instead of the first.
        case laterVolume(first: String)
        case tooManyVolumes(limit: Int)
        /// The compression library failed.
        case notCompressed
        case network(NetworkFault)
        /// A server answered with another status than success.
        case answered(status: Int)
        /// The source of the bytes failed with an error of its own type.
        case carried(CarriedError)
        /// Another program did not end within its time.
        case overdue(seconds: Int)
        /// A signal asked the program to stop.
        case interrupted
    }

    package let operation: Operation
    package let path: String
    package let cause: Cause

    package init(_ operation: Operation, _ path: String, _ cause: Cause) {
        self.operation = operation
        self.path = path
        self.cause = cause
    }

    /// The same failure of `place` if it concerns that path or one below it; else unchanged.
    package func moved(from path: String, to place: String) -> IOFailure {
        self.path.hasPrefix(path) ? IOFailure(operation, place, cause) : self
    }

    /// The one place where errno becomes a value.
    static func last(_ operation: Operation, _ path: String) -> IOFailure {
        IOFailure(operation, path, .system(errno))
    }

    package static var noSuchFile: Int32 { ENOENT }

    package var isAbsence: Bool { cause == .system(ENOENT) || cause == .system(ENOTDIR) }
    /// Whether the operation failed for another reason than that nothing is there: the content is unknown.
    package var isSystemFailure: Bool { if case .system = cause { !isAbsence } else { false } }
    package var isAlreadyThere: Bool { cause == .system(EEXIST) || cause == .system(ENOTEMPTY) }

    /// The system's text for a code, e.g. "No space left on device".
    package static func text(ofSystemError code: Int32) -> String {
        guard let words = unsafe strerror(code) else { return "error \(code)" }
        return unsafe String(cString: words)
    }
}

/// The result of a system call that reports failure by -1 and errno. The call is repeated while it is interrupted
/// (EINTR). FUSE and NFS interrupt calls even without a signal handler.
func retried<Result: SignedInteger>(_ call: () -> Result) -> Result {
    while true {
        let result = call()
        if result != -1 || errno != EINTR { return result }
    }
}

/// An error of another target that reading bytes can end with, such as that of a registry.
package protocol CarriableError: Error, Equatable, Sendable {}

/// An error of another target as the cause of an `IOFailure`. ByteIO passes it on; the message files know its type.
package struct CarriedError: Equatable, Sendable {
    package let error: any CarriableError
    private let isSame: @Sendable (any CarriableError) -> Bool

    package init<Failure: CarriableError>(_ error: Failure) {
        self.error = error
        isSame = { $0 as? Failure == error }
    }

    package static func == (left: CarriedError, right: CarriedError) -> Bool { left.isSame(right.error) }
}

/// Runs `body`, and throws its error as an error of another type. A closure needs its type: `{ () throws(E) in … }`.
package func mapping<R: ~Copyable, Inner: Error, Outer: Error>(
    _ change: (Inner) -> Outer, _ body: () throws(Inner) -> R
) throws(Outer) -> R {
    do throws(Inner) { return try body() } catch { throw change(error) }
}
