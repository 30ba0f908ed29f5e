internal import Foundation
internal import ImageModel

/// Checks JSON against the part of JSON Schema that the schemas of the binary use. Any other keyword is an error.
package enum JSONSchema {
    /// A value that does not fit, and its place.
    package struct Violation: Error, CustomStringConvertible {
        package let description: String
    }

    package static func check(_ json: [UInt8], against schema: [UInt8]) throws {
        try check(JSONDocument(parsing: json).root, JSONDocument(parsing: schema).root, "$")
    }

    private static func check(_ value: JSONValue, _ schema: JSONValue, _ place: String) throws {
        func violated(_ text: String) -> Violation { Violation(description: "\(place): \(text)") }
        for (keyword, rule) in schema.members {
            switch keyword {
            case "$schema", "$id", "title", "description", "properties": break
            case "type":
                let types = rule.kind == .array ? rule.elements.compactMap(\.string) : [rule.string ?? ""]
                guard types.contains(type(of: value)) else { throw violated("\(type(of: value)), not \(types)") }
            case "enum":
                guard rule.elements.contains(where: { $0.rawBytes == value.rawBytes }) else {
                    throw violated("not one of the words")
                }
            case "const": guard rule.rawBytes == value.rawBytes else { throw violated("another constant") }
            case "minimum":
                if let number = value.integer, let least = rule.integer, number < least { throw violated("too small") }
            case "items":
                for (number, element) in value.elements.enumerated() { try check(element, rule, "\(place)[\(number)]") }
            case "required":
                for name in rule.elements.compactMap(\.string) where value.kind == .object && value[name] == nil {
                    throw violated("no member \(name)")
                }
            case "additionalProperties":
                for (name, member) in value.members {
                    let schema = schema["properties"]?[name] ?? rule
                    if schema.kind == .false { throw violated("unknown member \(name)") }
                    try check(member, schema, "\(place).\(name)")
                }
            case "anyOf":
                let reasons = rule.elements.compactMap { (alternative) -> String? in
                    do {
                        try check(value, alternative, place)
                        return nil
                    } catch { return "\(error)" }
                }
                if reasons.count == rule.elements.count { throw violated(reasons.joined(separator: "; ")) }
            default: throw violated("keyword \(keyword)")
            }
        }
    }

    private static func type(of value: JSONValue) -> String {
        switch value.kind {
        case .object: "object"
        case .array: "array"
        case .string: "string"
        case .number: value.integer == nil ? "number" : "integer"
        case .true, .false: "boolean"
        case .null: "null"
        }
    }
}

/// Checks the JSON that the binary prints in tests.
enum ReportSchemas {
    private static let aliases = ["cp": "copy", "convert": "copy", "list": "ls", "validate": "verify"]

    /// The commands with a schema.
    private static let commands: Result<[String], any Error> = Result {
        try Program.plainRun(Program.ocimerge, ["schema"]).stdout.split(separator: "\n").map(String.init)
    }
    private static let schemas = Locked<[String: [UInt8]]>([:])

    /// Throws if a result in JSON does not fit the schema of the command. A failed run may print nothing.
    static func check(_ run: Run, of arguments: [String]) throws {
        let options = arguments.prefix { $0 != "--" }
        guard options.contains("--json"), !run.output.isEmpty, (0...1).contains(run.status),
            !isStandardOutput(options)
        else { return }
        let first = arguments.first ?? ""
        let word = aliases[first] ?? first
        let command = try commands.get().contains(word) ? word : "merge"
        do { try JSONSchema.check(run.output, against: schema(of: command)) } catch {
            throw JSONSchema.Violation(
                description: "\(arguments.joined(separator: " ")) does not fit the schema of \(command): \(error)")
        }
    }

    /// Whether the result itself is written to standard output, and the report to standard error.
    private static func isStandardOutput(_ options: ArraySlice<String>) -> Bool {
        options.contains("--rewrite") || options.contains("-o-") || options.contains("--output=-")
            || zip(options, options.dropFirst()).contains { ["-o", "--output"].contains($0) && $1 == "-" }
    }

    private static func schema(of command: String) throws -> [UInt8] {
        if let known = schemas.value({ $0[command] }) { return known }
        let schema = try Program.plainRun(Program.ocimerge, ["schema", command]).output
        schemas.value { $0[command] = schema }
        return schema
    }
}

/// A value that several threads use, one at a time.
private final class Locked<Value>: @unchecked Sendable {
    private let lock = NSLock()
    private var content: Value

    init(_ content: Value) { self.content = content }

    func value<R>(_ body: (inout Value) -> R) -> R { lock.withLock { body(&content) } }
}
