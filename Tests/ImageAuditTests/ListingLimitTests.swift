import ByteIO
import ImageModel
import TestSupport
import Testing

@testable import ImageAudit

@Suite("The listings of all layers together")
struct ListingLimitTests {
    private static func findings(
        _ one: EvidenceCase, _ packing: LayerPacking, limit: Int
    ) throws -> [String] {
        let content = try one.image.content(packing)
        let type: MediaType = packing == .plain ? .ociLayer : packing == .zstd ? .ociLayerZstd : .ociLayerGzip
        let graph = VerificationTests.image(
            config: String(decoding: content.config, as: UTF8.self), layers: content.layers.map { (type, $0) })
        return try Verification.run(AuditSubject(graph: graph), threads: 2, checksStart: false, listingLimit: limit)
            .findings.map(
                VerificationTests.line)
    }

    @Test(
        "layers whose listings are too many to keep are read again", arguments: EvidenceCase.all,
        [LayerPacking.gzip, .zstd])
    func readAgain(_ one: EvidenceCase, _ packing: LayerPacking) throws {
        let whole = try Self.findings(one, packing, limit: LayerListing.sumLimit)
        #expect(try Self.findings(one, packing, limit: 0) == whole)
    }

    @Test("the search in one image ends at the limit, and says that it is undecided")
    func oneImage() throws {
        let empty = TarBuilder.archive([("etc/motd", [])])
        let program = TarBuilder.archive([("bin/sh", ProgramFile.bare(.amd64))])
        let config = Array(#"{"architecture":"amd64","os":"linux"}"#.utf8)
        let image = try ImageContents.sample(config: config, layers: [program, empty, empty])
        var limited = LayerReading(image, .full, listingLimit: 1)
        #expect(try limited.evidence().silence == .undecided)
        var whole = LayerReading(image, .full)
        #expect(try whole.evidence().silence != .undecided)
    }
}
