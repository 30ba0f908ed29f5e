internal import ByteIO

/// What stands at a destination now.
enum DestinationPlace {
    /// nil: nothing, and it can be made there. `shown` is the path as it was typed.
    static func kind(of path: String, shown: String) throws(DestinationError) -> FileSystem.Kind? {
        if let kind = FileSystem.kind(of: path) { return kind }
        if FileSystem.exists(path) { throw .danglingLink(path: shown) }
        try checkParent(of: path)
        return nil
    }

    static func checkParent(of path: String) throws(DestinationError) {
        let parent = FileSystem.parent(of: path)
        guard FileSystem.kind(of: parent) == .directory else { throw .parentMissing(path: parent) }
    }
}

extension StagingDirectory {
    /// The same failure, said of the destination that the user knows.
    func named(_ error: any Error, as destination: String) -> any Error {
        guard let failure = error as? IOFailure, failure.path.hasPrefix(path) else { return error }
        return IOFailure(failure.operation, destination, failure.cause)
    }
}
