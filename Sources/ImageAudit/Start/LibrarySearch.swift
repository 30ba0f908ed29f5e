internal import ByteIO
internal import ImageModel

/// Finds the libraries that the dynamic loader would load for a program.
struct LibrarySearch {
    /// A file that the loader maps: the program or a library.
    private struct Object {
        let entry: FileEntry
        let file: ELFFile
        /// The directory in which the loader found the file: `$ORIGIN`. A library may be a link there.
        let directory: FilePath
        /// The number of the object that needs this one; `nil` for the program.
        let parent: Int?
    }

    private let tree: MergedTree
    private let style: LoaderStyle
    private let config: StartConfig
    /// The directories of LD_LIBRARY_PATH.
    private let libraryPath: [FilePath]
    private var objects: [Object] = []
    /// The numbers of the objects by the names under which they are needed, by their own names, and by their paths.
    private var known: [[UInt8]: Int] = [:]
    private var named: [[UInt8]: Int] = [:]
    private var placed: [FilePath: Int] = [:]
    private var absent: [(library: [UInt8], chain: [FilePath], unusable: FilePath?)] = []
    private(set) var findings: [StartFinding] = []

    /// The number of paths at which libraries may still be looked for.
    private var pathsLeft = 1 << 18

    private static let limit = 4096
    private static let absentLimit = 64

    /// `loader` is the dynamic loader that the program names.
    init(_ tree: MergedTree, _ loader: FileEntry, _ loaderFile: ELFFile, _ config: StartConfig) throws(IOFailure) {
        self.tree = tree
        self.config = config
        style = try LoaderStyle(tree, loader, loaderFile)
        libraryPath = style.libraryPath(config)
    }

    /// Checks the program and all libraries, each once. Only the first finding of each library is kept.
    mutating func check(_ program: FileEntry, _ file: ELFFile) throws(IOFailure) {
        if case .unreadable(let path) = style {
            findings.append(StartFinding(.unchecked(.content(path)), program))
        }
        guard style.isKnown else { return }
        guard file.hasDynamic, file.isWhollyRead else {
            findings.append(StartFinding(.unchecked(.content(program.path)), program))
            return
        }
        add(Object(entry: program, file: file, directory: program.path.directory, parent: nil))
        try loadLibraries()
        let places = tree.firstFiles(named: Set(absent.map(\.library)))
        for (library, chain, unusable) in absent {
            let name = String(decoding: library, as: UTF8.self)
            let problem =
                unusable.map { StartProblem.libraryUnusable(name, chain: chain, file: $0) }
                ?? .libraryAbsent(name, chain: chain, elsewhere: places[library])
            findings.append(StartFinding(problem, program))
        }
        checkVersions()
    }

    private mutating func loadLibraries() throws(IOFailure) {
        var number = 0
        var missing: Set<[UInt8]> = []
        while number < objects.count {
            for library in objects[number].file.needed where known[library] == nil && !missing.contains(library) {
                guard objects.count < Self.limit, missing.count < Self.absentLimit, pathsLeft > 0 else {
                    findings.append(StartFinding(.unchecked(.tooManyLibraries), objects[0].entry))
                    return
                }
                if try !load(library, for: number) { missing.insert(library) }
            }
            number += 1
        }
    }

    private mutating func add(_ object: Object) {
        placed[object.entry.path] = objects.count
        if let name = object.file.name, named[name] == nil { named[name] = objects.count }
        objects.append(object)
    }

    /// The highest level of x86-64 that a loaded file needs, and this file.
    var highestLevel: (level: Int, entry: FileEntry)? {
        objects.compactMap { object in object.file.machine?.level.map { ($0, object.entry) } }.max { $0.0 < $1.0 }
    }

    // MARK: - Libraries

    /// Whether the library was found, or need not be.
    private mutating func load(_ library: [UInt8], for number: Int) throws(IOFailure) -> Bool {
        if style.isBuiltIn(library) || named[library] != nil { return true }
        let paths = candidates(library, for: number)
        pathsLeft -= paths.count
        var unusable: FilePath?
        for path in paths {
            guard case .file(let entry) = tree.resolve(path), entry.fileKind == .file else { continue }
            let format = try tree.format(of: entry)
            if format == .unknown {
                findings.append(StartFinding(.unchecked(.content(entry.path)), entry))
                return true
            }
            guard case .elf(let file) = format, file.damage == nil,
                file.machine?.architecture == objects[0].file.machine?.architecture, file.is64 == objects[0].file.is64
            else {
                unusable = unusable ?? entry.path
                continue
            }
            if let same = placed[entry.path] {
                known[library] = same
                return true
            }
            if !file.isWhollyRead { findings.append(StartFinding(.unchecked(.content(entry.path)), entry)) }
            known[library] = objects.count
            add(Object(entry: entry, file: file, directory: path.directory, parent: number))
            return true
        }
        report(library, for: number, unusable)
        return false
    }

    private mutating func report(_ library: [UInt8], for number: Int, _ unusable: FilePath?) {
        if let place = outsidePlace(for: number) {
            let name = String(decoding: library, as: UTF8.self)
            findings.append(StartFinding(.suppliedOutside(path: name, place: place), objects[number].entry))
            return
        }
        var chain: [FilePath] = []
        var next: Int? = number
        while let step = next, step != 0 {
            chain.append(objects[step].entry.path)
            next = objects[step].parent
        }
        absent.append((library, chain.reversed(), unusable))
    }

    /// A directory that the loader searches and that the image does not supply; `nil` if there is none.
    private mutating func outsidePlace(for number: Int) -> String? {
        for path in (libraryPath + ownDirectories(of: number)).map(\.absoluteText) {
            if let volume = config.volumes.first(where: { path == $0 || path.hasPrefix($0 + "/") }) { return volume }
        }
        return hasAbsentLibraryPath ? "LD_LIBRARY_PATH" : nil
    }

    /// Whether the image lacks a directory of LD_LIBRARY_PATH. All absent libraries share the answer.
    private lazy var hasAbsentLibraryPath = libraryPath.contains { path in
        if case .absent = tree.resolve(path) { true } else { false }
    }

    // MARK: - Directories

    /// The paths at which the loader looks for a library, in order.
    private func candidates(_ library: [UInt8], for number: Int) -> [FilePath] {
        if library.contains(FilePath.slash) { return expanded(library, of: number) }
        let file = objects[number].file
        let directories =
            style.isMusl
            ? libraryPath + inherited(number)
            : inheritedWithoutRunpath(number, file) + libraryPath + paths(file.runpath, of: number)
        let system = file.ignoresDefaultDirectories && !style.isMusl ? [] : style.systemFiles(library)
        return directories.flatMap { style.files(library, in: $0) } + system
    }

    /// The directories that the object itself names.
    private func ownDirectories(of number: Int) -> [FilePath] {
        let file = objects[number].file
        return paths(file.runpath ?? file.rpath, of: number)
    }

    /// The directories of an object and of those that need it, as musl searches them.
    private func inherited(_ number: Int) -> [FilePath] {
        inherited(number) { ownDirectories(of: $0) }
    }

    /// glibc uses the RPATH of an object and of those that need it, unless the object has a RUNPATH.
    private func inheritedWithoutRunpath(_ number: Int, _ file: ELFFile) -> [FilePath] {
        if file.runpath != nil { return [] }
        return inherited(number) { objects[$0].file.runpath == nil ? paths(objects[$0].file.rpath, of: $0) : [] }
    }

    /// The directories that an object and those that need it name.
    private func inherited(_ number: Int, _ directories: (Int) -> [FilePath]) -> [FilePath] {
        var found: [FilePath] = []
        var next: Int? = number
        while let step = next, found.count < Self.limit {
            found += directories(step)
            next = objects[step].parent
        }
        return found
    }

    /// The directories of a list with colons.
    private func paths(_ list: [UInt8]?, of number: Int) -> [FilePath] {
        style.parts(of: String(decoding: list ?? [], as: UTF8.self)[...]).flatMap {
            expanded(Array($0.utf8), of: number)
        }
    }

    /// A path with the loader's variables replaced. `$LIB` has several values, depending on the distribution.
    private func expanded(_ path: [UInt8], of number: Int) -> [FilePath] {
        let text = String(decoding: path, as: UTF8.self)
        guard text.contains("$") else { return [config.path(text)] }
        let origin = objects[number].directory.absoluteText
        let own = Self.replace(text, ["ORIGIN": origin])
        guard own.contains("$") else { return [config.path(own)] }
        return style.libraryNames(in: tree).map { config.path(Self.replace(own, ["LIB": $0])) }
    }

    private static func replace(_ text: String, _ values: [String: String]) -> String {
        var rest = text[...]
        var result = ""
        while let sign = rest.firstIndex(of: "$") {
            result += rest[..<sign]
            rest = rest[sign...].dropFirst()
            let found = values.first { rest.hasPrefix($0.key) || rest.hasPrefix("{\($0.key)}") }
            guard let found else {
                result += "$"
                continue
            }
            rest = rest.dropFirst(rest.first == "{" ? found.key.count + 2 : found.key.count)
            result += found.value
        }
        return result + rest
    }

    // MARK: - Versions

    /// Compares the versions that each object needs with those that its libraries define. Of each library only the
    /// highest absent version is reported.
    private mutating func checkVersions() {
        guard !style.isMusl else { return }
        var reported: Set<Int> = []
        for object in objects {
            for need in object.file.neededVersions {
                guard let number = known[need.library] ?? named[need.library],
                    !objects[number].file.definedVersions.isEmpty, !reported.contains(number)
                else { continue }
                let defined = objects[number].file.definedVersions
                let missing = need.names.filter { !defined.contains($0) }.map(VersionName.init)
                guard let highest = missing.max() else { continue }
                reported.insert(number)
                let known = defined.map(VersionName.init).filter { $0.prefix == highest.prefix }.max()
                findings.append(
                    StartFinding(
                        .versionAbsent(highest.text, library: objects[number].entry.path, defined: known?.text),
                        object.entry))
            }
        }
    }
}
