internal import ImageAudit
internal import Testing

@Suite("Evidence")
struct EvidenceTests {
    @Test("an image without a witness is silent")
    func silent() {
        #expect(Evidence(witnesses: []).verdict(on: nil) == .silent(.noExecutables))
    }
}
