internal import ByteIO
internal import ImageAudit

extension UnreadLayer: Reportable {
    var sentence: String {
        "\(FileMessage.name(source)): layer \(failure.layer) \(FilesMessage.phrase(for: failure.fault))"
    }
}

extension FilePathError: Reportable {
    var sentence: String {
        let name = FilesMessage.part(path)
        let place = FileMessage.name(source)
        switch flaw {
        case .absent(let near, let missing, let directory):
            let found = directory.appending(missing)
            let through = path.bytes.starts(with: found.bytes) ? "" : ", where \(name) leads"
            let advice = near.map { "; did you mean \(FilesMessage.part($0))?" } ?? ""
            return "\(place): no file \(FilesMessage.part(found)) in the image\(through)\(advice)"
        case .notDirectory(let file):
            return "\(place): no file \(name) in the image; \(FilesMessage.part(file)) is not a directory"
        case .endlessLinks: return "\(place): \(name) leads through too many symbolic links"
        case .notRegular(let entry): return notRegular(entry, place)
        case .sparse: return "\(place): \(name) is a sparse member of its layer, which is not supported"
        case .controlCharacters:
            return "\(place): \(name) has control characters, which act on a terminal; redirect standard output"
        }
    }

    private func notRegular(_ entry: FileEntry?, _ place: String) -> String {
        let file = entry?.path ?? FilePath("")
        let name = FilesMessage.part(file)
        if entry == nil || entry?.kind == .directory {
            let text = String(validating: file.bytes, as: UTF8.self).map { "/" + $0 } ?? "PATH"
            return "\(place): \(name) is a directory; to list it, write: ocimerge inspect "
                + "\(ShellText.quoted("--files=" + text)) \(ShellText.quoted(source))"
        }
        return "\(place): \(name) is \(FilesMessage.noun(entry?.fileKind)), not a regular file"
    }
}

/// Sentences about the files of an image.
enum FilesMessage {
    static func part(_ path: FilePath) -> String { TerminalText.part(path: path) }

    static func noun(_ kind: FileEntry.Kind?) -> String {
        switch kind {
        case .characterDevice: "a character device"
        case .blockDevice: "a block device"
        case .fifo: "a FIFO"
        case .symbolicLink: "a symbolic link"
        case .directory: "a directory"
        case .file, .hardLink, nil: "a file"
        }
    }

    /// Follows `layer DIGEST`.
    static func phrase(for fault: LayerFault) -> String {
        switch fault {
        case .absent: "is absent from the source"
        case .unreadable(let failure): "cannot be read: \(failure.sentence)"
        case .wrongSize(let expected, let found): "is damaged: \(expected) bytes expected, \(found) found"
        case .wrongContent(let found): "is damaged: its content has digest \(found)"
        case .unverified: "cannot be verified: its digest was not computed while it passed"
        case .wrongDiffID(let expected, let found):
            "holds other content than its config says: diffID \(expected) expected, \(found) found"
        case .undecodable(let failure): "cannot be decompressed: \(failure.sentence)"
        case .tar(.notATar): "is no tar archive"
        case .tar(let error): "cannot be read as a tar: \(error.sentence)"
        case .invalidName(let path): "has a member with an invalid name: \(part(path))"
        case .longPath(let path, let limit):
            "has a member that symbolic links put at a path of more than \(limit) bytes: \(part(path))"
        case .notDirectory(let path, let file):
            "has a member below a file: \(part(path)); \(part(file)) is not a directory"
        case .endlessLinks(let path): "has a member that leads through too many symbolic links: \(part(path))"
        case .hardLinkTarget(let path, let target):
            "has a hard link without a file as its target: \(part(path)) to \(part(target))"
        case .unknownType(let path, let type): "has a member of the unknown type \(type): \(part(path))"
        case .tooManyFiles(let limit):
            "has too many files: those of the image need more than \(ByteCount.text(Int64(limit))) of memory"
        }
    }
}
