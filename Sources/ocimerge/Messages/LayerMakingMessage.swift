internal import ByteIO
internal import ImageAudit
internal import ImageLayers
internal import ImageModel

extension ImageLayerError: Reportable {
    var sentence: String {
        guard cause.concernsImage else { return cause.sentence }
        let platform = platform.map { " (\(TerminalText.part($0.description)))" } ?? ""
        return "\(TerminalText.part(source))\(platform): \(cause.sentence)"
    }

    var isUsage: Bool { cause.isUsage }
}

extension LayerMakingError {
    /// Whether the files of the image are a part of the cause.
    fileprivate var concernsImage: Bool {
        switch self {
        case .image, .deletion, .file(_, .replacesFile), .file(_, .replacesDirectory), .file(_, .danglingLink),
            .file(_, .endlessLinks):
            true
        case .io, .target, .file, .records, .tar, .member, .imageArchive: false
        }
    }
}

extension LayerMakingError: Reportable {
    var sentence: String {
        switch self {
        case .io(let failure): failure.sentence
        case .image(let failure):
            "cannot list the files of the image: layer \(failure.layer) \(FilesMessage.phrase(for: failure.fault))"
        case .target(let path, let flaw): "cannot add a layer at \(TerminalText.part(path)): \(flaw.phrase)"
        case .file(let path, let flaw): "cannot add \(TerminalText.part(path)): \(flaw.phrase)"
        case .records(let error): error.sentence
        case .tar(.notATar(let path)):
            "cannot add \(TerminalText.part(path)): it is neither a tar archive nor a directory; name one of them"
        case .tar(let error): error.sentence
        case .imageArchive(let path):
            "cannot add \(TerminalText.part(path)): it is an archive of images, not of files; name it as SOURCE, or extract "
                + "it to add its files"
        case .member(let archive, let name, let flaw):
            "cannot add \(TerminalText.part(archive)): member \(TerminalText.part(name)) \(flaw.phrase)"
        case .deletion(let path, let flaw): "cannot delete \(TerminalText.part(path)): \(flaw.phrase)"
        }
    }

    var isUsage: Bool { if case .target = self { true } else { false } }
}

extension DirectoryTarError: Reportable {
    var sentence: String {
        switch self {
        case .attributeName(let path, let name):
            "cannot add \(TerminalText.part(path)): a tar cannot hold the name of its extended attribute "
                + "\(TerminalText.part(name)); remove the attribute"
        case .longRecords(let path, let limit):
            "cannot add \(TerminalText.part(path)): its extended attributes take more than "
                + "\(ByteCount.text(Int64(limit))); remove some of them"
        }
    }
}

extension LayerMakingError.TargetFlaw {
    fileprivate var phrase: String {
        switch self {
        case .relative: "the path in the image must be absolute; begin it with a slash"
        case .climbing: "the path has a part ..; write it without this part"
        case .whiteout: "a part of the path begins with .wh., which marks a deleted file; choose another path"
        }
    }
}

extension LayerMakingError.FileFlaw {
    fileprivate var phrase: String {
        switch self {
        case .special(let kind):
            "it is \(kind.noun); layers are made of files, directories and symbolic links; remove it"
        case .whiteout: "a name that begins with .wh. marks a deleted file; rename it, or use --delete"
        case .longPath(let limit): "its path in the image has more than \(limit) bytes; choose shorter names"
        case .replacesFile(let path, let kind):
            "the directory would replace \(FilesMessage.noun(kind)) of the image, \(Self.part(path)); "
                + Self.advice(path)
        case .replacesDirectory(let path):
            "it would replace a directory of the image, \(Self.part(path)); " + Self.advice(path)
        case .danglingLink(let path):
            "the symbolic link \(Self.part(path)) of the image leads to no file; " + Self.advice(path)
        case .endlessLinks(let path):
            "\(Self.part(path)) of the image leads through too many symbolic links; " + Self.advice(path)
        case .collision(let other, let path):
            "it would be \(Self.part(path)) in the image, as \(TerminalText.part(other)); remove one of them"
        }
    }

    private static func part(_ path: FilePath) -> String { FilesMessage.part(path) }

    private static func advice(_ path: FilePath) -> String {
        let text = String(validating: path.bytes, as: UTF8.self).map { ShellText.quoted("/" + $0) } ?? "PATH"
        return "to delete that first, add --delete \(text)"
    }
}

extension DirectoryScanError.SpecialFile {
    fileprivate var noun: String {
        switch self {
        case .characterDevice: "a character device"
        case .blockDevice: "a block device"
        case .fifo: "a FIFO"
        case .socket: "a socket"
        case .other: "a file of an unknown kind"
        }
    }
}

extension LayerMakingError.MemberFlaw {
    fileprivate var phrase: String {
        switch self {
        case .absolute: "has an absolute name; write the archive with relative names"
        case .climbing: "has a part .. in its name; write the archive without such names"
        case .noName: "has no name; write the archive again"
        case .longName(let limit): "has a name or target of more than \(limit) bytes; choose shorter names"
        case .linkTarget(let target):
            "is a hard link out of the archive, to \(TerminalText.part(target)); write the archive with its target"
        case .type(let type): "has the unknown type \(type); write the archive without it"
        }
    }
}

extension LayerMakingError.DeletionFlaw {
    fileprivate var phrase: String {
        switch self {
        case .root: "it is the root of the image; name files below it"
        case .climbing: "the path has a part ..; write it without this part"
        case .absent(let name, let directory, let others): Self.absent(name, directory, others)
        case .notDirectory(let file):
            "\(FilesMessage.part(file)) of the image is not a directory; list its files with inspect --files"
        case .endlessLinks: "the path leads through too many symbolic links; list the files with inspect --files"
        }
    }

    private static func absent(_ name: [UInt8], _ directory: FilePath, _ others: [[UInt8]]) -> String {
        let found = FilesMessage.part(directory.appending(name))
        let names = others.compactMap { String(validating: $0, as: UTF8.self) }
        let near = String(validating: name, as: UTF8.self).flatMap { Spelling.nearest(to: $0, among: names) }
        let advice =
            near.map { "did you mean \(FilesMessage.part(directory.appending(Array($0.utf8))))?" }
            ?? "list the files with inspect --files"
        return "no file \(found) in the image; \(advice)"
    }
}
