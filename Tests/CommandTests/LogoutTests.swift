import Foundation
import TestSupport
import Testing

@Suite("logout replaces a file of credentials safely")
struct LogoutTests {
    private static let stored = Array(#"{"auths":{"one.example":{"auth":"dTpw"}}}"#.utf8)

    @Test("a look-up that fails does not replace a link by a file")
    func link() throws {
        var number = 1
        while true {
            let directory = try TemporaryDirectory()
            try directory.write(Self.stored, to: "real.json")
            let link = directory.path("link.json")
            try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: "real.json")
            let arguments = ["logout", "one.example", "--authfile", "link.json"]
            guard let run = try Fault(.stat, number, EIO).run(arguments, directory: directory.path) else { break }
            let found = try? FileManager.default.destinationOfSymbolicLink(atPath: link)
            #expect(found == "real.json", "\(number): \(run.stderr)")
            number += 1
        }
        #expect(number > 1)
    }

    @Test("a run that changes nothing removes the passwords that a killed run left")
    func leftovers() throws {
        let directory = try TemporaryDirectory()
        try directory.write(Self.stored, to: "auth.json")
        let attributes: [FileAttributeKey: Any] = [.posixPermissions: 0o600]
        try FileManager.default.setAttributes(attributes, ofItemAtPath: directory.path("auth.json"))
        try directory.write(Self.stored, to: ".auth.json.ocimerge-1abcdef/auth.json")
        let run = try Program.ocimerge(
            ["logout", "other.example", "--authfile", "auth.json"], directory: directory.path)
        #expect(run.status == 0, "\(run.stderr)")
        #expect(try Tree.names(in: directory.path) == ["auth.json"])
    }
}
