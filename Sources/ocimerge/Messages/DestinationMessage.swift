internal import ByteIO
internal import ImageModel
internal import ImageSinks
internal import Registry

extension DestinationError: Reportable {
    private func notOneImage(_ count: Int, _ names: [String], _ unnamed: [Digest]) -> String {
        oneImage("a dir: directory holds one image", count, names, unnamed)
    }

    private func severalForOneTag(_ count: Int, _ names: [String], _ unnamed: [Digest]) -> String {
        oneImage("a tag in a registry names one image", count, names, unnamed)
    }

    private func oneImage(_ rule: String, _ count: Int, _ names: [String], _ unnamed: [Digest]) -> String {
        if count == 0 { return "\(rule), but the result has none" }
        let all = names.map(TerminalText.part) + unnamed.map(\.description)
        let list = all.isEmpty ? "" : " (\(all.prefix(10).joined(separator: ", ")))"
        let choice =
            unnamed.isEmpty ? "SOURCE:NAME" : names.isEmpty ? "SOURCE@DIGEST" : "SOURCE:NAME or SOURCE@DIGEST"
        return "\(rule), but the result has \(count)\(list); choose one with \(choice)"
    }

    /// Includes the command line to type instead.
    private func naming(_ path: String, _ behind: DestinationError.BehindPath) -> String {
        let name =
            switch behind {
            case .name(let name): ShellText.quoted(name)
            case .tag(let tag): "NAME:" + ShellText.quoted(tag)
            }
        return "a destination cannot contain a name; write \(ShellText.quoted(path)) as destination and -t \(name)"
    }

    /// Shows both spellings: the registry and the layout.
    private func imageName(_ name: String, _ tag: String?, isReference: Bool) -> String {
        let registry = isReference ? "\(ShellText.quoted(RegistryReference.scheme + name)) for a registry, or " : ""
        return "\(TerminalText.part(name)) looks like the name of an image; the destination is \(registry)"
            + "DIR/ with -t \(tag.map(ShellText.quoted) ?? "NAME") for a layout"
    }

    var sentence: String {
        func text(_ path: String) -> String { TerminalText.part(path) }
        switch self {
        case .io(let failure): return failure.sentence
        case .plan(let error): return error.sentence
        case .exists(let path):
            return "\(text(path)) exists; add to it with --update, replace it with --force, or choose another name"
        case .notALayout(let path):
            return
                "\(text(path)) is not an OCI image layout, so it is neither updated nor replaced; remove it "
                + "yourself or choose another name"
        case .holdsMore(let path, let name):
            return
                "\(text(path)) holds \(text(name)), which is not part of an image layout, so --force does not "
                + "replace it; "
                + "remove it yourself or choose another name"
        case .isHybrid(let path):
            return
                "\(text(path)) has a manifest.json for docker, which --update does not change; copy it to a new "
                + "layout first"
        case .linkedBlobs(let path):
            return "\(text(path))/blobs is a link, which is not followed; put the directory itself there"
        case .layoutVersion(let path, let found):
            return "\(text(path)): oci-layout has version '\(text(found))', but 1.0.0 is required"
        case .namedDestination(let path, let behind): return naming(path, behind)
        case .imageName(let name, let tag, let isReference):
            return imageName(name, tag, isReference: isReference)
        case .changed(let path):
            return "\(text(path)) was changed by another program at the same time; nothing was written"
        case .danglingLink(let path):
            return "\(text(path)) is a dangling link; remove it or choose another name"
        case .transport(let path, let name):
            return
                "\(text(path)): cannot write to \(name):; write an archive (X.tar) for the engine to load, or put ./ "
                + "before a file name"
        case .notADirectory(let path): return "\(text(path)) exists and is not a directory; choose another name"
        case .notAFile(let path): return "\(text(path)) exists and is not a file; choose another name"
        case .archiveExists(let path):
            return "\(text(path)) exists; replace it with --force, or choose another name"
        case .notSupported(let path):
            return
                "\(text(path)): this format cannot be written; write X.tar, X.tar.gz or X.tar.zst for an archive, or "
                + "\(text(path))/ for a layout"
        case .updatesNoArchive(let path):
            return "\(text(path)) is an archive, but --update adds only to layouts; replace the archive with --force"
        case .unplanned(let digest): return "blob \(digest) has no place in the archive; please report this defect"
        case .notSplit(let path):
            return "\(text(path)): only archives in files are split into volumes; name X.tar, X.tar.gz or X.tar.zst"
        case .notOfVolumes(let path):
            return
                "\(text(path)) exists and is not part of a set of volumes, so --force does not replace it; remove it "
                + "yourself or choose another name"
        case .leftoverWaits(let path, let leftover):
            return
                "\(text(path)) exists, and so does \(text(leftover)) of a run that was killed; "
                + "move one of the two away"
        case .empty: return "the destination has no name"
        case .parentMissing(let path):
            return "the directory \(text(path)) for the result does not exist; create it first"
        case .holdsOneImage(let path):
            return "\(text(path)): a dir: directory holds one image, so --update has nothing to add to; use --force"
        case .imageExists(let path):
            return "\(text(path)) exists; replace it with --force, or choose another name"
        case .notASkopeoDirectory(let path):
            return
                "\(text(path)) is not an image that skopeo wrote as dir:, so --force does not replace it; remove it "
                + "yourself or choose another name"
        case .skopeoDirectoryHoldsMore(let path, let name):
            return
                "\(text(path)) holds \(text(name)), which is not part of a dir: image, so --force does not replace it; "
                + "remove it yourself or choose another name"
        case .notOneImage(let count, let names, let unnamed): return notOneImage(count, names, unnamed)
        case .notSHA256(let digest):
            return "\(digest) cannot be in a dir: directory, which supports only SHA-256; write an OCI image layout"
        case .nestedIndex(let digest):
            return
                "the image holds a second index, \(digest), which skopeo does not read from a dir: directory; choose it "
                + "with PATH@DIGEST, or write an OCI image layout"
        case .notAReference(let name, let flaw):
            return "cannot write \(text(Userinfo.cut(from: name))): \(ReferenceMessage.phrase(for: flaw))"
        case .foreignTag(let name, let repository):
            return
                "\(text(name)) is not in \(repository), the destination of the result; write -t \(repository):TAG "
                + "for another tag"
        case .severalForOneTag(let count, let names, let unnamed): return severalForOneTag(count, names, unnamed)
        case .otherDigest(let expected, let found):
            return "the result is \(found), not \(expected) as the destination requires; nothing was pushed"
        case .noRegistryOption(let option):
            return "\(option) has no effect in a registry, where a tag moves to the new image; omit it"
        case .unreadable(let path, let error): return "\(text(path)) \(DocumentMessage.phrase(for: error))"
        }
    }
}

extension SinkError: ReportableUnion {
    var reportable: any Reportable {
        switch self {
        case .io(let error): error
        case .blob(let error): error
        case .destination(let error): error
        case .registry(let error): error
        case .incompletePush(let error): error
        case .document(let error): error
        case .edit(let error): error
        case .unflushed(let error): error
        }
    }
}
