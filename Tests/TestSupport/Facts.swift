internal import Foundation

/// The content of a fixture as an independent reader found it. `scripts/fixture-facts.py` explains the members.
package struct Fact: Decodable, Sendable {
    package struct Stored: Decodable, Sendable {
        package let digest: String
        package let size: Int64
    }

    package struct Layer: Decodable, Sendable {
        package let digest: String
        package let size: Int64
        package let diffID: String
        package let compression: String?
        package let absent: Bool
    }

    package struct Image: Decodable, Sendable {
        package let names: [String]
        package let repoTags: [String]?
        package let platform: String
        package let manifest: Stored?
        package let index: [String]
        package let config: Stored
        package let layers: [Layer]
        package let statedOrderWrong: Bool
    }

    package struct Absent: Decodable, Sendable {
        package let digest: String
        package let platform: String?
    }

    package struct Attestation: Decodable, Sendable {
        package let digest: String
        package let subject: String?
    }

    package let dialect: String?
    package let compression: String?
    package let images: [Image]
    package let absent: [Absent]
    package let attestations: [Attestation]
    package let mislabelled: [String]
    package let corrupt: [String]
    package let refused: String?
}

package struct Fixture: Sendable, CustomStringConvertible {
    /// Path relative to `fixtures/`.
    package let name: String
    package let fact: Fact

    package var path: String { Program.fixture(name) }
    package var description: String { name }
    package var producer: String { String(name.prefix { $0 != "/" }) }

    package static let all: [Fixture] = {
        let file = URL(fileURLWithPath: Program.fixture("facts.json"))
        guard let data = try? Data(contentsOf: file),
            let facts = try? JSONDecoder().decode([String: Fact].self, from: data)
        else { return [] }
        return facts.map(Fixture.init).sorted { $0.name < $1.name }
    }()

    package static let readable = all.filter { $0.fact.refused == nil && $0.fact.corrupt.isEmpty }

    /// The fixtures that hold one image for that platform, with files that are for it too.
    package static func single(_ platform: String) -> [Fixture] {
        readable.filter {
            $0.fact.images.map(\.platform) == [platform] && !$0.name.contains("wrong")
                && $0.fact.absent.isEmpty && $0.producer != "foreign"
        }
    }

    /// The first fixture of every producer and dialect.
    package static func oneOfEachProducer(_ fixtures: [Fixture]) -> [Fixture] {
        var seen: Set<String> = []
        return fixtures.filter { seen.insert("\($0.producer) \($0.fact.dialect ?? "")").inserted }
    }

    package static func named(_ name: String) -> Fixture? { all.first { $0.name == name } }
}
