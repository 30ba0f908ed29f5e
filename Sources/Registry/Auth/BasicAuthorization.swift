internal import ByteIO

/// RFC 7617. UTF-8, as every registry reads it.
enum BasicAuthorization {
    static func text(user: String, password: String) -> String {
        "Basic " + Base64.text(Array("\(user):\(password)".utf8))
    }
}
