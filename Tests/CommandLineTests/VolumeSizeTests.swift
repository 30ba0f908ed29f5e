import ImageSinks
import Testing

@testable import ocimerge

struct VolumeSizeTests {
    @Test(
        arguments: [
            ("1000000", 1_000_000), ("1MB", 1_000_000), ("1M", 1 << 20), ("4095m", 4095 << 20), ("4G", 1 << 32),
            ("977K", 977 << 10), ("1000kB", 1_000_000), ("2gb", 2_000_000_000), ("1T", 1 << 40),
            ("1TB", 1_000_000_000_000),
        ] as [(String, Int64)])
    func reads(_ text: String, _ size: Int64) throws {
        #expect(try VolumeSize.parse(text) == size)
    }

    @Test(arguments: [
        "", "M", "999999", "0", "-1M", "+4G", "4 G", "4.5G", "4GiB", "4Gx", "0x1000000",
    ])
    func refuses(_ text: String) {
        #expect(throws: UsageError.invalidSize(text, option: "--split", least: 1_000_000)) {
            try VolumeSize.parse(text)
        }
    }

    @Test(arguments: ["99999999999999999999", "9999999T", "1000000000000000000K", "99999999999G"])
    func tooLarge(_ text: String) {
        let error = UsageError.tooLarge(text, option: "--chunk-size")
        #expect(throws: error) { try VolumeSize.parse(text, option: "--chunk-size") }
        #expect(error.sentence == "'\(text)' is too large for --chunk-size")
    }

    @Test func reuseNeedsABase() {
        #expect(throws: UsageError.dependentOption("--reuse", needs: "--since BASE")) {
            try MergeRequest(ArgumentParser.parse(["pack", "a", "-o", "b.tar", "--reuse"]))
        }
    }

    @Test func packAcceptsTheOptionsOfMergeExceptASpec() throws {
        let request = try MergeRequest(
            ArgumentParser.parse([
                "pack", "a", "-o", "b.tar", "--since", "c", "--since=d", "--reuse", "--split", "1M", "-t", "x",
                "--platform", "arm64", "--fix", "--force",
            ]))
        #expect(request.since == ["c", "d"])
        #expect(request.reuse && request.volumeSize == 1 << 20)
        #expect(request.existing == .replace)
        #expect(throws: UsageError.self) { try ArgumentParser.parse(["pack", "a", "-o", "b.tar", "--spec", "c"]) }
        #expect(throws: UsageError.self) { try ArgumentParser.parse(["a", "-o", "b.tar", "--since", "c"]) }
    }
}
