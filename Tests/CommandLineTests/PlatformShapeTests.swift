import Testing

@testable import ocimerge

@Suite struct PlatformShapeTests {
    @Test(
        arguments: PlatformShape.common + [
            "amd64", "x86_64", "aarch64", "arm/v7", "arm64/v8", "linux/arm/v10", "windows/amd64:10.0.17763.1577",
            "darwin/arm64", "linux/x86-64",
        ])
    func accepts(_ argument: String) {
        #expect(PlatformShape.matches(argument))
    }

    @Test(arguments: [
        "", "linux", "linux/", "linux/amd64.tar", "linux/amd64/", "linux/arm/x7", "linux/arm/v", "linux/arm/v7x",
        "linux/arm/v7/v8", "multi/", "amd64.tar", "amd64:latest", "./amd64", "/linux/amd64", "amd64/", "-",
        "beos/amd64",
    ])
    func rejects(_ argument: String) {
        #expect(!PlatformShape.matches(argument))
    }

    @Test(arguments: [
        (ValueKind.platform, "arm64", true), (.platformList, "arm64", true), (.platform, "x", false),
        (.choice(["gzip"]), "gzip", true), (.choice(["gzip"]), "x", false), (.command, "man", true),
        (.command, "x", false), (.path, "arm64", false), (.free, "arm64", false),
    ])
    func kindRecognises(_ kind: ValueKind, _ argument: String, _ expected: Bool) {
        #expect(kind.recognises(argument) == expected)
    }
}
