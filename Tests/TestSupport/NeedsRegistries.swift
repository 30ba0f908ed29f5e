internal import Foundation
package import Testing

extension Trait where Self == ConditionTrait {
    /// Skips a test with a message if no registries run. In CI the test runs and fails instead.
    package static var needsRegistries: Self {
        .enabled("NOT TESTED: needs registries, by scripts/test") {
            Registries.areAvailable || ProcessInfo.processInfo.environment["CI"] == "true"
        }
    }
}
