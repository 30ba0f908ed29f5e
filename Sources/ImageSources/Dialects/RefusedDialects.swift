internal import ByteIO
internal import ImageModel

/// Archives of docker before 1.10: a chain of v1 images and no manifest. Known, and refused by name.
struct BeforeManifestsArchive: InputDialect {
    let prefixes: [String] = []
    let name = "docker archive older than 1.10"

    func recognises(_ files: any ImageFiles) throws(SourceError) -> Bool { try files.file("repositories") != nil }

    func read(_ files: any ImageFiles, _ defects: DefectLog) throws(SourceError) -> SourceReading {
        throw .beforeManifests(path: files.path)
    }
}

/// What `docker export` writes: the files of a container, not an image.
struct RootFileSystemArchive: InputDialect {
    let prefixes: [String] = []
    let name = "root file system"

    private static let telling: Set<String> = ["etc", "usr", "bin", "lib", "proc", "sbin", "var", "sys", "dev", "root"]

    func recognises(_ files: any ImageFiles) throws(SourceError) -> Bool {
        guard files.isArchive else { return false }
        return try files.topNames.intersection(Self.telling).count >= 3
    }

    func read(_ files: any ImageFiles, _ defects: DefectLog) throws(SourceError) -> SourceReading {
        throw .rootFileSystem(path: files.path)
    }
}
