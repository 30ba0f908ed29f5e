import ByteIO
import ImageModel
import TestSupport
import Testing

@testable import ImageSources

/// The meaning of a spec, and the line of each error.
struct MergeSpecTests {
    static func spec(_ yaml: String) throws -> MergeSpec { try SpecFile(path: "s", Array(yaml.utf8)).spec }

    static func full(_ spec: MergeSpec) -> [String] { spec.names.map(\.full) }

    @Test(
        arguments: [
            ("only the required key", "manifests: [{image: a.tar}]", []),
            ("a name", "image: demo/app:1\nmanifests: [{image: a}]", ["docker.io/demo/app:1"]),
            (
                "tags belong to the repository of the name",
                "image: h:5000/app\ntags: ['1', 2.0]\nmanifests: [{image: a}]",
                ["h:5000/app:latest", "h:5000/app:1", "h:5000/app:2.0"]
            ),
            ("no tags", "image: app\ntags: []\nmanifests: [{image: a}]", ["docker.io/library/app:latest"]),
            ("no tags and no name", "tags: []\nmanifests: [{image: a}]", []),
        ] as [(String, String, [String])])
    func names(_ why: String, _ yaml: String, _ names: [String]) throws {
        #expect(try Self.full(Self.spec(yaml)) == names, "\(why)")
    }

    @Test(
        arguments: [
            ("two names", "os: linux\narchitecture: amd64", Platform(os: "linux", architecture: "amd64")),
            ("a number", "os: linux\narchitecture: 386", Platform(os: "linux", architecture: "386")),
            (
                "a variant", "os: linux\narchitecture: arm64\nvariant: v8",
                Platform(os: "linux", architecture: "arm64", variant: "v8")
            ),
            ("aliases", "os: Linux\narchitecture: x86_64", Platform(os: "linux", architecture: "amd64")),
            ("armhf", "os: linux\narchitecture: armhf", Platform(os: "linux", architecture: "arm", variant: "v7")),
            ("arm without a variant", "os: linux\narchitecture: arm", Platform(os: "linux", architecture: "arm")),
            (
                "a version and features",
                "os: windows\narchitecture: amd64\nos.version: 10.0\nos.features: [win32k, b]",
                Platform(os: "windows", architecture: "amd64", osVersion: "10.0", osFeatures: ["win32k", "b"])
            ),
            (
                "as manifest-tool spells them",
                "os: windows\narchitecture: amd64\nosversion: 10.0.1\nosfeatures: [win32k]",
                Platform(os: "windows", architecture: "amd64", osVersion: "10.0.1", osFeatures: ["win32k"])
            ),
            ("an unknown platform", "os: plan9\narchitecture: vax", Platform(os: "plan9", architecture: "vax")),
        ] as [(String, String, Platform)])
    func platforms(_ why: String, _ yaml: String, _ platform: Platform) throws {
        let indented = yaml.split(separator: "\n").map { "    \($0)\n" }.joined()
        let spec = try Self.spec("manifests:\n- image: a\n  platform:\n" + indented)
        #expect(spec.sources == [.init("a", platform, line: 2)], "\(why)")
        #expect(spec.notes == [])
    }

    @Test func sourcesKeepTheirOrderAndLines() throws {
        let spec = try Self.spec("manifests:\n-\n  image: b\n- image: 'dir:a'\n- {image: \"-\"}\n")
        #expect(spec.sources == [.init("b", line: 3), .init("dir:a", line: 4), .init("-", line: 5)])
    }

    @Test func theRemainingKeys() throws {
        let spec = try Self.spec(
            """
            ignore-missing: true
            annotations:
              a: "1"
              b: ''
            manifests:
            - image: x
              platform: {os: a, architecture: b, features: [sse4]}
            """)
        #expect(spec.ignoresMissing)
        #expect(spec.annotations == [.init("a", "1"), .init("b", "")])
        #expect(spec.notes == [.featuresIgnored(line: 7)])
        for word in ["True", "TRUE"] {
            #expect(try Self.spec("ignore-missing: \(word)\nmanifests: [{image: x}]").ignoresMissing)
        }
        for word in ["false", "False", "FALSE"] {
            #expect(try !Self.spec("ignore-missing: \(word)\nmanifests: [{image: x}]").ignoresMissing)
        }
    }

    static let rest = "manifests: [{image: x}]\n"
    static let item = "manifests:\n- image: x\n  platform:\n"

    @Test(
        arguments: [
            ("no mapping", "- a\n", 1, "the spec must be a mapping"),
            ("text", "\n\nhello", 3, "the spec must be a mapping"),
            ("no manifests", "\nimage: a\n", 2, "the spec lacks manifests"),
            ("an unknown key", rest + "imgae: a\n", 2, "unknown imgae"),
            ("an unknown key of a source", "manifests:\n- image: x\n  platfrom: y\n", 3, "unknown platfrom"),
            ("an unknown key of a platform", item + "    arch: y\n", 4, "unknown arch"),
            ("keys are exact", "Image: a\n" + rest, 1, "unknown Image"),
            ("an image that is a list", "image: [a]\n" + rest, 1, "image must be a text"),
            ("an empty image", rest + "image:\n", 2, "image is empty"),
            ("no name", "image: Demo/App\n" + rest, 1, "no name Demo/App"),
            ("tags that are text", rest + "image: a\ntags: latest\n", 3, "tags must be a list"),
            ("a tag that is a list", rest + "image: a\ntags:\n- b\n- [c]\n", 5, "an item of tags must be a text"),
            ("an empty tag", rest + "image: a\ntags:\n- ''\n", 4, "an item of tags is empty"),
            ("a tag that is a name", rest + "image: a\ntags: [b,\n 'c/d:1']\n", 4, "no tag c/d:1"),
            ("tags without a name", rest + "tags: [b]\n", 2, "tags without image"),
            ("annotations that are a list", rest + "annotations: [b]\n", 2, "annotations must be a mapping"),
            ("an annotation that is a list", rest + "annotations:\n  a: []\n", 3, "a must be a text"),
            ("an annotation without a key", rest + "annotations:\n  '': b\n", 3, "a key of annotations is empty"),
            ("another boolean word", rest + "ignore-missing: yes\n", 2, "ignore-missing must be a boolean"),
            ("a quoted boolean", rest + "ignore-missing: 'true'\n", 2, "ignore-missing must be a boolean"),
            ("manifests that are a mapping", "manifests:\n  image: x\n", 1, "manifests must be a list"),
            ("empty manifests", "image: a\nmanifests: []\n", 2, "manifests is empty"),
            ("manifests without a value", "image: a\nmanifests:\n", 2, "manifests must be a list"),
            ("a source that is text", "manifests:\n- x\n", 2, "an item of manifests must be a mapping"),
            (
                "a source without an image", "manifests:\n- image: x\n- platform: y\n", 3,
                "an item of manifests lacks image"
            ),
            ("a source with an empty image", "manifests:\n- image: ''\n", 2, "image is empty"),
            ("a source that is a mapping", "manifests:\n- image: {a: b}\n", 2, "image must be a text"),
            (
                "a platform that is text", "manifests:\n- image: x\n  platform: linux/amd64\n", 3,
                "platform must be a mapping"
            ),
            ("an empty platform", "manifests:\n- image: x\n  platform: {}\n", 3, "platform lacks os"),
            ("a platform without an architecture", item + "    os: linux\n", 3, "platform lacks architecture"),
            ("a platform without a system", item + "    architecture: arm\n", 3, "platform lacks os"),
            ("an empty system", item + "    os:\n", 4, "os is empty"),
            ("a slash in a value", item + "    os: linux/arm\n", 4, "os cannot be linux/arm"),
            ("a space", item + "    os: l\n    architecture: 'a b'\n", 5, "architecture cannot be a b"),
            ("a variant", item + "    os: l\n    architecture: a\n    variant: ':'\n", 6, "variant cannot be :"),
            (
                "a version", item + "    os: l\n    architecture: a\n    os.version: 1/2\n", 6,
                "os.version cannot be 1/2"
            ),
            (
                "features that are text", item + "    os: l\n    architecture: a\n    os.features: x\n", 6,
                "os.features must be a list"
            ),
            (
                "a feature", item + "    os: l\n    architecture: a\n    os.features:\n    - x\n    - ' '\n", 8,
                "os.features cannot be  "
            ),
            (
                "two spellings", item + "    os: l\n    os.version: 1\n    osversion: 1\n", 6,
                "osversion is os.version"
            ),
            ("malformed YAML", "image: a\n" + rest + "  b: c: d\n", 3, "yaml"),
            ("a key twice", "image: a\nimage: a\n", 2, "yaml"),
        ] as [(String, String, Int, String)])
    func refuses(_ why: String, _ yaml: String, _ line: Int, _ expected: String) throws {
        let error = try #require(throws: SpecError.self) { try Self.spec(yaml) }
        #expect(error.file == "s")
        #expect(error.line == line, "\(why)")
        #expect(Self.word(error.reason) == expected, "\(why)")
    }

    private static func name(_ place: SpecPlace) -> String {
        switch place {
        case .whole: "the spec"
        case .value(let key): key
        case .item(let key): "an item of \(key)"
        case .key(let key): "a key of \(key)"
        }
    }

    static func word(_ reason: SpecError.Reason) -> String {
        switch reason {
        case .yaml: "yaml"
        case .unknownKey(let key, _): "unknown \(key)"
        case .wrongType(let place, let expected): "\(name(place)) must be a \(expected)"
        case .missingKey(let key, let place): "\(name(place)) lacks \(key)"
        case .empty(let place): "\(name(place)) is empty"
        case .sameKey(let key, let other): "\(key) is \(other)"
        case .malformedPlatform(let key, let text): "\(key) cannot be \(text)"
        case .malformedName(let text): "no name \(text)"
        case .malformedTag(let text): "no tag \(text)"
        case .unknownPlatform(let platform): "unknown platform \(platform)"
        case .tagsWithoutImage: "tags without image"
        case .platformTwice(let source): "platform twice: \(source)"
        case .source(let error): Opening.failure { throw error } ?? ""
        case .unreadable, .standardInputTaken, .nothingLeft: "\(reason)"
        }
    }

    @Test func aSpecOfManifestToolIsParsed() throws {
        let spec = try SpecFile(reading: Program.fixture("specs/registry.yaml")).spec
        #expect(
            Self.full(spec) == ["latest", "1.0.0", "1.0", "1"].map { "registry.example:5000/some/image:" + $0 })
        #expect(
            spec.sources == [
                .init(
                    "registry.example:5000/some/image:arm64",
                    Platform(os: "linux", architecture: "arm64", variant: "v8"), line: 5),
                .init(
                    "registry.example:5000/some/image:i386", Platform(os: "linux", architecture: "386"), line: 11),
                .init(
                    "registry.example:5000/some/image:ltsc2022",
                    Platform(
                        os: "windows", architecture: "amd64", osVersion: "10.0.20348.169", osFeatures: ["win32k"]),
                    line: 16),
            ])
    }

    static let sample = Array(
        """
        image: a:1
        tags: ["2"]
        manifests:
        - image: 'x'
          platform: {os: l, architecture: 386}
        - {image: "\\x41"}

        """.utf8)

    /// Expects a spec or one error with a line of the file.
    static func expectSpecOrError(_ bytes: [UInt8], _ lines: ClosedRange<Int>) {
        do throws(SpecError) {
            #expect(!(try SpecFile(path: "s", bytes).spec.sources.isEmpty))
        } catch {
            if !lines.contains(error.line ?? (bytes.isEmpty ? 1 : 0)) {
                Issue.record("line \(error.line ?? 0) of \(bytes)")
            }
        }
    }

    @Test func everyPrefixGivesASpecOrAnError() throws {
        #expect(try SpecFile(path: "s", Self.sample).spec.sources.count == 2)
        for count in 0...Self.sample.count { Self.expectSpecOrError(Array(Self.sample[..<count]), 1...7) }
    }

    @Test func everyChangedByteGivesASpecOrAnError() {
        for place in Self.sample.indices {
            for byte in UInt8.min...UInt8.max {
                var bytes = Self.sample
                bytes[place] = byte
                // A carriage return or an escape can add a line.
                Self.expectSpecOrError(bytes, 1...8)
            }
        }
    }
}
