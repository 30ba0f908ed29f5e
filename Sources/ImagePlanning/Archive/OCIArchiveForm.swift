package import ImageModel

/// The archive that every loader accepts: an OCI layout whose `index.json` has one descriptor for each name. It also
/// has docker's `manifest.json`, for engines that read nothing else. Without that file it is skopeo's `oci-archive`.
///
/// Docker's description names the image of one platform only. The choice does not depend on the machine, so that the
/// same sources give the same bytes everywhere.
package struct OCIArchiveForm: ArchiveForm {
    /// `nil` stands for linux/amd64 if it is present, else for the first platform.
    private let defaultPlatform: Platform?
    private let isForDocker: Bool
    private var isIncrement = false

    private init(defaultPlatform: Platform?, isForDocker: Bool) {
        self.defaultPlatform = defaultPlatform
        self.isForDocker = isForDocker
    }

    package static func portable(defaultPlatform: Platform? = nil) -> OCIArchiveForm {
        OCIArchiveForm(defaultPlatform: defaultPlatform, isForDocker: true)
    }

    package static let plain = OCIArchiveForm(defaultPlatform: nil, isForDocker: false)

    /// The form with the mark of an increment if `isIncrement` is true. `manifest.json` then names layers that are absent.
    /// Docker opens a layer only if it lacks that layer.
    package func marked(isIncrement: Bool) -> OCIArchiveForm {
        var form = self
        form.isIncrement = isIncrement
        return form
    }

    package func archived(_ plan: WritePlan) throws(PlanError) -> WritePlan {
        let images = isForDocker ? try DockerImage.images(of: plan, isIncrement: isIncrement) : []
        var members = [
            ArchiveMember(LayoutPath.marker, .bytes(LayoutPath.markerBytes)),
            ArchiveMember(LayoutPath.index, .bytes(try index(isForDocker ? engineRoots(plan, images) : plan.roots))),
        ]
        if isForDocker, let list = try dockerList(images) {
            members.append(ArchiveMember("manifest.json", .bytes(list)))
        }
        try members.checkListSizes(names: plan.roots.count)
        members.append(ArchiveMember(LayoutPath.blobs, .directory))
        members += Self.contents(of: plan)
        try members.checkSize()
        return WritePlan(blobs: plan.blobs, documents: plan.documents, roots: plan.roots, members: members)
    }

    /// Blobs and documents in the order of their names, behind their folders.
    private static func contents(of plan: WritePlan) -> [ArchiveMember] {
        let digests = plan.documents.map(\.digest) + plan.blobs.map(\.digest)
        var members: [ArchiveMember] = []
        // Two more for the folders of sha256 and sha512.
        members.reserveCapacity(digests.count + 2)
        var last: Digest?
        for number in digests.indices.sorted(by: { (digests[$0], $0) < (digests[$1], $1) }) {
            let digest = digests[number]
            if last?.algorithm != digest.algorithm {
                members.append(ArchiveMember(LayoutPath(digest).folder, .directory))
            }
            if last != digest {
                let blob = number - plan.documents.count
                members.append(
                    blob < 0
                        ? ArchiveMember(inLayout: plan.documents[number]) : ArchiveMember(inLayout: plan.blobs[blob]))
            }
            last = digest
        }
        return members
    }

    private func index(_ roots: [RootEntry]) throws(PlanError) -> [UInt8] {
        do throws(JSONEditError) {
            let index = try RootIndex.bytes(roots, inFull: isForDocker && roots.repositoryCount > 1)
            guard isIncrement else { return index }
            let mark = JSONChange([.key("annotations"), .key(Increment.key)], to: .string(Increment.value))
            return try JSONEdit.applying([mark], to: index)
        } catch { throw .edit(error) }
    }

    /// The roots for engines. They have full names, as engines search for them. Images that are listed beside their index
    /// are left out, because podman and skopeo accept exactly one entry. Artifacts are last, because ctr unpacks the
    /// entries in their order and fails at an artifact.
    private func engineRoots(_ plan: WritePlan, _ images: [DockerImage]) -> [RootEntry] {
        let roots = plan.withDistinctRoots.roots.map(\.named)
        let known = Set(images.map(\.root))
        return roots.filter { known.contains($0.descriptor.digest) }
            + roots.filter { !known.contains($0.descriptor.digest) }
    }

    /// `nil` if docker can load none of the images.
    private func dockerList(_ images: [DockerImage]) throws(PlanError) -> [UInt8]? {
        let platforms = Set(images.flatMap(\.candidates).compactMap(\.platform?.normalized)).sorted()
        if let defaultPlatform, !platforms.contains(where: defaultPlatform.matches) {
            throw .conflict(.platformAbsent(wanted: defaultPlatform, present: platforms))
        }
        // The tree of all values would take several times as much memory as their text.
        let entries = images.compactMap { image -> JSONText? in
            guard let chosen = image.candidate(for: defaultPlatform) else { return nil }
            let entry = image.entry(
                chosen, config: { LayoutPath($0).description }, layer: { LayoutPath($0.digest).description })
            return .raw(entry.bytes)
        }
        return entries.isEmpty ? nil : JSONText.array(entries).bytes.trimmed
    }

    package func notes(on plan: WritePlan) throws(PlanError) -> [PlanNote] {
        guard isForDocker else { return [] }
        var notes: [PlanNote] = []
        for image in try DockerImage.images(of: plan, isIncrement: isIncrement) {
            if image.names.isEmpty {
                notes.append(image.isPinned ? .pinnedInArchive(image.root) : .unnamedInArchive(image.root))
            }
            if image.candidates.isEmpty { notes.append(.notForDocker(image.root)) }
            if image.candidates.contains(where: \.hasZstandardLayers) { notes.append(.zstandardInArchive(image.root)) }
        }
        return notes
    }
}

extension [RootEntry] {
    /// The number of repositories in the full names.
    fileprivate var repositoryCount: Int {
        Set(
            compactMap { root -> String? in
                switch root.label {
                case .full(let name)?: "\(name.domain)/\(name.path)"
                case .plain(let text)?:
                    root.label?.isPinned == true ? RegistryReference(parsing: text)?.repository.description : nil
                case nil: nil
                }
            }
        ).count
    }
}

extension RootEntry {
    /// The entry with both annotations if it has a full name.
    fileprivate var named: RootEntry {
        guard case .full? = label else { return self }
        return RootEntry(descriptor: descriptor, json: json, label: label, isNamedHere: true)
    }
}

/// A kind of archive, which determines the members and their order.
package protocol ArchiveForm: Sendable {
    /// The plan with its members, and without content that such an archive cannot hold.
    func archived(_ plan: WritePlan) throws(PlanError) -> WritePlan
    /// Facts about the result that the user may not expect.
    func notes(on plan: WritePlan) throws(PlanError) -> [PlanNote]
}

extension [ArchiveMember] {
    /// Refuses lists of images that no reader accepts.
    func checkListSizes(names: Int) throws(PlanError) {
        for member in self where member.name == LayoutPath.index || member.name == "manifest.json" {
            try MergeConflict.checkListSize(member.name, bytes: member.size, names: names)
        }
    }

    /// Refuses members that are larger together than any archive can be.
    func checkSize() throws(PlanError) {
        let bytes = totalSize(\.size)
        let limit = ArchiveMember.totalLimit
        if bytes > limit { throw .conflict(.tooLargeForArchive(bytes: bytes, limit: limit)) }
    }
}
