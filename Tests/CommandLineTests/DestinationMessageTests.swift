import ByteIO
import ImageModel
import ImagePlanning
import ImageSinks
import Testing

@testable import ocimerge

/// Sentences about destinations. Paths and names come from users and are escaped.
@Suite struct DestinationMessageTests {
    static let digest = Digest(.sha256, raw: [UInt8](repeating: 0xAB, count: 32))
    static let path = "out\u{1B}[1m"
    static let shown = "out\\u{1b}[1m"

    static let sentences: [(DestinationError, String)] = [
        (
            .holdsOneImage(path: path),
            "\(shown): a dir: directory holds one image, so --update has nothing to add to; use --force"
        ),
        (.imageExists(path: path), "\(shown) exists; replace it with --force, or choose another name"),
        (
            .notASkopeoDirectory(path: path),
            "\(shown) is not an image that skopeo wrote as dir:, so --force does not replace it; remove it yourself or "
                + "choose another name"
        ),
        (
            .skopeoDirectoryHoldsMore(path: "d", name: path),
            "d holds \(shown), which is not part of a dir: image, so --force does not replace it; remove it yourself "
                + "or "
                + "choose another name"
        ),
        (.notOneImage(count: 0, names: []), "a dir: directory holds one image, but the result has none"),
        (
            .notOneImage(count: 2, names: []),
            "a dir: directory holds one image, but the result has 2; choose one with SOURCE:NAME"
        ),
        (
            .notOneImage(count: 3, names: ["a:1", path]),
            "a dir: directory holds one image, but the result has 3 (a:1, \(shown)); choose one with SOURCE:NAME"
        ),
        (
            .notOneImage(count: 2, names: ["a:1"], unnamed: [digest]),
            "a dir: directory holds one image, but the result has 2 (a:1, \(digest)); choose one with SOURCE:NAME or "
                + "SOURCE@DIGEST"
        ),
        (
            .notOneImage(count: 1, names: [], unnamed: [digest]),
            "a dir: directory holds one image, but the result has 1 (\(digest)); choose one with SOURCE@DIGEST"
        ),
        (.danglingLink(path: path), "\(shown) is a dangling link; remove it or choose another name"),
        (
            .notSHA256(digest),
            "\(digest) cannot be in a dir: directory, which supports only SHA-256; write an OCI image layout"
        ),
        (
            .nestedIndex(digest),
            "the image holds a second index, \(digest), which skopeo does not read from a dir: directory; choose it with "
                + "PATH@DIGEST, or write an OCI image layout"
        ),
    ]

    @Test(arguments: sentences)
    func skopeoDirectories(_ error: DestinationError, _ sentence: String) {
        #expect(error.sentence == sentence)
    }

    @Test func lostNames() {
        #expect(
            NoteMessage.sentence(for: .namesLost(["a:1", Self.path]))
                == "a dir: directory cannot hold names; a:1, \(Self.shown) are not kept")
        #expect(NoteMessage.sentence(for: .namesLost(["a:1"])).hasSuffix("; a:1 is not kept"))
    }
}
