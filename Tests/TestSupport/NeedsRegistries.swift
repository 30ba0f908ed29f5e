internal import Foundation
package import Testing

extension Trait where Self == ConditionTrait {
    /// Leaves a test out, and says so, where no registries run. In CI the test runs, and fails for want of them.
    package static var needsRegistries: Self {
        .enabled("NOT TESTED: needs registries, by scripts/test") {
            Registries.areThere || ProcessInfo.processInfo.environment["CI"] == "true"
        }
    }
}
