/// A command line whose grammar is right: known flags, values where they belong, the right number of positionals.
/// What the values mean is checked by the requests.
struct ParsedArguments: Sendable, Equatable {
    let command: String
    /// By long name, values in the order given; "" stands for a flag without a value.
    let options: [String: [String]]
    let positionals: [String]

    init(command: String, options: [String: [String]] = [:], positionals: [String] = []) {
        self.command = command
        self.options = options
        self.positionals = positionals
    }

    func has(_ long: String) -> Bool {
        options[long] != nil
    }

    func value(_ long: String) -> String? {
        options[long]?.first
    }

    func values(_ long: String) -> [String] {
        options[long] ?? []
    }
}
