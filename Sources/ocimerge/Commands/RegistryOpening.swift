internal import ByteIO
internal import Registry

/// The registries of one command, spoken to as it was asked. Nothing is sent before somebody needs one.
enum RegistryOpening {
    static func access(_ choice: RegistryChoice) throws -> RegistryAccess {
        RegistryAccess(RegistryOptions(encryption: choice.isPlain ? .none : choice.isInsecure ? .optional : .required))
    }
}
