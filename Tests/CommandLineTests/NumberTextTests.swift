import Testing

@testable import ocimerge

@Suite struct NumberTextTests {
    @Test(arguments: [
        (0, "0 B"), (1, "1 B"), (999, "999 B"), (1000, "1.0 kB"), (1004, "1.0 kB"), (1005, "1.01 kB"),
        (1200, "1.2 kB"), (9994, "9.99 kB"), (9995, "10.0 kB"), (12_345, "12.3 kB"), (99_949, "99.9 kB"),
        (99_950, "100 kB"), (999_499, "999 kB"), (999_500, "1.0 MB"), (12_300_000, "12.3 MB"),
        (1_220_000_000, "1.22 GB"), (999_500_000_000, "1.0 TB"), (1_500_000_000_000_000, "1.5 PB"),
        (Int64.max, "9.22 EB"), (-1, "0 B"),
    ])
    func bytes(_ bytes: Int64, _ text: String) {
        #expect(ByteCount.text(bytes) == text)
        #expect(text.utf8.count <= ByteCount.maximumWidth)
    }

    @Test(arguments: [
        (-5, "0 s"), (0, "0 s"), (4, "4 s"), (59, "59 s"), (60, "1 min 00 s"), (65, "1 min 05 s"),
        (3599, "59 min 59 s"), (3600, "1 h 00 min"), (7399, "2 h 03 min"), (DurationText.limit - 1, "99 h 59 min"),
    ])
    func duration(_ seconds: Int64, _ text: String) {
        #expect(DurationText.text(seconds: seconds) == text)
        #expect(text.utf8.count <= DurationText.maximumWidth)
    }

    @Test(
        "Words agree with their number",
        arguments: [(0, "0 blobs are"), (1, "1 blob is"), (2, "2 blobs are")])
    func count(_ number: Int, _ text: String) {
        #expect("\(CountText.text(number, "blob")) \(CountText.form(number, "is", "are"))" == text)
    }
}
