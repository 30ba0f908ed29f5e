internal import ByteIO

/// Says who we are, to the registry itself and to nobody else.
///
/// Every request to another origin goes out without `Authorization`, as does one that somebody elsewhere led back here.
/// A refused request is sent once more, with what the refusal asks for, unless that is what was refused.
struct AuthorizingTransport: RegistryTransport {
    let next: any RegistryTransport
    let authority: Authority

    func send(_ request: RegistryRequest) throws(RegistryError) -> HTTPResponse {
        guard authority.site.isHome(of: request.http.address), !request.isAstray else {
            return try next.send(request.authorized(nil))
        }
        let first = try authority.expected(request)
        authority.sent.note(authorization: first)
        var response = try next.send(request.authorized(first))
        guard response.status == 401 else { return try checked(&response, request) }
        let errors = RefusalBody.errors(of: &response, without: authority.sent)
        let challenges = Challenge.all(in: response.headers)
        guard let second = try authority.answer(challenges, to: request, refused: first) else {
            throw unauthorized(request, errors)
        }
        authority.sent.note(authorization: second)
        response = try next.send(request.authorized(second))
        return try checked(&response, request)
    }

    private func checked(
        _ response: inout HTTPResponse, _ request: RegistryRequest
    ) throws(RegistryError) -> HTTPResponse {
        guard response.status == 401 || response.status == 403 else { return response }
        throw unauthorized(request, RefusalBody.errors(of: &response, without: authority.sent))
    }

    private func unauthorized(_ request: RegistryRequest, _ errors: [RegistryError.Said]) -> RegistryError {
        .unauthorized(
            request.operation, host: authority.site.domain, hasCredentials: authority.hasCredentials(request),
            errors: errors)
    }
}

extension RegistryRequest {
    fileprivate func authorized(_ text: String?) -> RegistryRequest {
        var request = self
        request.http.headers.set("Authorization", text)
        return request
    }
}
