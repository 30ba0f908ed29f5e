internal import Synchronization

/// Limits the estimated memory for lists of files. A million files with usual names fit.
package final class FileBudget: Sendable {
    let limit: Int
    private let left: Mutex<Int>

    package init(limit: Int = 512 << 20) {
        self.limit = limit
        left = Mutex(limit)
    }

    /// The estimated cost of one file without its name.
    private static let fileCost = 320

    /// `names` is the length of all names and paths.
    func spend(files: Int = 1, names: Int) throws(LayerFault) {
        let fits = left.withLock { left in
            left -= min(left, files.multipliedReportingOverflow(by: Self.fileCost).partialValue + names)
            return left > 0
        }
        if !fits { throw .tooManyFiles(limit: limit) }
    }
}
