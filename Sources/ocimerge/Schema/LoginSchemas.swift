/// The reports of `login` and `logout`.
enum LoginSchemas {
    static var login: Schema {
        .object(
            "The stored login.",
            [
                ("registry", registry), ("user", .text("User.")), ("kept", place), ("dryRun", .dryRun),
                ("warnings", .warnings),
            ])
    }

    static var logout: Schema {
        .object(
            "The removed login.",
            [
                ("registry", registry), ("removed", .list("Places that had it.", of: place)), ("dryRun", .dryRun),
                ("warnings", .warnings),
            ])
    }

    private static let registry = Schema.text("Host of the registry.")

    private static var place: Schema {
        .either(
            "Place of the credentials.",
            [
                .object("A file.", [("file", .text("Its path."))]),
                .object("A credential helper.", [("helper", .text("Its name."))]),
            ])
    }
}
