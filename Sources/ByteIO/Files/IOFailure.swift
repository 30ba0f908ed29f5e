internal import Glibc

/// The world refused: which operation, on what, and why. Facts only; the sentence is made in Report/.
package struct IOFailure: Error, Equatable, Sendable {
    package enum Operation: String, Sendable {
        case open, read, write, create, rename, remove, list, sync, lock, decompress, send, receive, run
    }

    package enum Cause: Equatable, Sendable {
        case system(Int32)
        /// The bytes end where their own header says they go on.
        case truncated
        /// The bytes are not what their format says they must be.
        case corrupt(String)
        /// Something that is not a regular file stands where one is needed.
        case notRegularFile
        case tooLarge(limit: Int64)
        /// The bytes are not those that their digest promises.
        case wrongContent(ContentHasher.Algorithm, expected: [UInt8], found: [UInt8])
        /// It should stand beside the first volume, and does not.
        case volumeMissing(first: String)
        /// A volume that is not the last must be as large as the others.
        case volumeSize(expected: Int64, found: Int64)
        /// Another volume than the list beside it says, or a damaged one.
        case foreignVolume(list: String)
        /// A later volume stands where the first should be named.
        case laterVolume(first: String)
        case tooManyVolumes(limit: Int)
        /// The library that compresses gave up.
        case notCompressed
        case network(NetworkFault)
        /// A server answered, and not with what was asked for.
        case answered(status: Int)
        /// What is behind the bytes says by itself what is wrong.
        case carried(CarriedError)
        /// Another program did not end in its time.
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

    /// The one place where errno becomes a value.
    static func last(_ operation: Operation, _ path: String) -> IOFailure {
        IOFailure(operation, path, .system(errno))
    }

    package static var noSuchFile: Int32 { ENOENT }

    package var isAbsence: Bool { cause == .system(ENOENT) || cause == .system(ENOTDIR) }
    package var isAlreadyThere: Bool { cause == .system(EEXIST) || cause == .system(ENOTEMPTY) }

    /// The system's words for a code, e.g. "No space left on device".
    package static func text(ofSystemError code: Int32) -> String {
        guard let words = unsafe strerror(code) else { return "error \(code)" }
        return unsafe String(cString: words)
    }
}

/// An error of another kind on its way through bytes: whoever reads cannot name it, whoever reports can.
package struct CarriedError: Equatable, Sendable {
    package let error: any Error
    private let isSame: @Sendable (any Error) -> Bool

    package init<Failure: Error & Equatable>(_ error: Failure) {
        self.error = error
        isSame = { $0 as? Failure == error }
    }

    package static func == (left: CarriedError, right: CarriedError) -> Bool { left.isSame(right.error) }
}
