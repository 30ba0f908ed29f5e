package import ByteIO
package import ImageModel

/// What the executables inside an image say about its platform, the most telling first.
package struct Evidence: Sendable, Equatable {
    /// One file that speaks for the image, and why it does.
    package struct Witness: Sendable, Equatable {
        package enum Role: Sendable, Equatable {
            /// What the image runs. `through` names the links and scripts that led to the file.
            case entrypoint(through: [String])
            case loader
            /// So many of the programs in the bin directories are like it.
            case majority(Int, of: Int)
            /// The image has programs elsewhere only, all of them like it.
            case elsewhere(Int)
        }

        package let machine: Machine
        /// Absolute, as a container sees it.
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
        /// Programs for several architectures, and none of them stands out.
        case mixed
        /// The look ended before it had found anything.
        case undecided
        /// Layers are not here, or cannot be read.
        case unreadable
    }

    package enum Verdict: Sendable, Equatable {
        case agrees(Witness)
        case contradicts(Witness)
        case silent(Silence)
    }

    package let witnesses: [Witness]
    package let silence: Silence
    /// Layers whose tar stops making sense somewhere.
    package let damaged: [Digest: TarError]

    package init(witnesses: [Witness], silence: Silence = .noExecutables, damaged: [Digest: TarError] = [:]) {
        self.witnesses = witnesses
        self.silence = silence
        self.damaged = damaged
    }

    /// What the witnesses make of a platform that somebody claims. nil: nobody claims one.
    package func verdict(on claimed: Platform?) -> Verdict {
        guard let first = witnesses.first else { return .silent(silence) }
        guard let claimed = claimed?.normalized else { return .contradicts(first) }
        for witness in witnesses {
            if witness.agrees(with: claimed) { return .agrees(witness) }
            // A guest of that architecture proves nothing: the next one knows.
            if !witness.machine.runs(on: claimed.architecture) { return .contradicts(witness) }
        }
        return .contradicts(first)
    }

    func contradicts(_ claimed: Platform?) -> Bool {
        if case .contradicts = verdict(on: claimed) { return true }
        return false
    }

    /// The platform that the image has by its executables; what they leave open stays as it is `claimed`. nil: they say
    /// nothing.
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

    /// Systems whose programs come in files of their own kind; an ELF file is for none of them.
    fileprivate static func isUnlikeELF(_ os: String) -> Bool {
        ["windows", "darwin", "ios", "js", "wasip1", "unknown", ""].contains(os)
    }
}

extension Evidence.Witness {
    /// Whether the file can run where the platform says, and is meant for it. A program for an older arm runs on a newer
    /// one.
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
