import ByteIO
import ImageAudit
import ImageModel
import TestSupport
import Testing

@Suite("Evidence in images with misleading files")
struct EvidenceCaseTests {
    @Test(
        "the platform of an image is found in every packing of its layers", arguments: EvidenceCase.all,
        LayerPacking.allCases)
    func verdict(_ one: EvidenceCase, _ packing: LayerPacking) throws {
        let content = try one.image.content(packing)
        let config = try ConfigView(bytes: content.config)
        let image = try ImageContents.sample(config: content.config, layers: content.layers)
        for depth in [EvidenceDepth.bounded, .full] {
            let evidence = try EvidenceSearch.examinations(of: [image], depth: depth, jobs: 1)[0].evidence
            let verdict = evidence.verdict(on: config.platform)
            let corrected = evidence.platform(claimed: config.platform)
            switch (one.truth, verdict) {
            case (.right, .agrees): #expect(corrected == config.platform)
            case (.open, .silent): #expect(corrected == nil)
            case (.wrong(let platform, let witnesses), .contradicts(let witness)):
                #expect(corrected?.description == platform)
                #expect(witnesses.contains(witness.path), "\(witness)")
            default: Issue.record("\(verdict)")
            }
        }
    }
}
