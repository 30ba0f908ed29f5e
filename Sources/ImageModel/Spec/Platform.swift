/// The platform that an image states. The fields are as written; compare the `normalized` form.
package struct Platform: Hashable, Sendable {
    package var os: String
    package var architecture: String
    package var variant: String?
    package var osVersion: String?
    package var osFeatures: [String]

    /// An empty variant or version counts as absent, as in Go's structures.
    package init(
        os: String, architecture: String, variant: String? = nil, osVersion: String? = nil, osFeatures: [String] = []
    ) {
        self.os = os
        self.architecture = architecture
        self.variant = variant == "" ? nil : variant
        self.osVersion = osVersion == "" ? nil : osVersion
        self.osFeatures = osFeatures
    }

    /// The platform in the spelling of containerd's `platforms.Normalize`. Version and features stay.
    package var normalized: Platform {
        var result = self
        result.os = os.lowercased()
        if result.os == "macos" { result.os = "darwin" }
        result.architecture = architecture.lowercased()
        var variant = self.variant?.lowercased() ?? ""
        switch (result.architecture, variant) {
        case ("i386", _): (result.architecture, variant) = ("386", "")
        case ("x86_64", _), ("x86-64", _), ("amd64", _):
            result.architecture = "amd64"
            if variant == "v1" { variant = "" }
        case ("aarch64", _), ("arm64", _):
            result.architecture = "arm64"
            if variant == "8" || variant == "v8" { variant = "" }
        case ("armhf", _): (result.architecture, variant) = ("arm", "v7")
        case ("armel", _): (result.architecture, variant) = ("arm", "v6")
        case ("arm", ""): variant = "v7"
        case ("arm", "5"), ("arm", "6"), ("arm", "7"), ("arm", "8"): variant = "v" + variant
        default: break
        }
        result.variant = variant.isEmpty ? nil : variant
        return result
    }

    /// Whether programs of one platform may run on the other one. The variant is ignored. Both are normalised.
    package func runsSamePrograms(as other: Platform) -> Bool {
        guard os == other.os else { return false }
        let names: Set = [architecture, other.architecture]
        return names.count == 1 || names == ["amd64", "386"]
    }

    /// Whether the systems or architectures differ, or variants that both state.
    package func disagrees(with other: Platform) -> Bool {
        let one = normalized
        let two = other.normalized
        if one.os != two.os || one.architecture != two.architecture { return true }
        return variant != nil && other.variant != nil && one.variant != two.variant
    }

    /// Whether both are for Windows and state versions that differ in major, minor or build. Hosts accept images with
    /// another revision, which is the fourth number.
    package func disagreesInBuild(with other: Platform) -> Bool {
        guard normalized.os == "windows", other.normalized.os == "windows", let osVersion,
            let otherVersion = other.osVersion
        else { return false }
        return zip(osVersion.split(separator: ".").prefix(3), otherVersion.split(separator: ".")).contains { $0 != $1 }
    }

    /// Whether the platform exists, in this spelling. The version of the system is not checked.
    package var isKnown: Bool { KnownPlatforms.contains(self) }

    /// Whether this is the platform that BuildKit gives attestations, which run nowhere.
    package var isUnknown: Bool { os == "unknown" && architecture == "unknown" }
}

extension Platform: Comparable {
    package static func < (left: Platform, right: Platform) -> Bool {
        let names = (left.os, left.architecture, left.variant ?? "", left.osVersion ?? "")
        let others = (right.os, right.architecture, right.variant ?? "", right.osVersion ?? "")
        return names == others ? left.osFeatures.lexicographicallyPrecedes(right.osFeatures) : names < others
    }
}

extension Platform: CustomStringConvertible {
    /// `linux/arm/v7`, `windows/amd64:10.0.17763.1577`.
    package var description: String {
        let names = [os, architecture].map { $0.isEmpty ? "unknown" : $0 } + (variant.map { [$0] } ?? [])
        return names.joined(separator: "/") + (osVersion.map { ":" + $0 } ?? "")
    }
}

/// Platforms in the JSON of descriptors and configs.
extension Platform {
    /// In the order of the members of Go's structure.
    package var json: JSONText {
        var members: [JSONText.Member] = [
            .init("architecture", .string(architecture)),
            .init("os", .string(os)),
        ]
        if let osVersion { members.append(.init("os.version", .string(osVersion))) }
        if !osFeatures.isEmpty { members.append(.init("os.features", .array(osFeatures.map { .string($0) }))) }
        if let variant { members.append(.init("variant", .string(variant))) }
        return .object(members)
    }

    /// `nil` unless this is an object whose members have their types and name a system or an architecture.
    package init?(json: JSONValue) {
        guard json.kind == .object else { return nil }
        do throws(DocumentError) {
            guard let platform = try Platform.read(JSONReading(json, at: "")) else { return nil }
            self = platform
        } catch {
            return nil
        }
    }

    /// `nil` if neither a system nor an architecture is named.
    static func read(_ reading: JSONReading) throws(DocumentError) -> Platform? {
        let platform = Platform(
            os: try reading.string("os") ?? "",
            architecture: try reading.string("architecture") ?? "",
            variant: try reading.string("variant"),
            osVersion: try reading.string("os.version"),
            osFeatures: try reading.strings("os.features"))
        return platform.os.isEmpty && platform.architecture.isEmpty ? nil : platform
    }
}

extension Platform {
    /// Whether `other` fulfils a request for this platform: they are equal after normalisation. A requested version of
    /// the operating system also matches its more exact forms.
    package func matches(_ other: Platform) -> Bool {
        let wanted = normalized
        let given = other.normalized
        guard (wanted.os, wanted.architecture, wanted.variant) == (given.os, given.architecture, given.variant) else {
            return false
        }
        guard let version = wanted.osVersion else { return true }
        return given.osVersion == version || given.osVersion?.hasPrefix(version + ".") == true
    }
}

extension [Platform] {
    /// Whether one of the platforms selects the other one. `nil` stands for an unknown platform, which none selects.
    package func match(_ platform: Platform?) -> Bool {
        platform.map { platform in contains { $0.matches(platform) } } ?? false
    }
}
