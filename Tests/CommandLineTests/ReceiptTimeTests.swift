import ByteIO
import Testing

@testable import ocimerge

@Suite("The time of a receipt")
struct ReceiptTimeTests {
    @Test(
        "seconds since 1970 become RFC 3339",
        arguments: [
            (0, "1970-01-01T00:00:00Z"), (951_782_399, "2000-02-28T23:59:59Z"), (951_782_400, "2000-02-29T00:00:00Z"),
            (1_709_164_800, "2024-02-29T00:00:00Z"), (1_735_689_599, "2024-12-31T23:59:59Z"),
            (4_107_542_400, "2100-03-01T00:00:00Z"), (253_402_300_799, "9999-12-31T23:59:59Z"),
        ])
    func text(_ seconds: Int64, _ text: String) { #expect(ReceiptTime.text(seconds) == text) }

    @Test("SOURCE_DATE_EPOCH decides if it is set")
    func variable() throws {
        #expect(try ReceiptTime.text { _ in "86400" } == "1970-01-02T00:00:00Z")
        let now = ReceiptTime.text(SystemTime().unixTime)
        #expect(try ReceiptTime.text { _ in nil } >= now)
        #expect(try ReceiptTime.text { _ in "" } >= now)
    }

    @Test("other values are refused", arguments: ["-1", "+1", "1.5", "today", "253402300800", "99999999999999999999"])
    func refused(_ text: String) {
        #expect(throws: ReceiptTimeError(text: text)) { try ReceiptTime.text { _ in text } }
    }
}
