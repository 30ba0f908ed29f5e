/// One descriptor that a document or the list of roots contains.
package struct GraphLink: Sendable {
    package enum Role: Sendable, Hashable { case root, child, config, layer, content, subject }

    package let descriptor: Descriptor
    package let role: Role
    /// The position in the list of the document; `nil` if the descriptor stands alone.
    package let number: Int?
    /// The descriptor as the document has it; `nil` if no document wrote it.
    package let json: ArraySlice<UInt8>?

    package init(_ descriptor: Descriptor, _ role: Role, number: Int? = nil, json: ArraySlice<UInt8>? = nil) {
        self.descriptor = descriptor
        self.role = role
        self.number = number
        self.json = json
    }
}

/// The links of a document that a walk asks for.
package struct LinkKinds: OptionSet, Sendable {
    package let rawValue: Int

    package init(rawValue: Int) { self.rawValue = rawValue }

    package static let children = LinkKinds(rawValue: 1)
    package static let config = LinkKinds(rawValue: 2)
    package static let layers = LinkKinds(rawValue: 4)
    package static let subject = LinkKinds(rawValue: 8)
    /// Descriptors under members that the specification does not define, and those in documents of other kinds.
    package static let lenient = LinkKinds(rawValue: 16)

    /// All content that a document needs.
    package static let content: LinkKinds = [.children, .config, .layers, .lenient]
    /// The content of an image.
    package static let image: LinkKinds = [.children, .config, .layers]
    package static let everything: LinkKinds = [.children, .config, .layers, .subject, .lenient]
}

/// The members of a descriptor, beside its digest, by which a walk tells two links to one document apart.
package struct VisitIdentity: OptionSet, Sendable {
    package let rawValue: Int

    package init(rawValue: Int) { self.rawValue = rawValue }

    package static let platform = VisitIdentity(rawValue: 1)
    /// Whether the link names an attestation.
    package static let attestation = VisitIdentity(rawValue: 2)
}

/// The one walk over a graph. The caller pulls steps with `next` and passes the links of a step to `descend`. The visitor
/// keeps the order, the depth and the links that were met. Parents come before children, and links in their order.
///
/// The caller finds the documents: it may read a file or a registry, and stops by leaving its loop. The walk is
/// iterative: nesting needs no stack.
package struct GraphVisitor<Mark: Sendable>: Sendable {
    package enum Phase: Sendable, Equatable {
        /// The link is met for the first time. Only after this phase `descend` has an effect.
        case enter
        /// The link was met before. Given only if the visitor `givesRepeats`.
        case repeated
        /// All steps below the link were given. Given only if the visitor `givesLeaves`.
        case leave
        /// The link is at the depth limit. It does not count as met.
        case tooDeep
    }

    package struct Step: Sendable {
        package let link: GraphLink
        package let phase: Phase
        /// 0 for a link that `start` was given.
        package let depth: Int
        /// The mark that the links of the parent were given.
        package let mark: Mark

        package var descriptor: Descriptor { link.descriptor }
        package var digest: Digest { link.descriptor.digest }
    }

    private struct Key: Hashable {
        let digest: Digest
        let platform: Platform?
        let isAttestation: Bool
    }

    /// The links of one document, or of one call of `start`.
    private struct Frame {
        let links: [GraphLink]
        let mark: Mark
        let depth: Int
        /// The step to leave after the links; `nil` at the top, or if leaves are not given.
        let owner: Step?
        var next = 0
    }

    private let identity: VisitIdentity
    private let depthLimit: Int
    private let givesRepeats: Bool
    private let givesLeaves: Bool
    private var frames: [Frame] = []
    /// Calls of `start` whose links are not yet visited; the first of them is at `nextStart`.
    private var starts: [Frame] = []
    private var nextStart = 0
    /// The step that was entered last, until it has links or the walk goes on.
    private var entered: Step?
    private var digests: Set<Digest> = []
    /// Empty if digests alone identify links.
    private var keys: Set<Key> = []

    /// Links at `depthLimit` are too deep.
    package init(
        distinguishing identity: VisitIdentity = [], depthLimit: Int = .max, givesRepeats: Bool = false,
        givesLeaves: Bool = false
    ) {
        self.identity = identity
        self.depthLimit = depthLimit
        self.givesRepeats = givesRepeats
        self.givesLeaves = givesLeaves
    }

    /// Adds links at the top. They are visited after everything that was added before, and links that were met stay met.
    // Other modules know only the generic function.
    @_specialize(where Mark == Void)
    package mutating func start(_ links: [GraphLink], mark: Mark) {
        starts.append(Frame(links: links, mark: mark, depth: 0, owner: nil))
    }

    /// Adds links below the step that `next` returned last. Only the first call after `enter` has an effect.
    @_specialize(where Mark == Void)
    package mutating func descend(_ links: [GraphLink], mark: Mark) {
        guard let step = entered else { return }
        entered = nil
        frames.append(Frame(links: links, mark: mark, depth: step.depth + 1, owner: givesLeaves ? step : nil))
    }

    /// Whether any link with this digest was entered.
    package func hasMet(_ digest: Digest) -> Bool { digests.contains(digest) }

    /// `nil` if no links are left. More of them may be added afterwards.
    @_specialize(where Mark == Void)
    package mutating func next() -> Step? {
        if let step = entered {
            entered = nil
            if givesLeaves { return Self.leave(step) }
        }
        while let top = topFrame() {
            guard frames[top].next < frames[top].links.count else {
                if let owner = frames.removeLast().owner { return Self.leave(owner) }
                continue
            }
            let link = frames[top].links[frames[top].next]
            frames[top].next += 1
            if let step = step(to: link, depth: frames[top].depth, mark: frames[top].mark) { return step }
        }
        return nil
    }

    /// `nil` if a repeated link is not to be given.
    private mutating func step(to link: GraphLink, depth: Int, mark: Mark) -> Step? {
        if depth >= depthLimit { return Step(link: link, phase: .tooDeep, depth: depth, mark: mark) }
        if !meet(link.descriptor) {
            return givesRepeats ? Step(link: link, phase: .repeated, depth: depth, mark: mark) : nil
        }
        let step = Step(link: link, phase: .enter, depth: depth, mark: mark)
        entered = step
        return step
    }

    /// Whether the descriptor is met for the first time.
    private mutating func meet(_ descriptor: Descriptor) -> Bool {
        let isNew = digests.insert(descriptor.digest).inserted
        if identity.isEmpty { return isNew }
        let key = Key(
            digest: descriptor.digest, platform: identity.contains(.platform) ? descriptor.platform : nil,
            isAttestation: identity.contains(.attestation) && descriptor.isAttestation)
        return keys.insert(key).inserted
    }

    /// The position of the frame to go on with; `nil` if nothing is left.
    private mutating func topFrame() -> Int? {
        if frames.isEmpty, nextStart < starts.count {
            frames.append(starts[nextStart])
            nextStart += 1
            if nextStart == starts.count { (starts, nextStart) = ([], 0) }
        }
        return frames.indices.last
    }

    private static func leave(_ step: Step) -> Step {
        Step(link: step.link, phase: .leave, depth: step.depth, mark: step.mark)
    }
}

extension GraphVisitor where Mark == Void {
    package mutating func start(_ links: [GraphLink]) { start(links, mark: ()) }
    package mutating func descend(_ links: [GraphLink]) { descend(links, mark: ()) }
}
