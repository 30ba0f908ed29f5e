internal import ByteIO

extension HTTPResponse {
    /// All of a small body.
    mutating func document(limit: Int, _ operation: RegistryError.Operation) throws(RegistryError) -> [UInt8] {
        do throws(IOFailure) { return try bytes(limit: limit) } catch {
            if case .tooLarge = error.cause { throw .tooLarge(operation, limit: limit) }
            throw .io(error)
        }
    }

    /// The body is here, and nothing can happen to it any more.
    func gathered(limit: Int, _ operation: RegistryError.Operation) throws(RegistryError) -> HTTPResponse {
        var response = self
        let bytes = try response.document(limit: limit, operation)
        response.body = MemoryBytes(bytes, path: address.shown).open()
        return response
    }
}
