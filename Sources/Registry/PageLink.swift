internal import ByteIO

/// The pages of a list of the distribution API (`Link: </v2/app/tags/list?n=1000&last=…>; rel="next"`).
enum PageLink {
    /// The address of the next page; `nil` on the last page. Throws if it has another origin than this page.
    static func next(
        after address: WebAddress, _ headers: HTTPHeaders, _ operation: RegistryError.Operation
    ) throws(RegistryError) -> WebAddress? {
        for value in headers.values("Link") {
            var rest = value[...]
            while let start = rest.firstIndex(of: "<"), let end = rest[start...].firstIndex(of: ">") {
                let target = String(rest[rest.index(after: start)..<end])
                let parameters = rest[rest.index(after: end)...].prefix { $0 != "<" }
                rest = rest[parameters.endIndex...]
                guard isNext(parameters) else { continue }
                guard let next = address.resolving(target), next.hasSameOrigin(as: address) else {
                    // The query may hold a token, so the error omits it.
                    throw .unusableHeader(
                        operation, name: "Link", value: String(target.prefix { $0 != "?" && $0 != "#" }))
                }
                return next
            }
        }
        return nil
    }

    private static func isNext(_ parameters: Substring) -> Bool {
        parameters.split(separator: ";").contains { parameter in
            parameter.lowercased().filter { $0 != "\"" && $0 != " " && $0 != "," } == "rel=next"
        }
    }
}
