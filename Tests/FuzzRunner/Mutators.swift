import CFuzzer
import FuzzTargets

@_cdecl("LLVMFuzzerCustomMutator")
func mutate(_ data: UnsafeMutablePointer<UInt8>?, _ size: Int, _ limit: Int, _ seed: CUnsignedInt) -> Int {
    guard let data else { return 0 }
    // Without a structure libFuzzer's own changes are the fastest.
    if case .bytes = target.mutation { return LLVMFuzzerMutate(data, size, limit) }
    let input = Array(UnsafeBufferPointer(start: data, count: size))
    let changed = target.mutation.changed(input, limit: limit, seed: seed, changedAtRandom).prefix(limit)
    for (place, byte) in changed.enumerated() { data[place] = byte }
    return changed.count
}

private func changedAtRandom(_ bytes: [UInt8], _ limit: Int) -> [UInt8] {
    guard limit > 0 else { return [] }
    var buffer = bytes + [UInt8](repeating: 0, count: max(0, limit - bytes.count))
    let size = buffer.withUnsafeMutableBufferPointer {
        LLVMFuzzerMutate($0.baseAddress, min(bytes.count, limit), limit)
    }
    return Array(buffer.prefix(size))
}
