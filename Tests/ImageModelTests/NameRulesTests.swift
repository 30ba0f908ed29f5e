import Testing

@testable import ImageModel

/// The rules of `--rename` and `--mirror`.
struct NameRulesTests {
    static let digest = "sha256:" + String(repeating: "a", count: 64)

    @Test(
        "a rule replaces a whole name, or its beginning up to a separator",
        arguments: [
            ("docker.io/library/nginx:1=my/web:2", "docker.io/library/nginx:1", "docker.io/my/web:2"),
            ("nginx:1=my/web:2", "docker.io/library/nginx:1", "docker.io/my/web:2"),
            ("nginx=registry.example/web", "docker.io/library/nginx:1.25", "registry.example/web:1.25"),
            ("docker.io/library=r.example/base", "docker.io/library/nginx:1", "r.example/base/nginx:1"),
            ("docker.io/library/=r.example/base/", "docker.io/library/nginx:1", "r.example/base/nginx:1"),
            ("docker.io=r.example:5000/hub", "docker.io/org/app:1", "r.example:5000/hub/org/app:1"),
            ("nginx:1=my/web:2", "docker.io/library/nginx:1.25", nil),
            ("docker.io/lib=x", "docker.io/library/nginx:1", nil),
            ("quay.io=x.example", "docker.io/library/nginx:1", nil),
        ] as [(String, String, String?)])
    func renames(_ rule: String, _ name: String, _ expected: String?) throws {
        let rules = Renamings([try #require(Renaming(parsing: rule))])
        #expect(try rules.renamed(ImageLabel(reference: name))?.label.description == expected)
    }

    @Test("of several rules the one that replaces most of the name counts, in any order")
    func longest() throws {
        let rules = try [
            "docker.io=a.example", "docker.io/library=b.example/x", "docker.io/library/nginx:1=c.example/y:1",
        ]
        .map { try #require(Renaming(parsing: $0)) }
        for rules in [rules, rules.reversed()] {
            let renamings = Renamings(rules)
            func renamed(_ name: String) throws -> String? {
                try renamings.renamed(ImageLabel(reference: name))?.label.description
            }
            #expect(try renamed("docker.io/library/nginx:1") == "c.example/y:1")
            #expect(try renamed("docker.io/library/redis:1") == "b.example/x/redis:1")
            #expect(try renamed("docker.io/org/app:1") == "a.example/org/app:1")
        }
    }

    @Test("a result that is no name is an error with the rule")
    func malformed() throws {
        let rules = Renamings([try #require(Renaming(parsing: "docker.io=UPPER CASE"))])
        #expect(
            throws: RenamingError(
                rule: "docker.io=UPPER CASE", name: "docker.io/org/app:1", result: "UPPER CASE/org/app:1")
        ) { try rules.renamed(ImageLabel(reference: "docker.io/org/app:1")) }
    }

    @Test("a name by digest alone is renamed too")
    func pinned() throws {
        let label = try #require(ImageLabel.pinned("quay.io/org/app@\(Self.digest)"))
        let rules = Renamings([try #require(Renaming(parsing: "quay.io=r.example/q"))])
        #expect(try rules.renamed(label)?.label.description == "r.example/q/org/app@\(Self.digest)")
    }

    @Test("text without two sides is no rule", arguments: ["", "=", "a", "a=", "=b", "a=b=c"])
    func noRule(_ text: String) {
        #expect(Renaming(parsing: text) == nil)
        #expect(Mirror(parsing: text) == nil)
    }

    @Test(
        "a mirror reads the images of one registry elsewhere",
        arguments: [
            ("docker.io=mirror.example", "nginx:1", "mirror.example/library/nginx:1"),
            ("docker.io=mirror.example:5000/hub", "nginx:1", "mirror.example:5000/hub/library/nginx:1"),
            ("docker.io=docker://mirror.example/hub/", "org/app", "mirror.example/hub/org/app:latest"),
            ("index.docker.io=mirror.example", "nginx:1", "mirror.example/library/nginx:1"),
            ("quay.io=mirror.example", "nginx:1", nil),
            ("docker.io=mirror.example", "nginx@\(digest)", "mirror.example/library/nginx@\(digest)"),
        ] as [(String, String, String?)])
    func mirrors(_ rule: String, _ name: String, _ expected: String?) throws {
        let mirror = try #require(Mirror(parsing: rule))
        let reference = try #require(RegistryReference(parsing: name))
        #expect(mirror.place(of: reference)?.description == expected)
    }

    @Test("a mirror needs two registries", arguments: ["docker.io=hub", "library=r.example", "docker.io/x=r.example"])
    func noMirror(_ text: String) { #expect(Mirror(parsing: text) == nil) }

    @Test("a reference by digest alone is a label that engines find by both annotations")
    func pinnedLabel() throws {
        let text = "quay.io/org/app@\(Self.digest)"
        let label = try #require(ImageLabel.pinned(text))
        #expect(label.annotations == [ImageLabel.containerdKey: text, ImageLabel.referenceKey: text])
        #expect(ImageLabel(annotations: label.annotations) == label)
        #expect(ImageLabel.pinned("quay.io/org/app:1@\(Self.digest)") == nil)
        #expect(!ImageLabel(reference: "1.0").isPinned)
    }
}
