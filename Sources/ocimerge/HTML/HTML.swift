internal import ByteIO

/// A part of a page. Its elements are balanced and its text is escaped: nothing outside this file makes markup.
///
/// A string literal is text of the program. `text` takes foreign text. `words` takes sentences, whose foreign parts the
/// caller has escaped for a terminal. None of them can become markup.
struct HTML: Sendable, Equatable, ExpressibleByStringLiteral, ExpressibleByArrayLiteral {
    /// The markup.
    private(set) var source: String

    private init(source: String) { self.source = source }

    init(stringLiteral text: String) { self = .words(text) }

    /// The parts one behind the other.
    init(arrayLiteral parts: HTML...) { self.init(parts) }

    init(_ parts: [HTML]) {
        source = ""
        for part in parts { source += part.source }
    }

    init(_ element: Element, _ content: HTML) { self.init(element, [], content) }

    init(_ element: Element, _ attributes: [Attribute], _ content: HTML) {
        source = Self.opening(element, attributes)
        source += content.source
        source += Self.closing(element)
    }

    static func += (left: inout HTML, right: HTML) { left.source += right.source }

    var isEmpty: Bool { source.isEmpty }

    // MARK: - Text

    /// Foreign text: of a document, a file name or a command line. Control and bidirectional characters are visible, as on
    /// a terminal. Text in other scripts does not reorder the text around it.
    static func text(_ foreign: String) -> HTML {
        let text = words(TerminalText.escaped(foreign))
        return foreign.utf8.allSatisfy({ $0 < 0x80 }) ? text : HTML(.bdi, text)
    }

    /// Text of the program, or a sentence whose foreign parts are escaped for a terminal already.
    static func words(_ text: String) -> HTML { HTML(source: escaped(TerminalText.visible(text))) }

    /// Escaped for an element and for an attribute in double quotes.
    fileprivate static func escaped(_ text: String) -> String {
        guard text.utf8.contains(where: isSpecial) else { return text }
        var result: [UInt8] = []
        result.reserveCapacity(text.utf8.count + 32)
        for byte in text.utf8 {
            if let reference = reference(byte) {
                result.append(contentsOf: reference.utf8)
            } else {
                result.append(byte)
            }
        }
        return String(decoding: result, as: UTF8.self)
    }

    private static func isSpecial(_ byte: UInt8) -> Bool { reference(byte) != nil }

    /// `nil` if the byte stands for itself.
    private static func reference(_ byte: UInt8) -> String? {
        switch byte {
        case UInt8(ascii: "&"): "&amp;"
        case UInt8(ascii: "<"): "&lt;"
        case UInt8(ascii: ">"): "&gt;"
        case UInt8(ascii: "\""): "&quot;"
        case UInt8(ascii: "'"): "&#39;"
        default: nil
        }
    }

    // MARK: - Markup

    fileprivate static func opening(_ element: Element, _ attributes: [Attribute]) -> String {
        var tag = "<" + element.rawValue
        for attribute in attributes { tag += attribute.source }
        return tag + ">"
    }

    fileprivate static func closing(_ element: Element) -> String { "</\(element.rawValue)>" }

    /// The elements of a page. None of them runs, loads or leads anywhere.
    enum Element: String, Sendable, CaseIterable {
        case article, bdi, body, caption, code, details, div, footer, h1, h2, h3, h4, h5, h6, header, li, main, ol, p
        case section, small, span, strong, summary, table, tbody, td, th, thead, title, tr, ul
    }

    /// An attribute with its value. Names and fixed values are literals; other values are escaped or numbers.
    struct Attribute: Sendable {
        fileprivate let source: String

        private init(_ name: StaticString, _ value: String) {
            source = " \(name)=\"\(HTML.escaped(TerminalText.visible(value)))\""
        }

        static func style(_ names: StaticString) -> Attribute { Attribute("class", "\(names)") }
        static func role(_ role: StaticString) -> Attribute { Attribute("role", "\(role)") }
        /// The direction in which a header of a table applies.
        static func scope(_ direction: StaticString) -> Attribute { Attribute("scope", "\(direction)") }
        /// The title of the column of a cell, which narrow pages show beside it.
        static func column(_ title: StaticString) -> Attribute { Attribute("data-column", "\(title)") }
        /// The number of columns of a cell.
        static func span(_ columns: Int) -> Attribute { Attribute("colspan", "\(columns)") }
        /// The name of an element for screen readers. `name` is foreign text.
        static func label(_ name: String) -> Attribute { Attribute("aria-label", TerminalText.escaped(name)) }
        static let hidden = Attribute("aria-hidden", "true")
        static let open = Attribute("open", "")

        /// A width in hundredths of a percent: that of `part` in `whole`.
        static func width(of part: Int64, in whole: Int64) -> Attribute {
            let share = whole > 0 ? Int((Double(max(part, 0)) / Double(whole) * 10_000).rounded()) : 0
            let hundredths = share % 100
            return Attribute("style", "width:\(share / 100).\(hundredths < 10 ? "0" : "")\(hundredths)%")
        }
    }
}

/// Writes a page in pieces, so that it is never in memory as a whole.
struct PageWriter {
    private let put: ([UInt8]) throws(IOFailure) -> Void
    private var piece = ""

    private static let pieceSize = 256 << 10

    private init(_ put: @escaping ([UInt8]) throws(IOFailure) -> Void) { self.put = put }

    mutating func add(_ html: HTML) throws(IOFailure) { try add(html.source) }

    /// An element whose content `body` writes.
    mutating func element(
        _ element: HTML.Element, _ attributes: [HTML.Attribute] = [],
        _ body: (inout PageWriter) throws(IOFailure) -> Void
    ) throws(IOFailure) {
        try add(HTML.opening(element, attributes))
        try body(&self)
        try add(HTML.closing(element))
        try add("\n")
    }

    /// The whole page. `title` is foreign text.
    static func page(
        title: String, _ put: ([UInt8]) throws(IOFailure) -> Void,
        _ body: (inout PageWriter) throws(IOFailure) -> Void
    ) throws(IOFailure) {
        try withoutActuallyEscaping(put) { (put) throws(IOFailure) in
            var page = PageWriter(put)
            try page.add(PageFrame.beginning)
            try page.add(HTML(.title, HTML.words(TerminalText.escaped(title))))
            try page.add(PageFrame.style)
            try page.element(.body, [], body)
            try page.add(PageFrame.end)
            if !page.piece.isEmpty { try put(Array(page.piece.utf8)) }
        }
    }

    private mutating func add(_ source: String) throws(IOFailure) {
        piece += source
        if piece.utf8.count < Self.pieceSize { return }
        try put(Array(piece.utf8))
        piece.removeAll(keepingCapacity: true)
    }
}

/// The fixed markup around every page. The policy allows no script, no request and no frame.
private enum PageFrame {
    static let beginning = """
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark">
        <meta name="referrer" content="no-referrer">

        """

    static let style = "\n<style>\n\(StyleSheet.text)</style>\n</head>\n"

    static let end = "</html>\n"
}
