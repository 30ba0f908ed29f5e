package import Testing

extension Trait where Self == TimeLimitTrait {
    /// Names the test when it does not end. The runner starts the clock when a test begins to wait for a thread behind
    /// all the others, so the limit is longer than a whole run on a slow machine.
    package static var mustEnd: Self { .timeLimit(.minutes(60)) }
}
