/// The head of an answer, line by line as it arrives. Answers that only announce others (1xx) are passed over.
struct CurlHead {
    private(set) var status = 0
    private(set) var headers = HTTPHeaders()
    private(set) var isComplete = false

    mutating func take(_ line: String) {
        // What stands behind the body (trailers) says nothing that we need.
        if isComplete { return }
        let text = line.trimmingLineBreak
        if text.hasPrefix("HTTP/") {
            status = text.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
            headers = HTTPHeaders()
        } else if text.isEmpty {
            isComplete = status >= 200
        } else if let colon = text.firstIndex(of: ":") {
            headers.add(String(text[..<colon]), text[text.index(after: colon)...].trimmingBlanks)
        }
    }
}

extension StringProtocol {
    fileprivate var trimmingLineBreak: String {
        String(decoding: utf8.prefix { $0 != UInt8(ascii: "\r") && $0 != UInt8(ascii: "\n") }, as: UTF8.self)
    }
}
