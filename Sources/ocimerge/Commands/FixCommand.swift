/// Corrects the platform that an image declares, and nothing else.
enum FixCommand {
    static func run(_ request: FixRequest, _ console: Console) throws {
        throw UsageError.unknownCommand("fix", suggestion: nil)
    }
}
