import ImageModel

@testable import ImageSinks

/// Runs `body` and throws the cause of a sink's error instead of the error.
func causing<R>(_ body: () throws -> R) throws -> R {
    do { return try body() } catch let error as SinkError { throw error.cause }
}

extension SinkError {
    fileprivate var cause: any Error {
        switch self {
        case .io(let error): error
        case .blob(let error): error
        case .destination(let error): error
        case .registry(let error): error
        case .document(let error): error
        case .edit(let error): error
        case .unflushed(let error): error
        case .incompletePush(let error): error
        }
    }
}

extension ImageSink {
    /// Executes a plan and throws the cause of a failure.
    @discardableResult
    func run(_ plan: WritePlan, jobs: Int, progress: @escaping @Sendable (Int) -> Void = { _ in }) throws
        -> PlanExecution.Written
    {
        try causing { try PlanExecution.run(plan, into: self, jobs: jobs, progress: progress) }
    }
}
