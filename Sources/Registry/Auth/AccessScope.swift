package import ImageModel

/// The access to one repository that a token grants: `repository:library/busybox:pull,push`.
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

/// The access to any number of repositories that one token grants. Sets with the same access are equal; the
/// order and grouping of their texts do not matter.
struct ScopeSet: Hashable, Sendable {
    /// The actions by `repository:library/busybox`. A scope of another form is a key as a whole and has no actions.
    private var actions: [String: Set<String>] = [:]

    init(_ scopes: [AccessScope] = []) {
        for scope in scopes {
            actions["repository:\(scope.path)", default: []].formUnion(scope.actions.map(\.rawValue))
        }
    }

    /// Parses the form of challenges: scopes separated by blanks.
    init(parsing text: String) {
        for scope in text.split(separator: " ") {
            let (name, names) = Self.parts(of: scope)
            actions[name, default: []].formUnion(names)
        }
    }

    private static func parts(of scope: Substring) -> (name: String, actions: [String]) {
        guard let last = scope.lastIndex(of: ":"), scope.firstIndex(of: ":") != last else { return (String(scope), []) }
        let actions = scope[scope.index(after: last)...].split(separator: ",").map(String.init)
        // Without an action the text would be another scope than the challenge demands.
        return actions.isEmpty ? (String(scope), []) : (String(scope[..<last]), actions)
    }

    func union(_ other: ScopeSet) -> ScopeSet {
        var all = self
        all.actions.merge(other.actions) { $0.union($1) }
        return all
    }

    /// Whether a token with these scopes also grants `other`.
    func covers(_ other: ScopeSet) -> Bool {
        other.actions.allSatisfy { name, wanted in actions[name].map { $0.isSuperset(of: wanted) } ?? false }
    }

    /// The scopes in the form that token servers read, sorted.
    var texts: [String] {
        actions.map { $1.isEmpty ? $0 : "\($0):\($1.sorted().joined(separator: ","))" }.sorted()
    }
}
