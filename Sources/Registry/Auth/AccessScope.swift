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
