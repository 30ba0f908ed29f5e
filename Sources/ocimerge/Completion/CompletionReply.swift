internal import ByteIO

/// One word that completion offers.
struct Candidate: Equatable {
    let word: String
    /// Empty if the word needs no explanation.
    var summary = ""
}

/// The words that can end a command line.
struct CompletionReply: Equatable {
    /// Each begins with the text that is typed.
    var candidates: [Candidate] = []
    /// If there are no candidates, the shell completes file names after this part of the text; `nil` if no file fits.
    var files: String?

    static let nothing = CompletionReply()
    static let anyFile = CompletionReply(files: "")

    /// The words that begin with `text`.
    static func words(_ words: [String], beginning text: String) -> CompletionReply {
        CompletionReply(candidates: words.filter { $0.hasPrefix(text) }.map { Candidate(word: $0) })
    }

    /// The same reply after `text`.
    func following(_ text: some StringProtocol) -> CompletionReply {
        CompletionReply(
            candidates: candidates.map { Candidate(word: text + $0.word, summary: $0.summary) },
            files: files.map { text + $0 })
    }

    /// The first line says whether the shell may complete files, and after which text. Each candidate is one more line.
    func text(_ line: (Candidate) -> String) -> String {
        let first = files.map { "files\t\($0)\n" } ?? "words\n"
        return first + candidates.map { line($0) + "\n" }.joined()
    }
}

/// The hidden command of completion scripts: `__complete bash BREAKS LINE` or `__complete zsh|fish WORD...`. BREAKS are
/// the characters at which bash breaks words, LINE is the command line up to the cursor. WORDs are those after the
/// program, without quotes; the last one ends at the cursor.
enum CompletionCommand {
    static let name = "__complete"
    /// A slow or hostile file must not block the shell.
    private static let longestSeconds: UInt32 = 2

    static func answer(to arguments: [String]) -> String {
        ProcessEnvironment.exitQuietly(afterSeconds: longestSeconds)
        guard let shell = arguments.first.flatMap(Shell.init(rawValue:)) else { return "" }
        if shell != .bash {
            return CompletionSearch(Array(arguments.dropFirst())).reply().text { candidate in
                candidate.summary.isEmpty ? candidate.word : "\(candidate.word)\t\(candidate.summary)"
            }
        }
        guard arguments.count == 3, let line = BashLine(arguments[2], breaks: arguments[1]) else {
            return CompletionReply.anyFile.text(\.word)
        }
        return CompletionSearch(line.words).reply().text { line.insertion(of: $0.word) }
    }
}
