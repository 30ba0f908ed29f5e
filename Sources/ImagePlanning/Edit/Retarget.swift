package import ImageModel

extension ImageGraph {
    /// The only image of this graph, declared to be `platform` whatever its metadata says.
    package func retargeted(to platform: Platform, source: String) throws -> ImageGraph {
        let images = try ImageFinder(self).all().images
        guard let image = images.first, images.count == 1 else {
            throw MergeConflict.declaredForSeveral(source: source, platforms: images.compactMap(\.platform).sorted())
        }
        guard let manifest = try manifest(image.manifest), documents[manifest.config.digest] != nil else {
            throw MergeConflict.missing(source: source, digest: image.manifest, what: .config)
        }
        return try corrected([image.manifest: platform]).graph
    }
}
