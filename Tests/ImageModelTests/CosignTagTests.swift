import ByteIO
import Testing

@testable import ImageModel

struct CosignTagTests {
    private let hex = String(repeating: "0a", count: 32)

    @Test(arguments: ["sig", "att", "sbom"]) func aTagNamesItsSubject(kind: String) throws {
        let tag = try #require(CosignTag(parsing: "sha256-\(hex).\(kind)"))
        #expect(tag.subject.description == "sha256:\(hex)")
        #expect(tag.description == "sha256-\(hex).\(kind)")
    }

    @Test func otherTagsAreNoCosignTags() {
        for tag in [
            "sha256-\(hex)", "sha256-\(hex).", "sha256-\(hex).sig.sig", "sha256-0a.sig", "md5-\(hex).sig", "1.0", "",
            ".sig",
        ] {
            #expect(CosignTag(parsing: tag) == nil, "\(tag)")
        }
    }

    /// With SHA-512 the tag would be longer than a tag may be.
    @Test func longDigestsHaveNoTags() {
        let digest = Digest(of: [])
        #expect(
            CosignTag.all(of: digest).map(\.description)
                == ["att", "sbom", "sig"].map { "sha256-\(digest.hex).\($0)" })
        #expect(CosignTag.all(of: Digest(of: [], algorithm: .sha512)) == [])
    }

    @Test func aFullNameIsParsedByItsTag() throws {
        let name = try #require(ImageName(parsing: "r.example/app:sha256-\(hex).sig"))
        #expect(CosignTag(.full(name)) == CosignTag(.plain("sha256-\(hex).sig")))
    }
}
