internal import ImageAudit
internal import ImageModel

/// Sentences about reasons why a container may not start. Each names the file and what to change.
enum StartMessage {
    /// A word for programs. It never changes.
    static func kind(of problem: StartProblem) -> String {
        switch problem {
        case .absent, .hidden, .notInPath: "start-absent"
        case .notAFile, .slashAfterFile, .notADirectory: "start-not-a-file"
        case .notExecutable, .notReadable, .notSearchable: "start-not-executable"
        case .danglingLink, .endlessLink: "start-link"
        case .interpreterAbsent, .interpreterUnusable, .carriageReturn, .interpreterMissing: "start-interpreter"
        case .scriptLoop: "start-script-loop"
        case .loaderAbsent, .loaderUnusable: "start-loader"
        case .wrongMachine: "start-machine"
        case .truncated, .notExecutableFormat, .emptyFile, .unknownFormat: "start-format"
        case .userAbsent, .invalidNumber: "start-user"
        case .groupAbsent: "start-group"
        case .libraryAbsent, .libraryUnusable: "start-library"
        case .relativeDirectory: "start-workdir"
        case .versionAbsent: "start-symbol-version"
        case .processorLevel: "start-level"
        case .suppliedOutside: "start-outside"
        case .wrapper: "start-wrapper"
        case .nothingToRun: "start-empty"
        case .unchecked: "start-unchecked"
        }
    }

    /// Names the file and, of errors and warnings, what to change.
    static func sentence(for finding: StartFinding) -> String {
        let file = finding.file.map(part) ?? ""
        return switch finding.problem {
        case .absent(let path):
            "the image runs '\(part(path))', which is absent; add the file, or correct the entrypoint"
        case .hidden(let mount): "\(file) is hidden by the mount on \(part(mount)); move the file elsewhere"
        case .notInPath("", _): "the first word of the command is empty; correct the entrypoint"
        case .notInPath(let word, let path):
            "the image runs '\(part(word))', which is in no directory of PATH (\(part(path))); add the program, or "
                + "correct the entrypoint"
        case .notAFile(let kind): "\(file) is \(FilesMessage.noun(kind)), not a program; name a file in the entrypoint"
        case .relativeDirectory(let path):
            "the working directory '\(part(path))' is not an absolute path; correct WORKDIR"
        case .slashAfterFile(let path): "'\(part(path))' ends in a slash, but is a file; remove the slash"
        case .notADirectory(let kind):
            "\(file) is \(FilesMessage.noun(kind)), so the working directory cannot be made; correct WORKDIR"
        case .notExecutable(let mode, let user):
            forbidden(file, mode, user, "execute it; set the execute bit (chmod a+x)")
        case .notReadable(let mode, let user): forbidden(file, mode, user, "read it; make it readable (chmod a+r)")
        case .notSearchable(let path, let mode, let user):
            forbidden(file, mode, user, "reach \(part(path)); add search permission (chmod a+x)")
        case .danglingLink(let target): "\(file) is a link to '\(part(target))', which is absent; add the target"
        case .endlessLink(let path): "'\(part(path))' leads through more than 40 links; correct the links"
        case .interpreterAbsent(let name):
            "the interpreter '\(part(name))' of \(file) is absent; add it, or name another one after #!"
        case .interpreterUnusable(let name):
            "the interpreter '\(part(name))' of \(file) cannot be executed; name a program after #!"
        case .carriageReturn:
            "the first line of \(file) ends in a carriage return; convert the script to Unix line ends (LF)"
        case .interpreterMissing:
            "the #! line of \(file) names no interpreter within 256 bytes; name one, such as #!/bin/sh"
        case .scriptLoop: "\(file) leads through more than 5 interpreters; name a program after #!"
        case .loaderAbsent(let name):
            "the dynamic loader \(part(name)) of \(file) is absent; add the C library it was built for, or link it "
                + "statically"
        case .loaderUnusable(let name):
            "the dynamic loader \(part(name)) of \(file) cannot be executed; add the C library it was built for"
        case .wrongMachine(let found, let expected):
            "\(file) is for \(found.map { part($0.name) } ?? "an unknown processor"), but the image is for "
                + "\(part(expected)); replace it with a build for that platform"
        case .truncated: "\(file) is truncated: parts of the program are missing; add the whole file"
        case .notExecutableFormat: "\(file) has a header that no program has; replace it with a program"
        case .emptyFile: "\(file) is empty; add the whole file"
        case .unknownFormat:
            "\(file) is neither a program nor a script with a #! line; start a shell script with #!/bin/sh"
        case .userAbsent(let name, let hasFile): absent("user", name, "/etc/passwd", hasFile)
        case .groupAbsent(let name, let hasFile): absent("group", name, "/etc/group", hasFile)
        case .invalidNumber(let number): "user or group \(part(number)) is out of range; use a number below 2147483648"
        case .libraryAbsent(let library, let chain, let elsewhere):
            "the library '\(part(library))' of \(file) was not found\(way(chain)); \(remedy(elsewhere))"
        case .libraryUnusable(let library, let chain, let found):
            "the library '\(part(library))' of \(file)\(way(chain)) is \(part(found)), which is damaged or for another processor; "
                + "replace it"
        case .versionAbsent(let version, let library, let defined):
            "\(file) needs \(part(version)) of \(part(library))\(defined.map { ", which ends at \(part($0))" } ?? ""); use a "
                + "newer base image, or build on an older system"
        case .processorLevel(let level): "\(file) needs a processor with x86-64-v\(level)"
        case .suppliedOutside(let path, let place):
            "'\(part(path))' is not in the image; \(part(place)) may supply it"
        case .wrapper(let name): "\(part(name)) runs the command in its arguments, which is not checked"
        case .nothingToRun: "the config names no command to run"
        case .unchecked(let reason): "start not checked: \(phrase(reason))"
        }
    }

    private static func part(_ path: FilePath) -> String { TerminalText.part(path.absoluteText) }
    private static func part(_ text: String) -> String { TerminalText.part(text) }

    private static func forbidden(_ file: String, _ mode: Int, _ user: String, _ action: String) -> String {
        let digits = String(mode, radix: 8)
        let octal = String(repeating: "0", count: max(0, 4 - digits.count)) + digits
        return "\(file) has mode \(octal), so user '\(part(user))' cannot \(action)"
    }

    private static func absent(_ kind: String, _ name: String, _ list: String, _ hasFile: Bool) -> String {
        let cause = hasFile ? "which is not in \(list)" : "but the image has no \(list)"
        return "the image runs as \(kind) '\(part(name))', \(cause); add the \(kind), or set USER to a number"
    }

    private static func way(_ chain: [FilePath]) -> String {
        chain.isEmpty ? "" : " (needed by \(chain.reversed().map(part).joined(separator: ", by ")))"
    }

    private static func remedy(_ elsewhere: FilePath?) -> String {
        guard let elsewhere else { return "add the library" }
        return "\(part(elsewhere)) is in no directory that the loader searches: list the directory in "
            + "/etc/ld.so.conf.d and run ldconfig"
    }

    static func warning(of finding: StartFinding, _ image: PlatformEvidence.StartProblems) -> String {
        "\(subject(image)): \(sentence(for: finding))"
    }

    fileprivate static func subject(_ image: PlatformEvidence.StartProblems) -> String {
        part(image.source) + (image.platform.map { " (\(part($0.description)))" } ?? "")
    }

    static func phrase(_ reason: StartProblem.Unchecked) -> String {
        switch reason {
        case .layers(let fault, let digest): "layer \(digest) \(FilesMessage.phrase(for: fault))"
        case .encryptedLayers: "layers are encrypted"
        case .system(let name): "programs of \(part(name)) are not supported"
        case .windowsBase: "the image does not contain the layers of Windows"
        case .windowsPath(let word): "only the Path in the registry of Windows can find '\(part(word))'"
        case .drive(let path): "\(part(path)) is not on drive C"
        case .commandLine: "only Windows can split its command line"
        case .content(let path): "\(part(path)) is stored in a way that cannot be judged"
        case .tooManyLibraries: "the program needs too many libraries"
        case .tooMuchWork: "its paths are longer than those of any real image"
        case .relativeSearch(let place):
            "the program is only in '\(part(place))', a relative directory of PATH, which newer runtimes refuse"
        }
    }
}

extension ImagesThatDoNotStart: Reportable {
    var sentence: String {
        let sentences = images.flatMap { image in
            image.findings.map { finding in
                let layer = finding.layer.map { " (layer \($0))" } ?? ""
                return "\(StartMessage.subject(image)) would not start: \(StartMessage.sentence(for: finding))\(layer)"
            }
        }
        let more = sentences.count - 5
        return sentences.prefix(5).joined(separator: "; ") + (more > 0 ? "; and \(more) more" : "")
            + " (to skip this check, leave out --evidence=full)"
    }
}
