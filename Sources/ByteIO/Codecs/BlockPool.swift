/// The memory of a recipe's compression, made once and used for one stream after another: a layer of a kilobyte must not
/// pay for megabytes.
final class BlockPool: @unchecked Sendable {
    private let recipe: Recipe
    private let lock = Lock()
    private var compressors: [any BlockCompressor] = []
    private var blocks: [ContentBlock] = []

    init(_ recipe: Recipe) { self.recipe = recipe }

    /// nil: no memory.
    func takeCompressor() -> (any BlockCompressor)? {
        lock.hold { compressors.popLast() } ?? recipe.blockCompressor()
    }

    func give(_ compressor: any BlockCompressor) { lock.hold { compressors.append(compressor) } }

    func takeBlock() -> ContentBlock { lock.hold { blocks.popLast() } ?? ContentBlock(recipe) }

    func give(_ block: ContentBlock) {
        block.clear()
        lock.hold { blocks.append(block) }
    }
}
