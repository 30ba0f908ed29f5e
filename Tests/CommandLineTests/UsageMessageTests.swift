import Testing

@testable import ocimerge

@Suite struct UsageMessageTests {
    static let sentences: [(UsageError, String)] = [
        (.noArguments, "no source is given; see ocimerge help"),
        (.unknownCommand("inspcet", suggestion: "inspect"), "unknown command 'inspcet'; did you mean inspect?"),
        (.unknownCommand("zzz", suggestion: nil), "'zzz' is neither a command nor a file"),
        (
            .commandNotFirst("inspect"),
            "the command inspect must come before its options; a file of that name is ./inspect"
        ),
        (
            .unknownOption("--plaform", command: "merge", suggestion: "--platform", owners: []),
            "unknown option --plaform for merge; did you mean --platform?"
        ),
        (
            .unknownOption("--raw", command: "merge", suggestion: nil, owners: ["inspect"]),
            "unknown option --raw for merge; --raw belongs to inspect"
        ),
        (
            .unknownOption("--all", command: "merge", suggestion: nil, owners: ["a", "b", "c"]),
            "unknown option --all for merge; --all belongs to a, b and c"
        ),
        (
            .unknownOption("--platforms", command: "merge", suggestion: "--platform", owners: ["inspect"]),
            "unknown option --platforms for merge; --platforms belongs to inspect, did you mean --platform?"
        ),
        (
            .unknownOption("-\u{1b}", command: "man", suggestion: nil, owners: []),
            #"unknown option -\u{1b} for man"#
        ),
        (
            .missingOption("-o/--output", value: "DEST", command: "merge"),
            "merge needs -o/--output DEST"
        ),
        (.missingValue(option: "-o", value: "DEST", found: nil), "-o needs a value: -o DEST"),
        (
            .missingValue(option: "-o", value: "DEST", found: "--force"),
            "-o needs a value: -o DEST, but '--force' follows"
        ),
        (.unknownCompression("x\u{1b}", choices: ["a", "b"]), #"--compress must be a or b, not 'x\u{1b}'"#),
        (.invalidLevel("9", method: "a", allowed: 1...3), "--compress a takes a level from 1 to 3, not '9'"),
        (.invalidLevel("9", method: "a", allowed: nil), "--compress a takes no level, but '9' is given"),
        (.recompressAlone, "--recompress requires --compress"),
        (.emptyValue(option: "--tag"), "the value of --tag is empty"),
        (.unexpectedValue(option: "--quiet", value: "a\nb"), #"--quiet takes no value, but 'a\nb' is given"#),
        (.repeatedOption("--output"), "--output is given more than once"),
        (.exclusiveOptions("--update", "--force"), "--update and --force cannot be combined"),
        (.dependentOption("--a", needs: "--b FILE"), "--a requires --b FILE"),
        (.missingPositional("SOURCE", command: "merge"), "merge needs a SOURCE"),
        (.missingPositional("IMAGE", command: "push"), "push needs an IMAGE"),
        (.missingPositionals(["A", "B"], command: "diff", given: []), "diff needs A and B"),
        (.missingPositionals(["A", "B"], command: "diff", given: ["a"]), "diff needs A and B, but only 'a' is given"),
        (
            .platformPositional("linux/arm64", command: "pull", given: "linux/amd64"),
            "pull takes REF and DEST, but platform 'linux/arm64' is given too; list several platforms in one option: "
                + "--platform linux/amd64,linux/arm64"
        ),
        (
            .platformPositional("linux/arm64", command: "cat", given: nil),
            "cat takes SOURCE and PATH, but platform 'linux/arm64' is given too; --platform takes one platform"
        ),
        (.emptyPositional("SOURCE", command: "merge"), "a SOURCE of merge is empty"),
        (.unexpectedPositional("x", command: "gc"), "gc takes one LAYOUT, but 'x' is given too"),
        (
            .unknownChoice("tcsh", name: "SHELL", choices: ["bash", "zsh", "fish"]),
            "SHELL must be bash, zsh or fish, not 'tcsh'"
        ),
        (.unknownChoice("x", name: "--format", choices: ["oci"]), "--format must be oci, not 'x'"),
        (.severalSources(option: "--raw", count: 2), "--raw shows one SOURCE, but 2 are given"),
        (.invalidJobs("0", allowed: 1...64), "-j/--jobs needs a number from 1 to 64, not '0'"),
        (.emptyPlatform(list: "a,,b"), "--platform 'a,,b' has an empty part"),
    ]

    @Test(arguments: sentences)
    func says(_ error: UsageError, _ sentence: String) {
        #expect(error.sentence == sentence)
    }
}
