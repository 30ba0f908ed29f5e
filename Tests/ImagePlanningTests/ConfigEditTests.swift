import ImageModel
import Testing

@testable import ImagePlanning

/// Edits of a config change the bytes of the members that they name, and no others.
struct ConfigEditTests {
    static func edited(_ config: String, _ change: (inout ConfigEdit) -> Void) throws -> String {
        var edit = ConfigEdit()
        change(&edit)
        let bytes = Array(config.utf8)
        let changes = edit.changes(to: try JSONEdit.root(of: bytes))
        return String(decoding: try JSONEdit.applying(changes, to: bytes), as: UTF8.self)
    }

    @Test func aNewVariableLeavesTheOthersAsTheyAreWritten() throws {
        let config = #"{"config": {"Env": [ "A=x\u0026y",  "B=1" ]}}"#
        #expect(
            try Self.edited(config) { $0.environment = [.init("C", "2")] }
                == #"{"config": {"Env": [ "A=x\u0026y",  "B=1",  "C=2" ]}}"#)
        #expect(
            try Self.edited(config) { $0.environment = [.init("B", "3")] }
                == #"{"config": {"Env": [ "A=x\u0026y",  "B=3" ]}}"#)
        #expect(
            try Self.edited(config) { $0.environment = [.init("B", nil)] } == #"{"config": {"Env": [ "A=x\u0026y" ]}}"#)
    }

    @Test func aVariableThatIsAddedAndRemovedLeavesNoTrace() throws {
        let config = #"{"config":{"Env":["A=1"]},"os":"linux"}"#
        let more = try Self.edited(config) { $0.environment = [.init("X", "1"), .init("Y", "2")] }
        #expect(more == #"{"config":{"Env":["A=1","X=1","Y=2"]},"os":"linux"}"#)
        #expect(try Self.edited(more) { $0.environment = [.init("Y", nil), .init("X", nil)] } == config)
    }

    @Test func aRepeatedVariableKeepsItsLastPlace() throws {
        let config = #"{"config":{"Env":["A=1","B=2","A=3"]}}"#
        #expect(try Self.edited(config) { $0.environment = [.init("A", "4")] } == #"{"config":{"Env":["B=2","A=4"]}}"#)
        #expect(try Self.edited(config) { $0.environment = [.init("A", nil)] } == #"{"config":{"Env":["B=2"]}}"#)
    }

    @Test(arguments: ["{}", #"{"config":null}"#, #"{"config":{"Env":null}}"#])
    func absentMembersAreMade(_ config: String) throws {
        let edited = try Self.edited(config) { $0.environment = [.init("A", "1"), .init("B", "2")] }
        #expect(edited == #"{"config":{"Env":["A=1","B=2"]}}"#)
    }

    @Test func namesAreComparedByTheirBytes() throws {
        let (composed, decomposed) = ("k\u{e9}", "ke\u{301}")
        let edited = try Self.edited("{}") { $0.labels = [.init(composed, "1"), .init(decomposed, "2")] }
        #expect(Array(edited.utf8) == Array(#"{"config":{"Labels":{"\#(composed)":"1","\#(decomposed)":"2"}}}"#.utf8))
    }

    @Test func anEntrypointRemovesTheCommand() throws {
        let config = #"{"config":{"Cmd":["a"],"Entrypoint":["b"]}}"#
        #expect(try Self.edited(config) { $0.entrypoint = ["c"] } == #"{"config":{"Entrypoint":["c"]}}"#)
        #expect(try Self.edited(config) { ($0.entrypoint, $0.command) = ([], ["d"]) } == #"{"config":{"Cmd":["d"]}}"#)
    }
}
