import Foundation
import TestSupport
import Testing

@Suite("An error in a spec is one sentence with file and line")
struct SpecErrorTests {
    static let rest = "manifests: [{image: x}]\n"
    static let known = "the keys are image, tags, annotations, manifests, ignore-missing"

    static let wrong: [(yaml: String, sentence: String)] = [
        ("", ": the spec is empty"),
        ("# a\n\n# b\n", ": the spec is empty"),
        ("a: b: c", ":1:5: malformed YAML: mapping values are not allowed in this context"),
        ("image: [a\n", ":2:1: malformed YAML: did not find expected ',' or ']'"),
        ("a\nb\u{1}", ":2:2: malformed YAML: control characters are not allowed"),
        ("a: b\n---\nc: d", ":2: a second YAML document begins; a spec is a single document"),
        ("a: &b c", ":1: anchors and aliases are not supported; write the value itself"),
        ("a: !\u{1b}b c", ":1:5: malformed YAML: control characters are not allowed"),
        ("a: !%1Bb c", #":1: the tag '!\u{1b}b' is not supported; leave it out"#),
        ("[a]: b", ":1: a key must be text"),
        ("image: a\ntags: []\nimage: b", ":3: 'image' appears twice, first in line 1"),
        ("image: \"a\\0\"", ":1: a text holds a NUL character"),
        (String(repeating: "[", count: 99), ":1: values are nested deeper than 32 levels"),
        ("- a", ":1: the spec must be a mapping"),
        ("imgae: a\n" + rest, ":1: unknown key 'imgae'; did you mean image?"),
        (rest + "\"\\e[2J\": a", #":2: unknown key '\u{1b}[2J'; "# + known),
        ("manifests:\n- platfrom: a", ":2: unknown key 'platfrom'; did you mean platform?"),
        ("image: a", ":1: the spec lacks manifests"),
        ("manifests:\n  a: b", ":1: manifests must be a list"),
        ("manifests: []", ":1: manifests is empty"),
        ("manifests: [{image: [a]}]", ":1: image must be text"),
        ("manifests: [a]", ":1: an item of manifests must be a mapping"),
        ("manifests:\n- image: a\n- {}", ":3: an item of manifests lacks image"),
        (rest + "ignore-missing: 1", ":2: ignore-missing must be true or false"),
        (
            "manifests:\n- image: a\n  platform: {architecture: arm, os.version: 1, osversion: 2}",
            ":3: osversion and os.version are the same key; write it once"
        ),
        ("manifests:\n- image: a\n  platform: {architecture: arm}", ":3: platform lacks os"),
        ("manifests:\n- image: a\n  platform: {os: 'a b'}", ":3: 'a b' cannot be the os of a platform"),
        (
            rest + "image: Demo", ":2: 'Demo' is not an image name; write NAME[:TAG] in lower case, e.g. demo/app:1.0"
        ),
        (
            rest + "image: a\ntags:\n- b/c:1",
            ":4: 'b/c:1' is not a tag; write a tag of the image and nothing else, e.g. 1.0, or name the result "
                + "with --tag"
        ),
        (rest + "tags: [a]", ":2: tags need the key image"),
        (
            "manifests:\n- image: $/tar/plain.tar=arm64\n  platform: {os: linux, architecture: arm}",
            ":2: $/tar/plain.tar=arm64 has a platform already; write it once"
        ),
        ("manifests:\n- image: $/none.tar", ":2: no such file or directory: $/none.tar"),
        (
            "manifests:\n- image: $/tar/plain.tar=bogus",
            ":2: $/tar/plain.tar=bogus: no such file, and 'bogus' is not a platform; write "
                + "SOURCE=os/architecture[/variant]"
        ),
        (
            "manifests:\n- image: docker://r.example/App:1",
            ":2: cannot read docker://r.example/App:1: repositories are written in lower case: app"
        ),
    ]

    @Test("the error has exactly this text", arguments: wrong.indices)
    func sentence(_ number: Int) throws {
        let directory = try TemporaryDirectory()
        let (yaml, sentence) = Self.wrong[number]
        let spec = try SpecTests.write(yaml, in: directory)
        let run = try Program.ocimerge(["--spec", spec, "-o", directory.path("out")])
        expectFailure(run, spec + sentence.replacing("$", with: fixtures))
        let piped = try Program.ocimerge(
            ["--spec", "-", "-o", directory.path("out")], input: Array(yaml.replacing("$", with: fixtures).utf8))
        expectFailure(piped, "standard input" + sentence.replacing("$", with: fixtures))
        #expect(try Tree.names(in: directory.path) == ["spec.yaml"])
    }

    @Test("--ignore-missing does not ignore an unreachable registry", arguments: [false, true])
    func registry(_ isIgnoring: Bool) throws {
        let directory = try TemporaryDirectory()
        let spec = try SpecTests.write("manifests:\n- image: 127.0.0.1:1/some/image:arm64", in: directory)
        let more = isIgnoring ? ["--ignore-missing"] : []
        let run = try Program.ocimerge(["--spec", spec, "-o", directory.path("out")] + more)
        expectOneSentence(run, "no process listens there")
        #expect(run.stderr.hasPrefix("ocimerge: \(spec):2: cannot reach "), "\(run.stderr)")
    }

    @Test("an error inside of a source names the line of the spec")
    func sourceContent() throws {
        let directory = try TemporaryDirectory()
        let source = "\(fixtures)/\(PackTests.week1)"
        let spec = try SpecTests.write("manifests:\n- image: $/\(PackTests.week1):none", in: directory)
        let run = try Program.ocimerge(["--spec", spec, "-o", directory.path("out")])
        expectOneSentence(run, "no image")
        #expect(run.stderr.hasPrefix("ocimerge: \(spec):2: \(source):none: no image none in it"), "\(run.stderr)")
        let typed = try Program.ocimerge(
            ["--spec", spec.replacing("spec.yaml", with: "./spec.yaml"), "-o", directory.path("out")])
        #expect(typed.stderr.contains("spec.yaml:2: "))
    }

    @Test("an unreadable or too large spec is an error")
    func unreadable() throws {
        let directory = try TemporaryDirectory()
        let out = directory.path("out")
        expectFailure(
            try ocimerge("--spec", "none.yaml", "-o", out), "cannot open none.yaml: No such file or directory")
        expectFailure(try ocimerge("--spec", "specs", "-o", out), "cannot read specs: Is a directory")
        let large = try directory.write([UInt8](repeating: UInt8(ascii: "#"), count: 1 << 20 + 1), to: "large.yaml")
        expectFailure(
            try ocimerge("--spec", large, "-o", out), "\(large) is larger than the 1.05 MB allowed for such a document")
        let full = try directory.write([UInt8](repeating: UInt8(ascii: "#"), count: 1 << 20), to: "full.yaml")
        expectFailure(try ocimerge("--spec", full, "-o", out), "\(full): the spec is empty")
    }

    @Test("standard input cannot be both the spec and a source")
    func standardInput() throws {
        let directory = try TemporaryDirectory()
        let out = directory.path("out")
        let input = Array("manifests: [{image: tar/plain.tar}]".utf8)
        expectFailure(
            try ocimerge("--spec", "-", "-", "-o", out, input: input),
            "standard input: standard input is the spec, so it cannot be a source too")
        expectFailure(
            try ocimerge("--spec", "-", "-o", out, input: Array("manifests: [{image: '-'}]".utf8)),
            "standard input: standard input is the spec, so it cannot be a source too")
        let spec = try SpecTests.write("manifests: [{image: '-'}]", in: directory)
        expectFailure(
            try ocimerge("--spec", spec, "-", "-o", out, input: input), "standard input can be a source only once",
            status: 2)
    }

    @Test("an image with several names cannot get one name")
    func severalImages() throws {
        let directory = try TemporaryDirectory()
        let spec = try SpecTests.write("image: a\nmanifests: [{image: $/docker20/two-apps-amd64.tar}]", in: directory)
        expectOneSentence(try ocimerge("--spec", spec, "-o", directory.path("out")), "several images")
    }
}
