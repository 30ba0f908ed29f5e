internal import ImageModel

/// The headings, marks and values that all sections of a page share.
enum PageText {
    /// The longest value that is shown at once, in bytes, and the beginning of a longer one, in characters.
    private static let (longestValue, shownBeginning) = (480, 120)

    /// A foreign value in the font of code. A long one shows its beginning, and the whole when it is opened.
    static func value(_ foreign: String) -> HTML { folded(foreign, HTML.text) }

    /// The same for text that is escaped for a terminal already.
    static func shown(_ text: String) -> HTML { folded(text, HTML.words) }

    private static func folded(_ text: String, _ escaped: (String) -> HTML) -> HTML {
        if text.utf8.count <= longestValue { return HTML(.code, escaped(text)) }
        let beginning = String(String.UnicodeScalarView(text.unicodeScalars.prefix(shownBeginning)))
        let size = " (\(ByteCount.text(Int64(text.utf8.count))))"
        return HTML(
            .details, [.style("long")],
            [
                HTML(.summary, [HTML(.code, [escaped(beginning), "\u{2026}"]), .words(size)]),
                HTML(.code, [.style("whole")], escaped(text)),
            ])
    }

    static func digest(_ digest: Digest) -> HTML { HTML(.code, .words(digest.description)) }

    /// Names of an image.
    static func names(_ names: [String], limit: Int = .max) -> HTML {
        if names.isEmpty { return "(no name)" }
        let shown = names.prefix(limit).enumerated().map { number, name in
            number == 0 ? HTML.text(name) : [", ", .text(name)]
        }
        let rest = names.count - shown.count
        return [HTML(Array(shown)), rest > 0 ? .words(" and \(CountText.text(rest, "more name"))") : []]
    }

    static func platform(_ platform: Platform?) -> HTML {
        platform.map { .text($0.description) } ?? "unknown platform"
    }

    static func list(_ items: [HTML]) -> HTML {
        items.isEmpty ? [] : HTML(.ul, HTML(items.map { HTML(.li, $0) }))
    }

    /// Content that is shown at once, or when it is opened.
    static func details(_ summary: HTML, isOpen: Bool, _ content: HTML) -> HTML {
        content.isEmpty ? [] : HTML(.details, isOpen ? [.open] : [], [HTML(.summary, summary), content, "\n"])
    }
}

/// How good a fact is. Each has a mark and a color, and a word says the same.
enum PageGrade: Int, Comparable {
    case good, neutral, warning, bad

    static func < (left: PageGrade, right: PageGrade) -> Bool { left.rawValue < right.rawValue }

    /// A mark and words, in the color of the grade.
    func text(_ words: HTML) -> HTML {
        switch self {
        case .good: HTML(.span, [.style("fact good")], [.words("\u{2713} "), words])
        case .neutral: HTML(.span, [.style("fact quiet")], words)
        case .warning: HTML(.span, [.style("fact warning")], ["! ", words])
        case .bad: HTML(.span, [.style("fact bad")], [.words("\u{2717} "), words])
        }
    }

    var style: HTML.Attribute {
        switch self {
        case .good: .style("verdict good")
        case .neutral: .style("verdict")
        case .warning: .style("verdict warning")
        case .bad: .style("verdict bad")
        }
    }
}

/// The levels of the headings: those of a page with several sources are one deeper.
struct PageOutline {
    let isDeep: Bool

    /// The sections of a source.
    var section: HTML.Element { isDeep ? .h3 : .h2 }
    var image: HTML.Element { isDeep ? .h4 : .h3 }
    var platform: HTML.Element { isDeep ? .h5 : .h4 }
    var part: HTML.Element { isDeep ? .h6 : .h5 }
}
