internal import ByteIO
internal import ImageModel
internal import ImageSinks

/// The destination that a command line names.
enum DestinationOpening {
    /// Refuses options that the destination does not take.
    static func destination(
        _ text: String, _ options: DestinationOptions, _ run: RunOptions, format: ImageFormat? = nil
    ) throws(CommandError) -> any Destination {
        let destination = try clearing(text, run) { () throws(DestinationError) in
            try Destinations.parse(text, options)
        }
        let traits = destination.traits
        if options.isIncrement, !traits.takesIncrements {
            throw CommandError(IncrementDestination(text: text))
        }
        if options.defaultPlatform != nil, !traits.takesDefaultPlatform {
            throw CommandError(UsageError.defaultPlatformElsewhere(destination: text))
        }
        if format == .oci, !traits.takesOCIFormat {
            throw CommandError(UsageError.formatOfDockerArchive(destination: text))
        }
        if traits.isStandardOutput, StandardStreams.isTerminal(.output) {
            throw CommandError(TerminalOutput())
        }
        return destination
    }

    /// Checks a destination. If the destination exists and is refused, the leftovers of killed runs beside it are
    /// removed: the run that wrote it may have been killed at its end.
    static func clearing<R>(
        _ text: String, _ run: RunOptions, _ check: () throws(DestinationError) -> R
    ) throws(CommandError) -> R {
        do { return try check() } catch {
            if error.isOccupied, !run.dryRun { Destinations.removeLeftovers(beside: text) }
            throw CommandError(error)
        }
    }
}

extension DestinationTraits {
    /// The stream of the report: not the one of the result.
    var reports: StandardStreams.Stream { isStandardOutput ? .error : .output }
}

/// An archive is not written to a terminal.
struct TerminalOutput: Error {}

/// An increment is an archive that only its receiver completes.
struct IncrementDestination: Error { let text: String }
