import ImageModel
import Testing

struct TagOrderTests {
    @Test(arguments: [
        ["1.9", "1.10"], ["1", "1.0", "1.0-rc1", "1.0.1", "latest"], ["v1.2.3", "v1.2.10", "v1.10.0", "v2"],
        ["007", "07", "7", "8"], ["20240131", "20240201"], ["a", "a1", "a1b", "a2", "b"], ["A", "_", "a"],
        ["99999999999999999999998", "99999999999999999999999", "100000000000000000000000"],
    ])
    func numbersInTagsAreComparedAsNumbers(_ tags: [String]) {
        #expect(TagOrder.sorted(tags.reversed()) == tags)
        for tag in tags { #expect(!TagOrder.precedes(tag, tag)) }
    }
}
