import ByteIO
import TestSupport
import Testing

@testable import ImageSources

struct DirectoryFilesTests {
    @Test func anUnreadableDirectoryIsAnError() throws {
        let path: String
        let files: DirectoryFiles
        do {
            let directory = try TemporaryDirectory()
            path = directory.path
            files = DirectoryFiles(root: try DirectoryRoot(path: path))
            #expect(try files.names == [])
        }
        #expect(throws: SourceError.self) { try files.names }
        #expect(throws: SourceError.self) { try files.topNames }
    }
}
