/// What is wrong with a command line. Options are spelled with their dashes, as typed where that is known.
enum UsageError: Error, Equatable {
    case noArguments
    case unknownCommand(String, suggestion: String?)
    /// An option stands before the command, so the line reads as a merge of a file with the command's name.
    case commandNotFirst(String)
    /// `owners`: the commands that do have this option.
    case unknownOption(String, command: String, suggestion: String?, owners: [String])
    case missingOption(String, value: String, command: String)
    /// `found`: the argument in the value's place, when it is another option.
    case missingValue(option: String, value: String, found: String?)
    case emptyValue(option: String)
    case unexpectedValue(option: String, value: String)
    case repeatedOption(String)
    case exclusiveOptions(String, String)
    /// One option means nothing without the other.
    case dependentOption(String, needs: String)
    /// One user, and more than one registry that might be meant.
    case severalRegistries(String, String)
    case missingPositional(String, command: String)
    case emptyPositional(String, command: String)
    case unexpectedPositional(String, command: String)
    case unknownChoice(String, name: String, choices: [String])
    case severalSources(option: String, count: Int)
    case invalidJobs(String, allowed: ClosedRange<Int>)
    case unknownCompression(String, choices: [String])
    case invalidLevel(String, method: String, allowed: ClosedRange<Int>?)
    /// Nobody said how.
    case recompressAlone
    case emptyPlatform(list: String)
    /// One of several platforms that does not say which image is meant.
    case severalPlatforms(String)
    case inPlaceStream(String)
    case inPlaceRegistry(String)
    /// Only one kind of archive has a place for it.
    case defaultPlatformElsewhere(destination: String)
    /// A docker-archive has a format of its own.
    case formatOfDockerArchive(destination: String)
    /// More than anything can count.
    case tooLarge(String, option: String)
    case invalidSize(String, option: String, least: Int64)
}
