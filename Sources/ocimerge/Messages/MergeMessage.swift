internal import ImageModel
internal import ImagePlanning

extension PlanError: ReportableUnion {
    var reportable: any Reportable {
        switch self {
        case .conflict(let error): error
        case .fix(let error): error
        case .push(let error): error
        case .missing(let error): error
        case .graph(let error): error
        case .document(let error): error
        case .edit(let error): error
        case .json(let error): error
        }
    }
}

extension MergeConflict: Reportable {
    var isUsage: Bool { if case .tagForSeveral = self { true } else { false } }

    var sentence: String {
        func text(_ text: String) -> String { TerminalText.part(text) }
        switch self {
        case .samePlatform(let platform, let one, let other, let image):
            let name = image.map { " of \(text($0))" } ?? ""
            let what = text(platform.description)
            if one == other {
                return "\(text(one)) holds two different images\(name) for \(what); select one with PATH@DIGEST, or "
                    + "declare their platforms with SOURCE=PLATFORM"
            }
            // Two images of one name cannot be packed either.
            let apart =
                image == nil
                ? "; to keep both as separate images: ocimerge pack \(ShellText.quoted(one)) "
                    + "\(ShellText.quoted(other)) -o DEST" : ""
            return "\(text(one)) and \(text(other)) are different images\(name) for \(what); if the metadata of one "
                + "is wrong, declare its platform: \(text(undeclared(other)))=PLATFORM\(apart)"
        case .noPlatform(let source, let digest):
            return
                "\(text(source)): image \(digest) declares no platform; declare it: "
                + "\(text(source))=PLATFORM"
        case .declaredForSeveral(let source, let platforms):
            if platforms.isEmpty {
                return "\(text(source)) holds no container image that could be declared for a platform"
            }
            return
                "\(text(source)) holds several images (\(list(platforms))); declare one of them: PATH@DIGEST=PLATFORM"
        case .missing(let source, let digest, let what):
            return "\(text(source)): \(what.noun) \(digest) is needed and absent; the source is incomplete"
        case .size(let source, let blob, let stated, let found):
            return "\(text(source)): blob \(blob) is damaged: \(stated) bytes expected, \(found) found"
        case .documentTooLarge(let name, let bytes, let names, let limit):
            let count = names.map { " for \(CountText.text($0, "name"))" } ?? ""
            return
                "\(text(name)) would have \(ByteCount.text(bytes))\(count), but readers accept \(ByteCount.text(limit)); "
                + "divide the images among several results"
        case .nothingPresent(let source, let index):
            return "\(text(source)): no image of index \(index) is present; the source is incomplete"
        case .nothingToMerge(let source): return "\(text(source)) holds no complete container image"
        case .platformAbsent(let wanted, let present):
            return "no image for \(text(wanted.description)) in the sources\(TypedPlatform.question(about: [wanted])); "
                + "they hold \(list(present))"
        case .severalImages(let count, let names):
            return
                "the sources hold \(count) images (\(names.prefix(10).map(text).joined(separator: ", "))), so --tag "
                + "is ambiguous; choose one with PATH:NAME"
        case .unnamedAmongNamed(let source):
            return
                "images are joined by name, but one in \(text(source)) has none; choose it with PATH@DIGEST and "
                + "merge it separately"
        case .unnamedInPack(let source, let digest):
            return
                "\(text(source)) holds an image without a name (\(digest)); pack keeps several images apart by their "
                + "names: write a list with the line '\(text(source)) NAME' and use --list, or select named images "
                + "with PATH:NAME"
        case .tagForSeveral(let count, let names):
            let shown = names.isEmpty ? "" : " (\(names.prefix(10).map(text).joined(separator: ", ")))"
            return
                "-t/--tag names one image, and the sources hold \(count)\(shown); to join images under one name, write "
                + "ocimerge SOURCE... -t NAME -o DEST; to rename images, use --rename FROM=TO"
        case .sameName(let name, let one, let other):
            return
                "\(text(one)) and \(text(other)) hold different content under the name \(text(name)); rename one "
                + "with a list line 'SOURCE NAME', or leave one out"
        case .zstandardForDocker(let source, let layer):
            return
                "\(text(source)): layer \(layer) is compressed with zstd, which docker's format does not support; "
                + "keep the "
                + "OCI format, or compress it with --recompress --compress gzip"
        case .tooLargeForArchive(let bytes, let limit):
            return
                "cannot write an archive: its manifests claim \(ByteCount.text(bytes)), and the limit is "
                + "\(ByteCount.text(limit)); check the source with verify"
        case .unnamedUpdate:
            return "the image has no name, so --update cannot find the image to replace; name it with --tag"
        case .severalPlatforms(let image, let platforms):
            return
                "a docker-archive holds one platform of an image, and \(image) has several (\(list(platforms))); choose "
                + "one with --platform, or write X.tar, which every loader accepts"
        case .notForDocker(let image):
            return
                "a docker-archive needs the config and every layer of an image, but of \(image) some are absent or "
                + "of a type unknown to docker; write an OCI image layout"
        }
    }

    /// The source without its suffix =PLATFORM, if any.
    private func undeclared(_ source: String) -> String {
        guard let equals = source.lastIndex(of: "="),
            (try? Platform(parsing: String(source[source.index(after: equals)...]))) != nil
        else { return source }
        return String(source[..<equals])
    }

    private func list(_ platforms: [Platform]) -> String {
        platforms.map { TerminalText.part($0.description) }.joined(separator: ", ")
    }
}

extension MergeConflict.Missing {
    var noun: String {
        switch self {
        case .manifest: "manifest"
        case .config: "config"
        case .layer: "layer"
        }
    }
}
