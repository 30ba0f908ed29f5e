internal import ByteIO
internal import ImageModel

/// What speaks for an image when its entrypoint does not: the loader, the programs of its bin directories, any program.
struct WitnessSearch {
    private let tree: ImageTree
    private let candidates: [(path: String, role: PathRole)]

    init(_ tree: ImageTree) {
        self.tree = tree
        candidates = tree.candidates()
    }

    /// Enough for a majority that means something, few enough to cost nothing.
    private static let limit = 256

    private struct Program {
        let machine: Machine
        let file: ImageTree.File
    }

    /// Some programs were seen that do not agree with each other.
    private(set) var sawPrograms = false

    mutating func loader() throws(IOFailure) -> Evidence.Witness? {
        let loaders = try programs { $0.isLoader && !$0.isLeftover }
        guard let first = loaders.first, Self.architectures(loaders).count == 1 else { return nil }
        return witness(first, .loader)
    }

    mutating func majority() throws(IOFailure) -> Evidence.Witness? {
        let programs = try programs { $0.isInBinDirectory && !$0.isLeftover }
        guard let most = Self.architectures(programs).max(by: { ($0.value, $1.key) < ($1.value, $0.key) }),
            most.value * 2 > programs.count,
            let first = programs.first(where: { $0.machine.architecture == most.key })
        else { return nil }
        return witness(first, .majority(most.value, of: programs.count))
    }

    mutating func elsewhere() throws(IOFailure) -> Evidence.Witness? {
        let programs = try programs { !$0.isInBinDirectory && !$0.isLeftover && !$0.isLibrary }
        guard let first = programs.first, Self.architectures(programs).count == 1 else { return nil }
        return witness(first, .elsewhere(programs.count))
    }

    private mutating func programs(where isWanted: (PathRole) -> Bool) throws(IOFailure) -> [Program] {
        var programs: [Program] = []
        for candidate in candidates.filter({ isWanted($0.role) }).prefix(Self.limit) {
            guard let file = try tree.program(at: candidate.path), case .program(let machine) = file.content else {
                continue
            }
            // Programs for Windows lie about in images of other systems, and run on none of them.
            let belongs = (machine.os == "windows") == PathRole.isInWindowsTree(file.path)
            if belongs { programs.append(Program(machine: machine, file: file)) }
        }
        if !programs.isEmpty { sawPrograms = true }
        return programs
    }

    private static func architectures(_ programs: [Program]) -> [String: Int] {
        programs.reduce(into: [:]) { $0[$1.machine.architecture, default: 0] += 1 }
    }

    private func witness(_ program: Program, _ role: Evidence.Witness.Role) -> Evidence.Witness {
        Evidence.Witness(
            machine: program.machine, path: "/" + program.file.path, layer: program.file.layer, role: role)
    }
}
