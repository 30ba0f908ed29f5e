/// What a small document is, by its own words alone.
package enum DocumentKind: Sendable, Equatable {
    case index, manifest, dockerArchiveManifest, schema1, other

    /// Refuses what is not JSON, and what is two of these at once. An image config is `other`: it has a `config`, as
    /// a manifest has, but no `layers`.
    package static func detect(_ bytes: [UInt8]) throws(DocumentError) -> DocumentKind {
        let root = try SchemaHeader.root(bytes)
        if root.kind == .array { return .dockerArchiveManifest }
        guard root.kind == .object else { return .other }
        try SchemaHeader.refuseAmbiguous(root)
        if SchemaHeader.isSchema1(root) { return .schema1 }
        let declared = MediaType(root["mediaType"]?.string ?? "")
        if root["manifests"] != nil || declared.isIndex { return .index }
        if root["layers"] != nil || declared.isManifest { return .manifest }
        return .other
    }
}
