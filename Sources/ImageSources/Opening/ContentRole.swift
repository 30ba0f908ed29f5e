/// As what content is named.
enum ContentRole: Sendable {
    /// By an index.
    case child
    /// As the config of an image.
    case config
    case blob
}
