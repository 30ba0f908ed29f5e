import ImageModel
import Testing

@testable import Registry

@Suite struct ScopeTests {
    @Test func scopesHaveTheFormOfTokenServers() throws {
        let repository = try #require(RepositoryName(parsing: "localhost:5000/demo/app"))
        #expect(AccessScope.pull(repository).description == "repository:demo/app:pull")
        #expect(AccessScope.push(repository).description == "repository:demo/app:pull,push")
    }

    /// Found by fuzzing: a scope that ends with a colon was sent without it, as another scope.
    @Test(arguments: [
        "repository:a/b:pull,push", "repository:a/b:", "repository:a/b:,", "registry:catalog:*", "aws", "a:b", "a::b",
        ":",
        "repository:a:5000/b:pull repository:c:",
    ])
    func theTextsOfAScopeGiveItAgain(_ text: String) {
        let scopes = ScopeSet(parsing: text)
        #expect(ScopeSet(parsing: scopes.texts.joined(separator: " ")) == scopes)
    }
}
