internal import Synchronization

/// Limits the estimated memory for lists of files. Four million files with usual names fit.
package final class FileBudget: Sendable {
    let limit: Int
    private let left: Mutex<Int>

    /// Lists use numbers of 32 bits, which suffice for this number of bytes.
    private static let largest = 2 << 30

    package init(limit: Int = 512 << 20) {
        self.limit = min(limit, Self.largest)
        left = Mutex(self.limit)
    }

    /// The estimated cost of one file without its name. Measured: 65 bytes for each of 200,000 files with their names, in
    /// the list of their layer and the merged tree together. A hash takes 41 more.
    private static let fileCost = 80

    /// `names` is the length of all names and paths.
    func spend(files: Int = 1, names: Int) throws(LayerFault) {
        let fits = left.withLock { left in
            left -= min(left, files.multipliedReportingOverflow(by: Self.fileCost).partialValue + names)
            return left > 0
        }
        if !fits { throw .tooManyFiles(limit: limit) }
    }
}
