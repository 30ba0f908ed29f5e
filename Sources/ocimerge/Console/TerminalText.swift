internal import ImageModel

/// Untrusted text for a terminal.
enum TerminalText {
    /// No scalar of the result acts on a terminal, reorders or hides text; two different texts never give the same
    /// result, because the backslash that introduces an escape is itself escaped.
    static func escaped(_ text: String) -> String {
        var result = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\\": result.append(contentsOf: #"\\"#.unicodeScalars)
            case "\n": result.append(contentsOf: #"\n"#.unicodeScalars)
            case "\r": result.append(contentsOf: #"\r"#.unicodeScalars)
            case "\t": result.append(contentsOf: #"\t"#.unicodeScalars)
            case " "..."~": result.append(scalar)
            default:
                if isVisible(scalar) {
                    result.append(scalar)
                } else {
                    result.append(contentsOf: #"\u{\#(String(scalar.value, radix: 16))}"#.unicodeScalars)
                }
            }
        }
        return String(result)
    }

    /// The same JSON with everything that could act on a terminal written as `\\u` escapes: such scalars stand only inside
    /// strings, where the escape means the same.
    static func escaped(json: JSONText) -> String {
        var result = String.UnicodeScalarView()
        for scalar in String(decoding: json.prettyBytes(), as: UTF8.self).unicodeScalars {
            if scalar == "\n" || (" "..."~").contains(scalar) || isVisible(scalar) {
                result.append(scalar)
                continue
            }
            for unit in String(scalar).utf16 {
                let digits = String(unit, radix: 16)
                let padding = String(repeating: "0", count: 4 - digits.count)
                result.append(contentsOf: "\\u\(padding)\(digits)".unicodeScalars)
            }
        }
        result.append("\n")
        return String(result)
    }

    private static func isVisible(_ scalar: Unicode.Scalar) -> Bool {
        // Fillers and selectors are letters and marks to the general category, yet show nothing.
        if scalar.properties.isDefaultIgnorableCodePoint { return false }
        return switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse, .unassigned: false
        default: true
        }
    }
}
