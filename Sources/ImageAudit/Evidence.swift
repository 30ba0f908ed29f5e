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

    package init(witnesses: [Witness], silence: Silence = .noExecutables) {
        self.witnesses = witnesses
        self.silence = silence
    }

    /// What the witnesses make of a platform that somebody claims. nil: nobody claims one.
    package func verdict(on platform: Platform?) -> Verdict {
        guard let witness = witnesses.first else { return .silent(silence) }
        return .agrees(witness)
    }

    /// The platform that the image has by its executables; what they leave open stays as it is `claimed`. nil: they say
    /// nothing.
    package func platform(claimed: Platform?) -> Platform? { nil }
}
