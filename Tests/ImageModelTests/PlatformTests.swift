import Testing

@testable import ImageModel

struct PlatformTests {
    static func platform(_ os: String, _ architecture: String, _ variant: String? = nil) -> Platform {
        Platform(os: os, architecture: architecture, variant: variant)
    }

    @Test(
        arguments: [
            ("linux/amd64", platform("linux", "amd64"), "linux/amd64"),
            ("Linux/X86_64", platform("linux", "amd64"), "linux/amd64"),
            ("linux/x86-64", platform("linux", "amd64"), "linux/amd64"),
            ("linux/amd64/v1", platform("linux", "amd64"), "linux/amd64"),
            ("linux/amd64/V3", platform("linux", "amd64", "v3"), "linux/amd64/v3"),
            ("linux/aarch64", platform("linux", "arm64"), "linux/arm64"),
            ("linux/arm64/8", platform("linux", "arm64", "v8"), "linux/arm64/v8"),
            ("linux/arm64/v8", platform("linux", "arm64", "v8"), "linux/arm64/v8"),
            ("linux/arm64/v9", platform("linux", "arm64", "v9"), "linux/arm64/v9"),
            ("linux/arm", platform("linux", "arm"), "linux/arm"),
            ("linux/arm/7", platform("linux", "arm", "v7"), "linux/arm/v7"),
            ("linux/armhf", platform("linux", "arm", "v7"), "linux/arm/v7"),
            ("linux/armel", platform("linux", "arm", "v6"), "linux/arm/v6"),
            ("linux/i386", platform("linux", "386"), "linux/386"),
            ("macos/arm64", platform("darwin", "arm64"), "darwin/arm64"),
            ("s390x", platform("linux", "s390x"), "linux/s390x"),
            ("aarch64", platform("linux", "arm64"), "linux/arm64"),
            ("armhf", platform("linux", "arm", "v7"), "linux/arm/v7"),
            ("plan10/newarch/x", platform("plan10", "newarch", "x"), "plan10/newarch/x"),
            (
                "windows/amd64:10.0.17763.1577",
                Platform(os: "windows", architecture: "amd64", osVersion: "10.0.17763.1577"),
                "windows/amd64:10.0.17763.1577"
            ),
        ] as [(String, Platform, String)])
    func reads(_ text: String, _ expected: Platform, _ description: String) throws {
        let platform = try Platform(parsing: text)
        #expect(platform == expected)
        #expect(platform.description == description)
    }

    @Test(arguments: [
        "", "/", "linux/", "/amd64", "linux//v7", "linux/arm/v7/x", "linux/amd64:", ":1", "linux/amd64:1:2",
        "linux/amd64:1/2", "linux/am d64", "linux/\u{E9}", "*", "linux/*", "linux", "windows", "nonsense",
        "linux/amd64\n", "linux/amd64,linux/arm64",
    ])
    func refuses(_ text: String) {
        #expect(throws: PlatformError(text: text)) { try Platform(parsing: text) }
    }

    @Test(
        arguments: [
            (platform("Linux", "X86_64"), platform("linux", "amd64")),
            (platform("linux", "x86-64", "v2"), platform("linux", "amd64", "v2")),
            (platform("linux", "amd64", "V1"), platform("linux", "amd64")),
            (platform("linux", "i386", "x"), platform("linux", "386")),
            (platform("linux", "aarch64", "8"), platform("linux", "arm64")),
            (platform("linux", "arm64", "v8"), platform("linux", "arm64")),
            (platform("linux", "arm64", "v8.1"), platform("linux", "arm64", "v8.1")),
            (platform("linux", "arm"), platform("linux", "arm", "v7")),
            (platform("linux", "arm", "6"), platform("linux", "arm", "v6")),
            (platform("linux", "arm", "v5"), platform("linux", "arm", "v5")),
            (platform("linux", "armhf", "v6"), platform("linux", "arm", "v7")),
            (platform("linux", "armel"), platform("linux", "arm", "v6")),
            (platform("macOS", "arm64"), platform("darwin", "arm64")),
            (platform("linux", "amd64", ""), platform("linux", "amd64")),
            (platform("linux", "s390x", "Z15"), platform("linux", "s390x", "z15")),
        ] as [(Platform, Platform)])
    func normalizes(_ raw: Platform, _ expected: Platform) {
        #expect(raw.normalized == expected)
        #expect(raw.normalized.normalized == expected)
    }

    @Test(arguments: ["linux/arm", "linux/arm64/v8", "windows/amd64:10.0.1", "Linux/x86_64", "linux/armhf", "a/b/c:d"])
    func separateWordsEqualTheText(_ text: String) throws {
        let halves = text.split(separator: ":").map(String.init)
        let parts = halves[0].split(separator: "/").map(String.init)
        let platform = Platform(
            naming: parts[0], parts[1], variant: parts.count > 2 ? parts[2] : nil,
            osVersion: halves.count > 1 ? halves[1] : nil)
        #expect(try platform == Platform(parsing: text))
        #expect(Platform(naming: "a", "b", osFeatures: ["c", "d"]).osFeatures == ["c", "d"])
    }

    @Test func keepsVersionAndFeatures() {
        let raw = Platform(os: "Windows", architecture: "x86_64", osVersion: "10.0.A", osFeatures: ["Win32k"])
        #expect(raw.normalized.osVersion == "10.0.A")
        #expect(raw.normalized.osFeatures == ["Win32k"])
    }

    @Test func knowsExistingPlatformsOnly() throws {
        #expect(Self.platform("linux", "riscv64").isKnown)
        #expect(Self.platform("wasip1", "wasm").isKnown)
        #expect(!Self.platform("linux", "x86_64").isKnown)
        #expect(!Self.platform("linux", "s390").isKnown)
        #expect(!Self.platform("darwin", "s390x").isKnown)
        #expect(Platform(os: "linux", architecture: "arm64", variant: "v8.2").isKnown)
        #expect(!Platform(os: "linux", architecture: "s390x", variant: "v3").isKnown)
        for name in KnownPlatforms.names { #expect(try Platform(parsing: name).isKnown, "\(name)") }
        #expect(!Self.platform("unknown", "amd64").isKnown)
        #expect(Self.platform("unknown", "unknown").isUnknown)
        #expect(!Self.platform("linux", "unknown").isUnknown)
    }

    @Test func ordersByEveryField() {
        let sorted = [
            Self.platform("darwin", "arm64"), Self.platform("linux", "amd64"), Self.platform("linux", "arm"),
            Self.platform("linux", "arm", "v6"), Self.platform("linux", "arm", "v7"),
            Platform(os: "windows", architecture: "amd64"),
            Platform(os: "windows", architecture: "amd64", osVersion: "10"),
            Platform(os: "windows", architecture: "amd64", osVersion: "10", osFeatures: ["a"]),
        ]
        #expect(sorted.reversed().sorted() == sorted)
    }

    @Test func writesAndReadsJSON() throws {
        let platform = Platform(
            os: "windows", architecture: "arm", variant: "v7", osVersion: "10.0", osFeatures: ["win32k"])
        let text = #"{"architecture":"arm","os":"windows","os.version":"10.0","os.features":["win32k"],"variant":"v7"}"#
        #expect(String(decoding: platform.json.bytes, as: UTF8.self) == text)
        #expect(Platform(json: try JSONDocument(parsing: Array(text.utf8)).root) == platform)
        #expect(
            Self.platform("linux", "amd64").json.bytes == Array(#"{"architecture":"amd64","os":"linux"}"#.utf8))
    }

    @Test(
        arguments: [
            ("no object", "[]", nil),
            ("an empty object", "{}", nil),
            ("empty names", #"{"os":"","architecture":""}"#, nil),
            ("a number", #"{"os":1,"architecture":"amd64"}"#, nil),
            ("a variant that is no string", #"{"os":"linux","architecture":"arm","variant":7}"#, nil),
            ("features that are no strings", #"{"os":"linux","architecture":"arm","os.features":[1]}"#, nil),
            ("one name", #"{"os":"linux"}"#, platform("linux", "")),
            ("an empty variant is none", #"{"os":"a","architecture":"b","variant":""}"#, platform("a", "b")),
            ("null is absent", #"{"os":"a","architecture":"b","os.features":null}"#, platform("a", "b")),
        ] as [(String, String, Platform?)])
    func readsPartialPlatforms(_ why: String, _ text: String, _ expected: Platform?) throws {
        #expect(Platform(json: try JSONDocument(parsing: Array(text.utf8)).root) == expected, "\(why)")
    }
}
