internal import ImageModel
internal import ImageSources

/// Sentences about the sources of lists.
enum ListedSourceMessage {
    static func unused(_ rule: Renaming) -> String { "--rename \(TerminalText.part(rule.text)) concerns no image" }

    static func emptyLock(_ path: String) -> String {
        "--lock \(TerminalText.part(path)): no image comes from a registry, so the file is empty"
    }

    static func skipped(_ problem: SourceProblem) -> String {
        switch problem.reason {
        case .platforms(let missing, _, _):
            sentence(problem) + "; \(missing.count == 1 ? "it is" : "they are") skipped"
        default: sentence(problem) + "; it is skipped"
        }
    }

    /// Begins with the lines of the lists that name the source.
    static func sentence(_ problem: SourceProblem) -> String {
        let text = phrase(problem)
        return problem.lines.isEmpty ? text : "\(place(problem.lines)): \(text)"
    }

    /// `images.yaml:3,17`
    private static func place(_ lines: [ListLine]) -> String {
        var byFile: [(file: String, lines: [Int])] = []
        for line in lines {
            if let last = byFile.indices.last, byFile[last].file == line.file {
                if byFile[last].lines.count < 5 { byFile[last].lines.append(line.line) }
            } else {
                byFile.append((line.file, [line.line]))
            }
        }
        return byFile.map { file, lines in
            "\(FileMessage.name(file)):\(lines.map(String.init).joined(separator: ","))"
        }.joined(separator: ", ")
    }

    private static func phrase(_ problem: SourceProblem) -> String {
        let source = TerminalText.part(problem.source)
        switch problem.reason {
        case .unreadable(let error): return error.sentence
        case .platforms(let missing, let present, let image):
            let name = image.map { TerminalText.part($0) } ?? source
            return "\(name) has no image for \(list(missing))\(TypedPlatform.question(about: missing)); it has "
                + (present.isEmpty ? "none with a platform" : list(present))
        case .digestWouldChange(let digest, let canBeSparse):
            return
                "\(source) is chosen by its digest, and --platform would make a new index with another digest than "
                + "\(digest); leave out --platform\(canBeSparse ? ", or keep the index with --sparse" : "")"
        case .digestChanges(let digest):
            return
                "\(source) is chosen by its digest \(digest), which this command would change; leave out the option that "
                + "changes images (--fix, --format, --annotation, --compress), or choose the image by its tag"
        case .otherDigest(let name, let stated, let found):
            return
                "\(TerminalText.part(name)) is stated with the digest \(stated), and also leads to \(found); keep one of "
                + "both, or give one another name with a list line 'SOURCE NAME'"
        case .nameForSeveral(let count):
            return
                "\(source) holds \(count) images, so the list cannot name it; select one with PATH:NAME or PATH@DIGEST"
        case .renaming(let error):
            return
                "--rename \(TerminalText.part(error.rule)) makes \(TerminalText.part(error.result)) of "
                + "\(TerminalText.part(error.name)), which is not an image name"
        case .notLocked(let lock):
            return "\(source) is not in the lock file \(FileMessage.name(lock)); write it again with --lock"
        case .moved(let locked, let found):
            return
                "\(source) is locked to \(locked), and the registry serves \(found); write the lock again with --lock"
        }
    }

    private static func list(_ platforms: [Platform]) -> String {
        Set(platforms).sorted().map { TerminalText.part($0.description) }.joined(separator: ", ")
    }
}

extension SourceProblems: Reportable {
    var sentence: String { sentences.joined(separator: "; ") }

    var sentences: [String] {
        if problems.isEmpty, skipped == 0 { return ["the lists name no image"] }
        if problems.isEmpty { return ["no image is left: none of the \(skipped) images exists"] }
        return problems.map(ListedSourceMessage.sentence)
    }
}
