import FuzzTargets
import Glibc

/// The target of this process: the one that the environment names.
let target: FuzzTarget = {
    let name = getenv("OCIMERGE_FUZZ_TARGET").map { String(cString: $0) } ?? ""
    guard let target = FuzzTarget.named(name) else {
        print(FuzzTarget.all.map(\.name).joined(separator: "\n"))
        fflush(nil)
        _exit(2)
    }
    return target
}()

@_cdecl("LLVMFuzzerTestOneInput")
func check(_ data: UnsafePointer<UInt8>?, _ size: Int) -> CInt {
    do { _ = try target.check(Array(UnsafeBufferPointer(start: data, count: size))) } catch {
        print("fuzz: \(error)")
        fflush(nil)
        abort()
    }
    return 0
}
