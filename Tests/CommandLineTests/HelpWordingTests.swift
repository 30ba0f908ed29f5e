import Foundation
import TestSupport
import Testing

@testable import ocimerge

@Suite("The wording of help")
struct HelpWordingTests {
    /// The sentences of a text that have more than 20 words.
    static func longSentences(in text: String) -> [String] {
        var sentences: [[Substring]] = [[]]
        for word in text.split(whereSeparator: \.isWhitespace) {
            sentences[sentences.count - 1].append(word)
            if word.hasSuffix(".") || word.hasSuffix(".)") || word.hasSuffix(":") { sentences.append([]) }
        }
        return sentences.filter { $0.count > 20 }.map { $0.joined(separator: " ") }
    }

    static func prose(of block: HelpTopic.Block) -> [String] {
        switch block {
        case .heading, .lines: []
        case .paragraph(let text): [text]
        case .terms(let words): words.map(\.meaning)
        case .examples(let list): list.map(\.what)
        }
    }

    @Test("a sentence of a command has at most 20 words", arguments: CommandTable.all)
    func commands(_ command: Command) {
        let words = command.table?.words.map(\.meaning) ?? []
        let texts = [command.summary] + command.details + words + command.examples.map(\.what)
        for text in texts + command.flags.map(\.help) { #expect(Self.longSentences(in: text) == []) }
    }

    @Test("a sentence of a topic has at most 20 words", arguments: HelpTopic.all)
    func topics(_ topic: HelpTopic) {
        for text in [topic.summary] + topic.blocks.flatMap(Self.prose) {
            #expect(Self.longSentences(in: text) == [])
            #expect(text.utf8.allSatisfy { $0 < 0x80 })
        }
    }

    @Test("a sentence of the reference has at most 20 words")
    func reference() {
        let words =
            (Setting.files + Setting.environment).map(\.word.meaning)
            + (ReferenceText.sources + ReferenceText.destinations + ReferenceText.exitCodes).map(\.meaning)
        for text in [ReferenceText.introduction, ReferenceText.places] + words {
            #expect(Self.longSentences(in: text) == [])
        }
    }

    @Test("help of a flag with a value states the default", arguments: CommandTable.all)
    func defaults(_ command: Command) {
        for flag in command.flags where flag.value != .none {
            let isStated = ["(default: ", "; default: ", "(required"].contains { flag.help.contains($0) }
            #expect(isStated, "--\(flag.long) of \(command.name)")
        }
    }

    @Test("topics differ from commands, and name commands")
    func names() {
        let names = HelpSubject.names
        #expect(Set(names).count == names.count)
        for command in HelpTopic.all.flatMap(\.commands) {
            #expect(CommandTable.command(named: command) != nil)
        }
    }

    @Test("every command line of ocimerge in a topic parses", arguments: HelpTopic.all)
    func examples(_ topic: HelpTopic) throws {
        for case .examples(let list) in topic.blocks {
            for example in list where example.line.hasPrefix("ocimerge ") {
                // Behind a pipe is another program.
                let words = example.line.split(separator: " ").dropFirst().prefix { $0 != "|" }
                #expect(throws: Never.self) { try ArgumentParser.parse(words.map(String.init)) }
            }
        }
    }

    @Test("every variable that the sources read is in the table of the environment")
    func environment() throws {
        let table = Setting.environment.map { "\($0.word.form) \($0.word.meaning)" }.joined(separator: " ")
        let pattern = /[vV]alue\("([A-Z][A-Z_]+|[a-z]+_proxy)"\)/
        let sources = Program.repository + "/Sources"
        var found: Set<String> = []
        for path in try FileManager.default.subpathsOfDirectory(atPath: sources) where path.hasSuffix(".swift") {
            let text = try String(contentsOfFile: "\(sources)/\(path)", encoding: .utf8)
            found.formUnion(text.matches(of: pattern).map { String($0.output.1) })
        }
        #expect(found.count > 8)
        for name in found { #expect(table.contains(name), "\(name)") }
    }
}
