/// How a registry knows who we are.
package enum Credential: Equatable, Sendable {
    case basic(user: String, password: String)
    /// An identity token (OAuth2 refresh token): exchanged at the token server for tokens of each scope.
    case identityToken(String)
    /// A bearer token as it is sent.
    case bearer(String)
}
