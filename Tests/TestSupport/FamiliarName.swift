/// Expands short image names. The code is independent of the product's.
package enum FamiliarName {
    /// The full name: `demo/app` becomes `docker.io/demo/app:latest`. A bare tag stays a bare tag.
    package static func full(_ name: String) -> String {
        guard name.contains("/") || name.contains(":") else { return name }
        var parts = name.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        let isHost = parts.count > 1 && (parts[0].contains(".") || parts[0].contains(":") || parts[0] == "localhost")
        if !isHost { parts.insert("docker.io", at: 0) }
        if parts.count == 2 && parts[0] == "docker.io" { parts.insert("library", at: 1) }
        let text = parts.joined(separator: "/")
        return parts.last?.contains(":") == true ? text : text + ":latest"
    }
}
