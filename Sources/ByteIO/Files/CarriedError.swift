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
