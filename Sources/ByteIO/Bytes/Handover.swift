/// Carries a reader to the thread that will read it. Whoever made it has given it up.
package final class Handover: @unchecked Sendable {
    private let reader: any ByteReader

    package init(_ reader: any ByteReader) { self.reader = reader }

    package func take() -> any ByteReader { reader }
}
