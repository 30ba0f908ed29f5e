internal import ByteIO

/// Adds the `Authorization` header to requests to the registry's own origin, and to no others.
///
/// Requests to another origin carry no `Authorization`, nor do requests that another origin redirected here. A request
/// refused with 401 is sent once more with the answer to the challenge, unless that answer was the one refused.
struct AuthorizingTransport: RegistryTransport {
    let next: any RegistryTransport
    let authorizer: Authorizer

    func send(_ request: RegistryRequest) throws(RegistryError) -> HTTPResponse {
        guard authorizer.origin.contains(request.http.address), !request.omitsCredentials else {
            return try next.send(request.authorized(nil))
        }
        var first = try authorizer.expected(request)
        authorizer.sent.note(authorization: first)
        var response = try next.send(request.authorized(first))
        if first == nil, let other = try authorization(afterHiding: &response, request) {
            first = other
            authorizer.sent.note(authorization: other)
            response = try next.send(request.authorized(other))
        }
        guard response.status == 401 else { return try checked(&response, request) }
        let errors = ErrorResponse.errors(of: &response, without: authorizer.sent)
        let challenges = Challenge.all(in: response.headers)
        guard let second = try authorizer.answer(challenges, to: request, refused: first) else {
            throw unauthorized(request, errors)
        }
        authorizer.sent.note(authorization: second)
        response = try next.send(request.authorized(second))
        return try checked(&response, request)
    }

    /// The header to ask with once more, if the registry may hide the content from requests without credentials.
    private func authorization(
        afterHiding response: inout HTTPResponse, _ request: RegistryRequest
    ) throws(RegistryError) -> String? {
        guard [.get, .head].contains(request.http.method), [403, 404].contains(response.status),
            try authorizer.hasChallenges(next), let authorization = try authorizer.expected(request)
        else { return nil }
        response.drain()
        return authorization
    }

    private func checked(
        _ response: inout HTTPResponse, _ request: RegistryRequest
    ) throws(RegistryError) -> HTTPResponse {
        guard response.status == 401 || response.status == 403 else { return response }
        throw unauthorized(request, ErrorResponse.errors(of: &response, without: authorizer.sent))
    }

    private func unauthorized(_ request: RegistryRequest, _ errors: [RegistryError.Detail]) -> RegistryError {
        .unauthorized(
            request.operation, host: authorizer.origin.domain, hasCredentials: authorizer.hasCredentials(request),
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
