internal import ImageModel

/// One annotation that differs.
package struct AnnotationDifference: Sendable, Equatable {
    package enum Place: String, Sendable { case index, descriptor, manifest }

    package let place: Place
    package let key: String
    /// `nil` if the annotation is absent.
    package let old: String?
    package let new: String?

    /// Sorted by key.
    static func between(_ old: [String: String], _ new: [String: String], in place: Place) -> [AnnotationDifference] {
        Set(old.keys).union(new.keys).sorted().compactMap { key in
            old[key] == new[key] ? nil : AnnotationDifference(place: place, key: key, old: old[key], new: new[key])
        }
    }
}

/// Numbers for sets of annotations: equal sets have one number. So documents are compared in constant time, however often
/// they are listed.
struct AnnotationSets {
    private var numbers: [[String: String]: Int] = [:]
    private var ofDocuments: [Digest: Int] = [:]

    /// `nil` is the empty set.
    mutating func number(of document: Document?) -> Int {
        guard let document else { return number(of: [:]) }
        if let known = ofDocuments[document.digest] { return known }
        let number = number(of: document.manifest?.annotations ?? document.index?.annotations ?? [:])
        ofDocuments[document.digest] = number
        return number
    }

    private mutating func number(of annotations: [String: String]) -> Int {
        let number = numbers[annotations] ?? numbers.count
        numbers[annotations] = number
        return number
    }
}
