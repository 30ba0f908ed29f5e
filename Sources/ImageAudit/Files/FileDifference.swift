/// The difference between two files at one path.
package struct FileDifference: Sendable, Equatable {
    /// The raw value is the word for people and programs.
    package enum Change: String, Sendable {
        case type, content, mode, owner
        /// The target of a link.
        case target
        /// The numbers of a device.
        case device
    }

    /// `nil` if the file was added.
    package let old: FileEntry?
    /// `nil` if the file was removed.
    package let new: FileEntry?
    /// Empty if the file was added or removed.
    package let changes: [Change]

    package var path: FilePath { new?.path ?? old?.path ?? FilePath([]) }

    /// In the order of paths. The contents of files can be compared if both trees have their hashes. Times and
    /// extended attributes are not compared.
    package static func between(_ old: MergedTree, _ new: MergedTree) -> [FileDifference] {
        var found: [FileDifference] = []
        var before = old.makeEntryIterator()
        var after = new.makeEntryIterator()
        var (removed, added) = (before.next(), after.next())
        while removed != nil || added != nil {
            if let first = removed, let second = added, first.path == second.path {
                let changes = changes(first, second)
                if !changes.isEmpty { found.append(FileDifference(old: first, new: second, changes: changes)) }
                (removed, added) = (before.next(), after.next())
            } else if let first = removed, added.map({ first.path < $0.path }) ?? true {
                found.append(FileDifference(old: first, new: nil, changes: []))
                removed = before.next()
            } else if let second = added {
                found.append(FileDifference(old: nil, new: second, changes: []))
                added = after.next()
            }
        }
        return found
    }

    private static func changes(_ old: FileEntry, _ new: FileEntry) -> [Change] {
        let isOtherKind = old.kind != new.kind
        let kinds: [(Bool, Change)] = [
            (isOtherKind, .type), (!isOtherKind && hasOtherContent(old, new), .content), (old.mode != new.mode, .mode),
            (old.user != new.user || old.group != new.group, .owner),
            (!isOtherKind && old.target != new.target, .target), (!isOtherKind && old.device != new.device, .device),
        ]
        return kinds.filter(\.0).map(\.1)
    }

    /// A content without a hash is known to be the same only in the same layer.
    private static func hasOtherContent(_ old: FileEntry, _ new: FileEntry) -> Bool {
        guard old.fileKind == .file else { return false }
        if old.size != new.size { return true }
        guard let hash = old.hash, let other = new.hash else { return old.layer != new.layer }
        return hash != other
    }
}
