import ImageModel
import Testing

@testable import Registry

@Suite struct ScopeTests {
    @Test func scopesHaveTheFormOfTokenServers() throws {
        let repository = try #require(RepositoryName(parsing: "localhost:5000/demo/app"))
        #expect(AccessScope.pull(repository).description == "repository:demo/app:pull")
        #expect(AccessScope.push(repository).description == "repository:demo/app:pull,push")
    }
}
