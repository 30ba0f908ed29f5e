package import ImageModel

/// A reason why a container may not start.
package struct StartFinding: Sendable, Equatable {
    package let problem: StartProblem
    /// The file that has the problem; `nil` if it concerns none.
    package let file: FilePath?
    /// The layer of the file; `nil` if there is no file.
    package let layer: Digest?

    init(_ problem: StartProblem, _ file: FilePath? = nil, in layer: Digest? = nil) {
        self.problem = problem
        self.file = file
        self.layer = layer
    }

    init(_ problem: StartProblem, _ entry: FileEntry) { self.init(problem, entry.path, in: entry.layer) }
}

/// The problems that a start check finds. Names and paths are as the image writes them.
package enum StartProblem: Sendable, Equatable {
    // Certain: the container does not start.

    case absent(path: String)
    /// A file system that every container runtime mounts hides the file.
    case hidden(mount: String)
    /// `path` is the value of PATH.
    case notInPath(word: String, path: String)
    case notAFile(FileEntry.Kind)
    /// The working directory is not an absolute path.
    case relativeDirectory(String)
    /// The path of a file ends in a slash.
    case slashAfterFile(path: String)
    /// The working directory or one above it is no directory.
    case notADirectory(FileEntry.Kind)
    /// The user lacks the permission to execute the file.
    case notExecutable(mode: Int, user: String)
    /// The user lacks the permission to read the script.
    case notReadable(mode: Int, user: String)
    /// The user lacks the permission to search a directory on the path to `path`.
    case notSearchable(path: FilePath, mode: Int, user: String)
    case danglingLink(target: String)
    case endlessLink(path: String)
    /// The interpreter of a script is absent.
    case interpreterAbsent(String)
    /// The interpreter of a script exists, but cannot be executed.
    case interpreterUnusable(String)
    /// The `#!` line ends in a carriage return.
    case carriageReturn(String)
    /// The `#!` line names no interpreter, or is too long.
    case interpreterMissing
    /// More interpreters than the kernel follows.
    case scriptLoop
    case loaderAbsent(String)
    case loaderUnusable(String)
    /// `found` is `nil` if the processor is unknown.
    case wrongMachine(found: Machine?, expected: String)
    case truncated
    case notExecutableFormat
    case emptyFile
    /// The content is no program and no script.
    case unknownFormat
    /// `inFile` is false if the image has no /etc/passwd.
    case userAbsent(String, inFile: Bool)
    case groupAbsent(String, inFile: Bool)
    /// The number of a user or group is out of range.
    case invalidNumber(String)

    // Nearly certain: the dynamic loader would not start the program.

    /// `chain` are the libraries that lead from the program to the one that is needed. `elsewhere` is a file of that
    /// name in a directory that the loader does not search; `nil` if there is none.
    case libraryAbsent(String, chain: [FilePath], elsewhere: FilePath?)
    /// The loader finds a file of the name that is damaged, or for another processor.
    case libraryUnusable(String, chain: [FilePath], file: FilePath)
    /// `defined` is the highest version with the same prefix; `nil` if there is none.
    case versionAbsent(String, library: FilePath, defined: String?)

    // Notes.

    case processorLevel(Int)
    /// A volume, a mount or a variable may supply the file. `place` names it.
    case suppliedOutside(path: String, place: String)
    case wrapper(String)
    case nothingToRun
    case unchecked(Unchecked)

    package enum Unchecked: Sendable, Equatable {
        /// The files of the image are not known.
        case layers(LayerFault, Digest)
        case encryptedLayers
        /// Another system than Linux or Windows, or another kind of program.
        case system(String)
        /// The layers of Windows itself are not part of the image.
        case windowsBase
        /// A program that only the Path in the registry of Windows may find.
        case windowsPath(String)
        /// A path on another drive than C.
        case drive(String)
        /// A command line that Windows would have to split.
        case commandLine
        /// The file is too long, or its content was out of reach.
        case content(FilePath)
        case tooManyLibraries
        /// The paths of the image need more steps than any real image does.
        case tooMuchWork
        /// A relative directory of PATH holds the command. Newer container runtimes refuse it.
        case relativeSearch(String)
    }

    /// Whether many sound images have it.
    package var isUsual: Bool {
        switch self {
        case .wrapper, .nothingToRun: true
        default: false
        }
    }

    package var severity: Finding.Severity {
        switch self {
        case .absent, .hidden, .notInPath, .notAFile, .slashAfterFile, .relativeDirectory, .notADirectory,
            .notExecutable,
            .notReadable,
            .notSearchable,
            .danglingLink,
            .endlessLink, .interpreterAbsent, .interpreterUnusable, .carriageReturn, .interpreterMissing, .scriptLoop,
            .loaderAbsent,
            .loaderUnusable, .wrongMachine, .truncated, .notExecutableFormat, .emptyFile, .unknownFormat, .userAbsent,
            .groupAbsent, .invalidNumber:
            .error
        case .libraryAbsent, .libraryUnusable, .versionAbsent: .warning
        case .processorLevel, .suppliedOutside, .wrapper, .nothingToRun, .unchecked: .note
        }
    }
}
