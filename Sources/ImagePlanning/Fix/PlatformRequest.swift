package import ImageModel

/// The images whose platform is to be changed, and the new platforms.
package enum PlatformRequest: Equatable, Sendable {
    package struct Replacement: Equatable, Sendable {
        package let old: Platform
        package let new: Platform

        package init(old: Platform, new: Platform) {
            self.old = old
            self.new = new
        }
    }

    /// The only image.
    case only(Platform)
    /// Every image that states the old platform.
    case replacing([Replacement])

    /// The new platforms by manifest, for the images below the roots of `graph`.
    package func platforms(in graph: ImageGraph, source: String) throws(PlanError) -> [Digest: Platform] {
        let images = try ImageFinder(graph).all().images
        let present = Set(images.compactMap(\.platform)).sorted()
        guard !images.isEmpty else { throw .fix(.noImage(source: source)) }
        var platforms: [Digest: Platform] = [:]
        switch self {
        case .only(let platform):
            guard Set(images.map(\.manifest)).count == 1 else {
                throw .fix(.severalImages(source: source, platforms: present))
            }
            platforms[images[0].manifest] = platform
        case .replacing(let replacements):
            for replacement in replacements {
                let matching = images.filter { $0.platform.map(replacement.old.matches) ?? false }
                if matching.isEmpty {
                    throw .fix(.platformAbsent(source: source, wanted: replacement.old, present: present))
                }
                for image in matching where platforms[image.manifest] == nil {
                    platforms[image.manifest] = replacement.new
                }
            }
        }
        return platforms
    }
}

/// Why a correction of a sound source cannot be made.
package enum FixConflict: Error, Equatable, Sendable {
    case noImage(source: String)
    case severalImages(source: String, platforms: [Platform])
    case platformAbsent(source: String, wanted: Platform, present: [Platform])
    case samePlatform(source: String, Platform, index: Digest)
    /// Every image is of a dropped platform.
    case nothingLeft(source: String)
}
