import ImageModel
import TestSupport
import Testing

@testable import ImagePlanning

/// Each letter is a layer.
struct LayerDifferenceTests {
    static let cases: [(old: String, new: String, expected: String, sentence: String)] = [
        ("abc", "abc", "=a =b =c", "nothing changed"),
        ("ab", "abc", "=a =b +c", "a layer was added"),
        ("abc", "bc", "-a =b =c", "a layer was removed, and the others keep their order"),
        ("abc", "xabc", "+x =a =b =c", "a layer was inserted"),
        ("abc", "axc", "=a -b +x =c", "a layer was replaced"),
        ("ab", "xy", "-a -b +x +y", "all layers were replaced"),
        ("abc", "cab", ">c =a =b", "a layer moved"),
        ("abcd", "dabc", ">d =a =b =c", "the fewest layers moved"),
        ("aab", "aba", "=a =b >a", "a repeated layer is paired once for each place"),
        ("aa", "a", "=a -a", "a repetition was removed"),
        ("", "a", "+a", "there were no layers"), ("a", "", "-a", "no layer is left"), ("", "", "", "no layers"),
    ]

    @Test(arguments: cases.indices)
    func layers(_ number: Int) {
        let (old, new, expected, sentence) = Self.cases[number]
        let found = LayerDifference.between(Self.list(old), Self.list(new)).map { difference in
            let text = difference.new?.descriptor ?? difference.old?.descriptor
            let mark = ["same": "=", "moved": ">", "added": "+", "removed": "-"][difference.change.rawValue] ?? "?"
            return mark + (text?.mediaType.rawValue ?? "")
        }
        #expect(found.joined(separator: " ") == expected, "\(sentence)")
    }

    @Test func positionsAreThoseInTheManifests() {
        let moved = LayerDifference.between(Self.list("abc"), Self.list("cab"))[0]
        #expect(moved.old?.number == 2 && moved.new?.number == 0)
    }

    @Test(.mustEnd) func tenThousandLayersInReverseOrderAreCompared() {
        let layers = (0..<10_000).map {
            Descriptor(mediaType: .ociLayer, digest: Digest(of: Array("\($0)".utf8)), size: 0)
        }
        let found = LayerDifference.between(
            LayerList(layers: layers, diffIDs: nil), LayerList(layers: layers.reversed(), diffIDs: nil))
        #expect(found.count == 10_000 && found.count { $0.change == .same } == 1)
    }

    private static func list(_ text: String) -> LayerList {
        let layers = text.map { letter in
            Descriptor(mediaType: MediaType(String(letter)), digest: Digest(of: Array("\(letter)".utf8)), size: 1)
        }
        return LayerList(layers: layers, diffIDs: layers.map(\.digest))
    }
}
