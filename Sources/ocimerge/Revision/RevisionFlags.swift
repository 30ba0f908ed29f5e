/// The flags that `fix` and `edit` share.
enum RevisionFlags {
    static let all: [Flag] = [
        Flag("in-place", short: "i", group: .result, help: "Change SOURCE itself."),
        Flag("update", group: .result, help: "Add the named image to the layout at DEST, or replace it there."),
        Flag("force", group: .result, help: "Replace DEST; excludes --update."),
        Flag(
            "dry-run", group: .run,
            help: "Show every member of every document that would change; write nothing (needs no DEST)."),
        .sync,
        .jobs,
        .quiet,
        .json,
        .full,
        .progress,
    ]

    static let exclusive: [[String]] = [
        ["output", "in-place"], ["update", "force"], ["in-place", "update"], ["in-place", "force"],
    ]
}
