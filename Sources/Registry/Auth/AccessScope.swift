package import ImageModel

/// What a token shall allow: `repository:library/busybox:pull,push`.
package struct AccessScope: Hashable, Sendable, Comparable, CustomStringConvertible {
    package enum Action: String, Sendable { case pull, push }

    package let path: String
    package let actions: [Action]

    package static func pull(_ repository: RepositoryName) -> AccessScope {
        AccessScope(path: repository.path, actions: [.pull])
    }

    package static func push(_ repository: RepositoryName) -> AccessScope {
        AccessScope(path: repository.path, actions: [.pull, .push])
    }

    package var description: String {
        "repository:\(path):\(actions.map(\.rawValue).joined(separator: ","))"
    }

    package static func < (left: AccessScope, right: AccessScope) -> Bool { left.description < right.description }
}

/// What one token shall allow, of any number of repositories. Two that allow the same are equal, however they were
/// written.
struct ScopeSet: Hashable, Sendable {
    /// By `repository:library/busybox`; a scope of another form stands there whole, without actions.
    private var actions: [String: Set<String>] = [:]

    init(_ scopes: [AccessScope] = []) {
        for scope in scopes {
            actions["repository:\(scope.path)", default: []].formUnion(scope.actions.map(\.rawValue))
        }
    }

    /// As challenges write them: with blanks between.
    init(parsing text: String) {
        for scope in text.split(separator: " ") {
            if let last = scope.lastIndex(of: ":"), scope.firstIndex(of: ":") != last {
                let names = scope[scope.index(after: last)...].split(separator: ",").map(String.init)
                actions[String(scope[..<last]), default: []].formUnion(names)
            } else {
                actions[String(scope), default: []].formUnion([])
            }
        }
    }

    func union(_ other: ScopeSet) -> ScopeSet {
        var all = self
        all.actions.merge(other.actions) { $0.union($1) }
        return all
    }

    /// A token for this does for `other` too.
    func covers(_ other: ScopeSet) -> Bool {
        other.actions.allSatisfy { name, wanted in actions[name].map { $0.isSuperset(of: wanted) } ?? false }
    }

    /// As token servers read them, always in one order.
    var texts: [String] {
        actions.map { $1.isEmpty ? $0 : "\($0):\($1.sorted().joined(separator: ","))" }.sorted()
    }
}
