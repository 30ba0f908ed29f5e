internal import ByteIO
internal import ImageModel

/// What `tar -c layout` makes: everything below one folder, which is no part of any dialect.
struct OneFolder: ImageFiles {
    private let files: TarFiles
    private let folder: String
    let isArchive = true

    static func unwrapped(_ files: any ImageFiles) throws(SourceError) -> any ImageFiles {
        guard let archive = files as? TarFiles, let folder = archive.topNames.first, archive.topNames.count == 1 else {
            return files
        }
        let wrapped = OneFolder(files: archive, folder: folder)
        for telling in ["index.json", "manifest.json"] where try wrapped.file(telling) != nil { return wrapped }
        return files
    }

    var path: String { files.path }

    var archive: ArchiveInput? { files.archive }

    func file(_ name: String) throws(SourceError) -> (any ByteSource)? { try files.file("\(folder)/\(name)") }

    var names: [String] {
        files.names.filter { $0.hasPrefix(folder + "/") }.map { String($0.dropFirst(folder.count + 1)) }
    }

    func memberName(_ name: String) -> String { "\(folder)/\(name)" }

    func all() -> [ListedFile] {
        files.all().compactMap { file in
            guard file.name.hasPrefix(folder + "/") else { return nil }
            return ListedFile(name: String(file.name.dropFirst(folder.count + 1)), source: file.source)
        }
    }

    var damage: TarError? { files.index.damage }

    var topNames: Set<String> {
        Set(files.index.names.compactMap { $0.split(separator: "/").dropFirst().first.map(String.init) })
    }
}
