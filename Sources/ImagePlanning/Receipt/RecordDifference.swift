package import ImageModel

/// One difference between the images that are expected and those that a place holds.
package struct RecordDifference: Sendable, Equatable {
    package enum Problem: Sendable, Equatable {
        /// No image has the name, or the digest if the image has no name. `present`: The names under which the digest
        /// is present; `nil` if it is absent.
        case missing(present: [String]?)
        /// The name leads to other content. `keepsPlatforms`: Whether all expected platforms have their manifests.
        case otherDigest(found: Digest, keepsPlatforms: Bool)
        /// The digest is that of the manifest.
        case missingPlatform(Digest)
        case otherPlatform(Digest, found: Digest)
        case missingBlob(Digest)
        case blobSize(Digest, expected: Int64, found: Int64)
        /// The image has no name and so no reference in a registry.
        case unnamed
        /// The image, or this name of it, is not expected.
        case unexpected
    }

    /// The name of the expected image; `nil` if it has none.
    package let name: String?
    /// Where the image was looked for in a registry; `nil` if the name tells.
    package let reference: String?
    /// The root of the expected image. Of an unexpected image its own.
    package let image: Digest
    package let isArtifact: Bool
    /// `nil` if the difference concerns all platforms, or if the platform is unknown.
    package let platform: String?
    package let problem: Problem

    package var isError: Bool { problem != .unexpected }

    package init(
        _ problem: Problem, of record: ImageRecord, name: String?, reference: String? = nil, platform: String? = nil
    ) {
        self.name = name
        self.reference = reference
        image = record.digest
        isArtifact = record.artifact != nil
        self.platform = platform
        self.problem = problem
    }
}

extension ImageRecord {
    /// The differences of the image that was found in the place of this one. `lists`: Whether the platforms are listed
    /// one by one. They are not if a difference of another name of both did so.
    package func differences(
        to found: ImageRecord, name: String?, reference: String? = nil, lists: Bool = true
    ) -> [RecordDifference] {
        let platforms = platformDifferences(to: found, name: name, reference: reference)
        if found.digest == digest { return lists ? platforms : [] }
        let keepsPlatforms = platforms.isEmpty && !self.platforms.isEmpty
        let root = RecordDifference(
            .otherDigest(found: found.digest, keepsPlatforms: keepsPlatforms), of: self, name: name,
            reference: reference)
        // For two images without an index this is the same difference.
        let isSingle = self.platforms.map(\.digest) == [digest] && found.platforms.map(\.digest) == [found.digest]
        let isRepeated = isSingle && self.platforms.map(\.name) == found.platforms.map(\.name)
        return [root] + (lists && !isRepeated ? platforms : [])
    }

    private func platformDifferences(
        to found: ImageRecord, name: String?, reference: String?
    ) -> [RecordDifference] {
        let digests = Set(found.platforms.map(\.digest))
        let others = Dictionary(
            found.platforms.compactMap { platform in platform.name.map { ($0, platform.digest) } },
            uniquingKeysWith: { first, _ in first })
        // Under one root a digest has one platform.
        let named = Set(found.platforms)
        return platforms.filter { platform in
            guard digests.contains(platform.digest) else { return true }
            return found.digest == digest && !named.contains(platform)
        }.map { platform in
            let problem: RecordDifference.Problem =
                if let other = platform.name.flatMap({ others[$0] }) {
                    .otherPlatform(platform.digest, found: other)
                } else { .missingPlatform(platform.digest) }
            return RecordDifference(problem, of: self, name: name, reference: reference, platform: platform.name)
        }
    }
}
