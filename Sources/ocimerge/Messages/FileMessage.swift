internal import ByteIO
internal import ImageModel
internal import Registry

extension IOFailure: Reportable {
    var sentence: String {
        let path = TerminalText.part(path)
        let name = path == "-" ? "standard input" : path
        switch cause {
        case .system(let code):
            return "cannot \(FileMessage.verb(operation)) \(name): \(IOFailure.text(ofSystemError: code))"
        case .truncated: return "\(name) is cut off: it ends too early"
        case .corrupt(let format): return "\(name) is damaged: its \(format) data cannot be decompressed"
        case .notRegularFile: return "\(name) is not a regular file (links are not followed inside a layout)"
        case .attributeName: return "\(name) has an extended attribute whose name is not UTF-8; rename the attribute"
        case .changed: return "\(name) changed while it was read; run the command again when nothing writes to it"
        case .tooLarge(let limit):
            return "\(name) is larger than the \(ByteCount.text(limit)) allowed for such a document"
        case .wrongContent(let algorithm, let expected, let found):
            return BlobError.digest(
                path: path, expected: Digest(algorithm, raw: expected), found: Digest(algorithm, raw: found)
            ).sentence
        case .volumeMissing(let first):
            return "\(name) is missing, a volume of \(TerminalText.part(first))"
        case .volumeSize(let expected, let found):
            return "\(name) is cut off: \(expected) bytes expected in this volume, \(found) found"
        case .foreignVolume(let list):
            return
                "\(name) is damaged, or belongs to another set: it is not the volume that "
                + "\(TerminalText.part(list)) names"
        case .laterVolume(let first):
            return "\(name) is a later volume; name the first, \(TerminalText.part(first)), for all of them"
        case .tooManyVolumes(let limit):
            return "\(name) would be more than \(limit) volumes; choose a larger --split"
        case .notCompressed: return "cannot compress \(name)"
        case .network(let fault): return NetworkMessage.sentence(for: fault, with: name)
        case .answered(404): return "\(name): the registry does not have it"
        case .answered(let status): return "\(name): the server answered \(status)"
        case .carried(let carried):
            // ByteIO cannot name the type. A test checks that no other type than `RegistryError` is carried.
            return (carried.error as? RegistryError)?.sentence ?? "cannot \(FileMessage.verb(operation)) \(name)"
        case .overdue(let seconds): return "\(name) did not end within \(seconds) seconds"
        case .interrupted: return "interrupted"
        }
    }
}

extension TarError: Reportable {
    var sentence: String {
        switch self {
        case .failed(let failure): return failure.sentence
        case .empty(let path):
            return "\(FileMessage.name(path)) is empty; the command that should have written it has probably failed"
        case .notATar(let path):
            return "\(FileMessage.name(path)) is neither a tar archive nor a compressed one; no image can be read "
                + "from it"
        case .badHeader(let path, let offset):
            return "\(FileMessage.name(path)) is damaged: no valid tar header at byte "
                + "\(offset)"
        case .truncated(let path, let member):
            return "\(FileMessage.name(path)) is cut off inside member \(TerminalText.part(member))"
        case .cutOff(let path):
            return "\(FileMessage.name(path)) is cut off after its last member: the end marker "
                + "is missing"
        case .badSize(let path, let member):
            return "\(FileMessage.name(path)) is damaged: member \(TerminalText.part(member)) has an impossible size"
        case .badExtension(let path, let offset):
            return "\(FileMessage.name(path)) is damaged: malformed extended tar header at byte \(offset)"
        case .extensionTooLarge(let path, let offset):
            return
                "\(FileMessage.name(path)): the extended tar header at byte \(offset) is larger than 1 MiB, or one "
                + "of too many for "
                + "one member"
        case .endsTwice(let path, let offset):
            return
                "\(FileMessage.name(path)) has more members after a single zero block at byte \(offset); tools "
                + "disagree on "
                + "where it ends, so it is refused"
        case .concatenated(let path, let offset):
            return
                "\(FileMessage.name(path)) has a second archive behind the end of the first, at byte \(offset); split it "
                + "there and name both"
        case .tooManyMembers(let path, let limit): return "\(FileMessage.name(path)) has more than \(limit) members"
        }
    }
}

extension MemberError: Reportable {
    var sentence: String {
        switch self {
        case .failed(let failure): return failure.sentence
        case .ambiguous(let path, let member):
            return
                "\(FileMessage.name(path)) holds \(TerminalText.part(member)) twice with different content; it is "
                + "ambiguous, so it is refused"
        case .notAFile(let path, let member):
            return "\(FileMessage.name(path)): \(TerminalText.part(member)) is not a regular file"
        case .sparse(let path, let member):
            return
                "\(FileMessage.name(path)): \(TerminalText.part(member)) is a sparse member, which no image "
                + "archive has; "
                + "write the archive without --sparse"
        case .linkLeaves(let path, let member):
            return "\(FileMessage.name(path)): the link \(TerminalText.part(member)) points out of the archive"
        case .linkCycle(let path, let member):
            return "\(FileMessage.name(path)): the link \(TerminalText.part(member)) leads back to itself"
        case .danglingLink(let path, let member, let target):
            return
                "\(FileMessage.name(path)): the link \(TerminalText.part(member)) points at "
                + "\(TerminalText.part(target)), which is absent"
        }
    }
}

enum CrashMessage {
    static let line: StaticString =
        "ocimerge: internal error or out of memory; a later run to the same destination removes leftovers\n"
}

/// Sentences about files and archives.
enum FileMessage {
    fileprivate static func verb(_ operation: IOFailure.Operation) -> String {
        switch operation {
        case .open, .read, .write, .create, .remove, .list, .lock: operation.rawValue
        case .rename: "rename to"
        case .sync: "flush"
        case .decompress: "decompress"
        case .send: "send to"
        case .receive: "receive"
        case .run: "run"
        }
    }

    static func name(_ path: String) -> String { path == "-" ? "standard input" : TerminalText.part(path) }
}
