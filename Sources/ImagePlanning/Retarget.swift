package import ImageModel

extension ImageGraph {
    /// The only image of this graph, declared to be `platform` whatever its metadata says.
    package func retargeted(to platform: Platform, source: String) throws -> ImageGraph {
        let images = try ImageFinder(self).all().images
        guard let image = images.first, images.count == 1 else {
            throw MergeConflict.declaredForSeveral(source: source, platforms: images.compactMap(\.platform).sorted())
        }
        guard let manifest = try manifest(image.manifest), let config = documents[manifest.config.digest] else {
            throw MergeConflict.missing(source: source, digest: image.manifest, what: .config)
        }
        var rewrite = GraphRewrite()
        let current = try self.config(config.digest)?.platform
        if PlatformEdit.isNeeded(to: platform, from: current) {
            rewrite.changes[config.digest] = PlatformEdit.changes(to: platform, from: current, at: [])
        }
        if PlatformEdit.isNeeded(to: platform, from: image.descriptor.platform) {
            rewrite.platforms[image.manifest] = platform
        }
        var graph = self
        try rewrite.apply(to: &graph)
        return graph
    }
}
