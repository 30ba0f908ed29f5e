import ImageModel
import TestSupport
import Testing

@testable import ImagePlanning

/// Lists of the blobs that a receiver has.
struct BlobListTests {
    static let hex = String(repeating: "0123456789abcdef", count: 4)
    static let digest = "sha256:\(hex)"

    static func parsed(_ text: String) throws(BlobListError) -> BlobList { try BlobList(parsing: Array(text.utf8)) }

    @Test func listsEveryNamedBlobAndIsParsedAgain() throws {
        let image = SampleImage("linux/amd64", content: ["one", "two"])
        var graph = ImageGraph()
        let absent = image.layers[1].descriptor.digest
        graph.add(image, without: [absent])
        graph.root(image.entry("linux/amd64", name: "docker.io/demo/app:1"))
        graph.isIncrement = true
        let list = BlobList.held(by: graph).list
        #expect(
            list.digests == Set([image.manifest.digest, image.config.digest] + image.layers.map(\.descriptor.digest)))
        let lines = list.text.split(separator: "\n").map(String.init)
        #expect(lines == lines.sorted())
        #expect(
            lines.contains("\(absent)\t3\tapplication/vnd.oci.image.layer.v1.tar\t\(absent)"),
            "a layer that is only named, with its diffID")
        #expect(lines.contains("\(image.config.digest)\t\(image.config.bytes.count)\t\(MediaType.ociConfig)"))
        #expect(try Self.parsed(list.text) == list)
    }

    @Test func aWrongMediaTypeIsCorrected() throws {
        let image = SampleImage("linux/amd64", layerType: .ociLayerGzip)
        var graph = ImageGraph.of(image)
        graph.mislabelled[image.layers[0].descriptor.digest] = LayerCompression.none
        let entry = BlobList.held(by: graph).list.entries.first { $0.diffID != nil }
        #expect(entry?.mediaType == .ociLayer)
    }

    static let printed: [(what: String, line: String)] = [
        ("our own line", "#D\t7\tapplication/x\t#D"), ("a digest alone", "#D"), ("ls blobs/sha256", "#H"),
        ("ls on Windows", "#H\r"), ("sha256sum", "#H  blobs/sha256/x"), ("sha256sum of binary files", "#H *x"),
        ("find", "./mirror/blobs/sha256/#H"), ("find below it", "blobs/sha256/#H"),
        ("a folder with spaces", "/my mirror/blobs/sha256/#H  "), ("spaces in front", "  #D"),
        ("a byte order mark", "\u{feff}#H"),
    ]

    static func filled(_ text: String) -> String { text.replacing("#D", with: digest).replacing("#H", with: hex) }

    @Test(arguments: printed.indices)
    func parsesTheOutputOfTools(_ number: Int) throws {
        let line = Self.filled(Self.printed[number].line)
        let list = try Self.parsed("\(line)\n")
        #expect(list.digests == [try Digest(parsing: Self.digest)])
        #expect(BlobList.isList(Array(line.utf8)))
    }

    @Test func blankLinesAndCommentsAreIgnored() throws {
        #expect(try Self.parsed("# what mirror has\n\n  \n\t# more\n") == BlobList())
        #expect(try Self.parsed("\n#x\n\(Self.hex)").digests.count == 1)
    }

    static let malformed: [(text: String, line: Int)] = [
        ("index.json", 1), ("#H\nindex.json", 2), (hex.uppercased(), 1), (String(hex.dropLast()), 1), ("#H0", 1),
        ("md5:#H", 1), ("total 12\n#H", 1), ("blobs/sha256/../#H", 1), ("#Dx\t1\ty", 1), ("#\n\n\nx", 4),
        ("12345 #H", 1),
    ]

    @Test(arguments: malformed.indices)
    func everythingElseIsAnErrorWithItsLine(_ number: Int) {
        let (text, line) = (Self.filled(Self.malformed[number].text), Self.malformed[number].line)
        let found = text.split(separator: "\n", omittingEmptySubsequences: false)[line - 1]
        #expect(throws: BlobListError.line(line, String(found.prefix(80)))) { try Self.parsed(text) }
    }

    @Test func aMediaTypeCannotAddALine() throws {
        let evil = "application/x\nsha256:" + String(repeating: "1", count: 64)
        let image = SampleImage("linux/amd64", layerType: MediaType(evil))
        let text = BlobList.held(by: .of(image)).list.text
        #expect(text.split(separator: "\n").count == 3)
        #expect(try Self.parsed(text).digests.count == 3)
    }

    static let columns: [(line: String, column: BlobListError.Column, text: String)] = [
        ("#D\t-1\tapplication/x", .size, "-1"), ("#D\t9007199254740993\tapplication/x", .size, "9007199254740993"),
        ("#D\t1e3\tapplication/x", .size, "1e3"), ("#D\t7\tapplication", .mediaType, "application"),
        ("#D\t7\ta/b/c", .mediaType, "a/b/c"), ("#D\t7\tapplicatiön/x", .mediaType, "applicatiön/x"),
        ("#D\t7\tapplication/x\tsha256:ab", .diffID, "sha256:ab"),
        ("#D\t7\tapplication/x\t#H", .diffID, String(hex.prefix(80))),
    ]

    @Test(arguments: columns.indices)
    func aMalformedColumnIsAnError(_ number: Int) {
        let (line, column, text) = Self.columns[number]
        #expect(throws: BlobListError.column(column, 2, text)) { try Self.parsed("# x\n" + Self.filled(line)) }
    }

    @Test func columnsMayBeEmpty() throws {
        let list = try Self.parsed("\(Self.digest)\t-\t-\t-\n")
        #expect(list.entries.first?.size == nil && list.entries.first?.mediaType == nil)
        #expect(try Self.parsed("\(Self.digest)\t9007199254740992\ta/b").entries.first?.size == 1 << 53)
    }

    @Test func theNumberOfEntriesIsLimited() throws {
        func list(_ count: Int) -> [UInt8] {
            var bytes: [UInt8] = []
            for number in 0..<count {
                let hex = String(number, radix: 16)
                bytes += Array((String(repeating: "0", count: 64 - hex.count) + hex + "\n").utf8)
            }
            return bytes
        }
        let limit = BlobList.entryLimit
        #expect(throws: BlobListError.tooMany(limit: limit)) { try BlobList(parsing: list(limit + 1)) }
    }

    @Test func aLongLineIsRefused() {
        let line = [UInt8](repeating: UInt8(ascii: " "), count: 100) + Array((Self.digest + " a").utf8)
        #expect(throws: Never.self) { try BlobList(parsing: line) }
        let long = line + [UInt8](repeating: UInt8(ascii: " "), count: 10_000)
        #expect(throws: BlobListError.self) { try BlobList(parsing: long) }
    }

    @Test func absentBlobsAreNotListed() throws {
        let images = [SampleImage("linux/amd64", content: ["one", "two"]), SampleImage("linux/arm64", content: ["x"])]
        let absent = images[0].layers[1].descriptor
        let index = SampleImage.index([images[0].entry("linux/amd64"), images[1].entry("linux/arm64")])
        var graph = ImageGraph()
        graph.add(images[0], without: [absent.digest])
        graph.insert(index)
        graph.root(SampleImage.entry(index))
        let (list, missing) = BlobList.held(by: graph)
        #expect(missing.map(\.digest) == [absent.digest], "no document")
        #expect(missing.map(\.size) == [absent.size])
        let here = [index.digest, images[0].manifest.digest, images[0].config.digest]
        #expect(list.digests == Set(here + [images[0].layers[0].descriptor.digest]))
        graph.isIncrement = true
        let (all, none) = BlobList.held(by: graph)
        #expect(none == [])
        #expect(all.digests == list.digests.union([absent.digest, images[1].manifest.digest]))
    }

    static let heads: [(what: String, head: String, isList: Bool)] = [
        ("a tar whose first member is a blob", "blobs/sha256/#H\0\0\0000644\0", false),
        ("an index", #"{"manifests":[]}"#, false), ("docker's list", "[{}]", false), ("gzip", "\u{1f}x", false),
        ("nothing", "", false), ("nothing but lines", "\n\n", false), ("a list in German", "# Wöchentlich\n", true),
        ("a text", "what is this", true),
    ]

    @Test(arguments: heads.indices)
    func recognisesLists(_ number: Int) {
        let (what, head, isList) = Self.heads[number]
        #expect(BlobList.isList(Array(Self.filled(head).utf8)) == isList, "\(what)")
    }
}
