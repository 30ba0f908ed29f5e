/// A defect of a command line. Options include their dashes, as typed if known.
enum UsageError: Error, Equatable {
    case noArguments
    /// The argument with its invalid bytes replaced.
    case notUTF8(String)
    case unknownCommand(String, suggestion: String?)
    /// Neither a command nor a topic of `help`.
    case unknownSubject(String, suggestion: String?)
    /// A verb of another tool, with the command line that does the same.
    case foreignVerb(String, advice: String)
    /// An option of another tool, with the option to type.
    case foreignOption(String, advice: String)
    /// An option that only other commands or other tools have, with the form to type.
    case misplacedOption(String, command: String, advice: String)
    /// Several files before the reference of `push`.
    case severalPushSources([String], reference: String)
    /// An option stands before the command, so the line reads as a merge of a file with the command's name.
    case commandNotFirst(String)
    /// `owners`: The commands that have this option.
    case unknownOption(String, command: String, suggestion: String?, owners: [String])
    /// A file whose name begins with a dash.
    case dashedFile(String)
    case missingOption(String, value: String, command: String)
    /// `found`: The next argument if it is another option.
    case missingValue(option: String, value: String, found: String?)
    case emptyValue(option: String)
    case unexpectedValue(option: String, value: String)
    case repeatedOption(String)
    case exclusiveOptions(String, String)
    /// One option requires another.
    case dependentOption(String, needs: String)
    /// One user and several registries.
    case severalRegistries(String, String)
    case missingPositional(String, command: String)
    /// Fewer arguments than the command needs, which are several.
    case missingPositionals([String], command: String, given: [String])
    /// A platform where another argument is needed, after --platform. `given`: The value of that option; `nil` if the
    /// option takes one platform.
    case platformPositional(String, command: String, given: String?)
    /// The reference of `pull` is a file.
    case pullsFile(String, destination: String)
    case emptyPositional(String, command: String)
    case unexpectedPositional(String, command: String)
    case unknownChoice(String, name: String, choices: [String])
    case severalSources(option: String, count: Int)
    case invalidJobs(String, allowed: ClosedRange<Int>)
    case unknownCompression(String, choices: [String])
    case invalidLevel(String, method: String, allowed: ClosedRange<Int>?)
    /// --recompress without --compress.
    case recompressAlone
    case emptyPlatform(list: String)
    /// One of several platforms that does not name the old platform.
    case severalPlatforms(String)
    case inPlaceStream(String)
    case inPlaceRegistry(String)
    /// --default-platform for a destination other than a portable archive.
    case defaultPlatformElsewhere(destination: String)
    /// A rule of --rename or --mirror that is not `FROM=TO`.
    case malformedRule(String, option: String)
    /// Two options name one file, of which at least one is written.
    case samePath(String, String, String)
    /// An option would replace a file that the command reads, or a part of it.
    case writesSource(String, String)
    /// A registry is the destination of `pack`.
    case packsToRegistry(prefix: String)
    /// --format oci for a docker-archive.
    case formatOfDockerArchive(destination: String)
    /// A value of another form than the option takes.
    case malformedValue(String, option: String, form: String)
    /// `edit` without a change.
    case noChange
    /// `edit scratch` without exactly one platform.
    case scratchPlatform
    case inPlaceScratch
    /// --drop-platform or --delete for `scratch`.
    case scratchRemoval
    /// `--add-layer FILE=TARGET`, and FILE is no directory.
    case archiveTarget(argument: String, file: String)
    /// `--add-layer DIR=`.
    case emptyTarget(argument: String)
    /// A size beyond 64 bits.
    case tooLarge(String, option: String)
    case invalidSize(String, option: String, least: Int64)
}
