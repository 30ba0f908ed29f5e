internal import Foundation

/// Makes the time of a program under test pass faster, so that its timeouts end soon.
package enum FastTime {
    /// A minute of the program takes three seconds.
    package static let factor = 20

    /// The library that a program preloads. It was built with the tests.
    private static let library = Bundle.main.bundleURL.appendingPathComponent("libTimeShim.so").path

    /// The assignments before a program's name in the arguments of `env`.
    package static var assignments: [String] { ["LD_PRELOAD=\(library)", "TIME_FACTOR=\(factor)"] }
}
