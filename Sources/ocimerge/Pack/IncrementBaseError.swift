internal import ImagePlanning

/// What was given with `--since` does not say what a receiver has.
enum IncrementBaseError: Error {
    case declaredPlatform(base: String)
    case list(base: String, BlobListError)
}
