package import ByteIO
package import ImageModel

/// The evidence of an image's executables about its platform, the strongest first.
package struct Evidence: Sendable, Equatable {
    /// A file that is evidence for the platform of the image, and the reason.
    package struct Witness: Sendable, Equatable {
        package enum Role: Sendable, Equatable {
            /// The program that the image runs. `through` names the links and scripts that lead to it.
            case entrypoint(through: [String])
            case loader
            /// The majority of the programs in the bin directories.
            case majority(Int, of: Int)
            /// The number of programs outside the bin directories, if there are no others and all agree.
            case elsewhere(Int)
        }

        package let machine: Machine
        /// The absolute path in the container.
        package let path: String
        package let layer: Digest
        package let role: Role

        package init(machine: Machine, path: String, layer: Digest, role: Role) {
            self.machine = machine
            self.path = path
            self.layer = layer
            self.role = role
        }
    }

    /// Why there is no witness.
    package enum Silence: Sendable, Equatable {
        case noExecutables
        /// Programs for several architectures without a majority.
        case mixed
        /// The search ended at its limit without a result.
        case undecided
        /// Layers are absent or unreadable.
        case unreadable
    }

    package enum Verdict: Sendable, Equatable {
        case agrees(Witness)
        case contradicts(Witness)
        case silent(Silence)
    }

    package let witnesses: [Witness]
    package let silence: Silence
    /// Layers with a damaged tar.
    package let damaged: [Digest: TarError]

    package init(witnesses: [Witness], silence: Silence = .noExecutables, damaged: [Digest: TarError] = [:]) {
        self.witnesses = witnesses
        self.silence = silence
        self.damaged = damaged
    }

    /// The verdict of the witnesses on a claimed platform; `nil` stands for no claim.
    package func verdict(on claimed: Platform?) -> Verdict {
        guard let first = witnesses.first else { return .silent(silence) }
        guard let claimed = claimed?.normalized else { return .contradicts(first) }
        for witness in witnesses {
            if witness.agrees(with: claimed) { return .agrees(witness) }
            // A program that the claimed architecture also runs proves nothing. The next witness decides.
            if !witness.machine.runs(on: claimed.architecture) { return .contradicts(witness) }
        }
        return .contradicts(first)
    }

    func contradicts(_ claimed: Platform?) -> Bool {
        if case .contradicts = verdict(on: claimed) { return true }
        return false
    }

    /// The platform of the image by its executables. Parts that they do not determine stay as `claimed`. `nil` if there
    /// is no evidence.
    package func platform(claimed: Platform?) -> Platform? {
        guard let first = witnesses.first else { return nil }
        if let claimed, case .agrees = verdict(on: claimed) { return claimed }
        let host = witnesses.dropFirst().first { first.machine.runs(on: $0.machine.architecture) }
        let machine = (host ?? first).machine
        let os = machine.os ?? (claimed.flatMap { Self.isUnlikeELF($0.normalized.os) ? nil : $0.os }) ?? "linux"
        let isSameSystem = claimed?.os == os
        return Platform(
            os: os, architecture: machine.architecture, variant: machine.variant,
            osVersion: isSameSystem ? claimed?.osVersion : nil,
            osFeatures: isSameSystem ? claimed?.osFeatures ?? [] : [])
    }

    /// Systems with their own kind of program files. An ELF file is for none of them.
    fileprivate static func isUnlikeELF(_ os: String) -> Bool {
        ["windows", "darwin", "ios", "js", "wasip1", "unknown", ""].contains(os)
    }
}

extension Evidence.Witness {
    /// Whether the file is built for the platform and can run on it. A program for an older arm runs on a newer one.
    fileprivate func agrees(with claimed: Platform) -> Bool {
        guard machine.architecture == claimed.architecture else { return false }
        if let os = machine.os {
            guard os == claimed.os else { return false }
        } else if machine.architecture != "wasm", Evidence.isUnlikeELF(claimed.os) {
            return false
        }
        guard machine.architecture == "arm", let needed = machine.variant, let given = claimed.variant else {
            return true
        }
        return needed.count != given.count || needed <= given
    }
}
