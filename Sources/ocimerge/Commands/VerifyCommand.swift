/// Reads everything and says all that is wrong.
enum VerifyCommand {
    static func run(_ request: VerifyRequest, _ console: Console) throws {
        throw UsageError.unknownCommand("verify", suggestion: nil)
    }
}
