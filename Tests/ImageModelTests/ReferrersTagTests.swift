import ByteIO
import Testing

@testable import ImageModel

struct ReferrersTagTests {
    @Test(arguments: [Digest.Algorithm.sha256, .sha512])
    func longDigestsAreShortened(_ algorithm: Digest.Algorithm) {
        let digest = Digest(of: [], algorithm: algorithm)
        #expect(ReferrersTag(digest).description == "\(algorithm.rawValue)-\(digest.hex.prefix(64))")
        #expect(ReferrersTag(digest).description.utf8.count == 71)
    }
}
