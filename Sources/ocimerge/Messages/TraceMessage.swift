internal import ByteIO
internal import ImageModel
internal import Registry

/// Prints the events of --verbose on standard error, one line each.
struct PrintedTrace: RegistryTrace {
    func note(_ event: RegistryEvent) { Console.note(TraceMessage.sentence(for: event)) }
}

/// Sentences about requests to registries and the decisions about them. They never contain a secret.
enum TraceMessage {
    static func sentence(for event: RegistryEvent) -> String {
        switch event {
        case .answered(let request, let status, let received, let duration):
            let sizes = [
                request.sent > 0 ? "\(ByteCount.text(request.sent)) sent" : nil,
                received.flatMap { $0 > 0 ? ByteCount.text($0) : nil },
            ]
            return ([line(request), "\(status)"] + sizes.compactMap(\.self) + [DurationText.short(duration)])
                .joined(separator: " ")
        case .failed(let request, let failure, let duration):
            return "\(line(request)) failed after \(DurationText.short(duration)): \(failure.sentence)"
        case .retry(let operation, let delay):
            return "\(TerminalText.part(operation.subject)): the next attempt is in \(DurationText.short(delay))"
        case .connected(let domain, let address):
            return "\(TerminalText.part(domain)) is reached at \(TerminalText.part(address))"
        case .credential(let repository, let origin):
            return "\(TerminalText.part(repository.description)): \(text(origin))"
        case .blob(let digest, let repository, let fate):
            return "\(digest) \(text(fate)) \(TerminalText.part(repository.description))"
        }
    }

    private static func line(_ request: TracedRequest) -> String {
        "\(request.method.rawValue) \(TerminalText.part(request.address))"
    }

    private static func text(_ origin: CredentialOrigin) -> String {
        switch origin {
        case .stated: "credentials of --username"
        case .file(let path): "credentials from \(TerminalText.part(path))"
        case .helper(let name, let path):
            "credentials from docker-credential-\(TerminalText.part(name)), which \(TerminalText.part(path)) names"
        case .none: "no credentials found; access is anonymous"
        }
    }

    private static func text(_ fate: RegistryEvent.BlobFate) -> String {
        switch fate {
        case .present: "is present in"
        case .mounted: "was mounted into"
        case .sent: "was sent to"
        }
    }
}
