import ImageModel
import Testing

struct ClaimedSizesTests {
    static let sums: [(sizes: [Int64], sum: Int64)] = [
        ([], 0), ([1, 2, 3], 6), ([.max, 1], .max), ([.max, .max, .max], .max), ([.max - 1, 1], .max),
    ]

    @Test(arguments: sums)
    func theSumSaturates(_ sizes: [Int64], _ sum: Int64) {
        #expect(sizes.totalSize(\.self) == sum)
    }
}
