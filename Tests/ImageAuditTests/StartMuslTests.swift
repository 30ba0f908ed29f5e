import TestSupport
import Testing

@testable import ImageAudit

@Suite("The start check finds libraries as the loader of musl does")
struct StartMuslTests {
    @Test("libraries", arguments: cases, Listing.allCases)
    func check(_ example: StartCase, _ listing: Listing) throws { try example.check(listing) }

    private static func app(_ libraries: String..., change: (inout DynamicProgram) -> Void = { _ in }) -> LayerEntry {
        Linked.file("app", loader: Linked.musl) {
            $0.needed = libraries
            change(&$0)
        }
    }

    private static let loader = Linked.muslLoader()

    private static func absent(_ name: String, chain: [String] = [], elsewhere: String? = nil) -> StartCase.Found {
        .found(
            .libraryAbsent(name, chain: chain.map { FilePath($0) }, elsewhere: elsewhere.map { FilePath($0) }), "app")
    }

    static let cases = [
        StartCase(
            "the C library is part of the loader",
            [app("libc.musl-x86_64.so.1", "libpthread.so.0", "libm.so.6", "libc.so.6"), loader]),
        StartCase(
            "names that only begin alike are searched", [app("libcrypto.so.3"), loader], finds: absent("libcrypto.so.3")
        ),
        StartCase("a library in /usr/local/lib", [app("libx.so"), loader, Linked.file("usr/local/lib/libx.so")]),
        StartCase(
            "a library in /lib64", [app("libx.so"), loader, Linked.file("lib64/libx.so")],
            finds: absent("libx.so", elsewhere: "lib64/libx.so")),
        StartCase(
            "a library in a directory of the path file",
            [app("libx.so"), loader, .text("etc/ld-musl-x86_64.path", "/a\n/opt:/b\n"), Linked.file("opt/libx.so")]),
        StartCase(
            "the path file replaces the usual directories",
            [app("libx.so"), loader, .text("etc/ld-musl-x86_64.path", "/opt\n"), Linked.file("lib/libx.so")],
            finds: absent("libx.so", elsewhere: "lib/libx.so")),
        StartCase(
            "RUNPATH counts for libraries too",
            [
                app("libx.so") { $0.runpath = "/opt" }, loader, Linked.file("opt/libx.so", needing: "liby.so"),
                Linked.file("opt/liby.so"),
            ]),
        StartCase(
            "a library in LD_LIBRARY_PATH", [app("libx.so"), loader, Linked.file("opt/libx.so")],
            with: ["LD_LIBRARY_PATH=/b:/opt"]),
        StartCase(
            "an empty part of LD_LIBRARY_PATH names no directory",
            [app("libx.so"), loader, Linked.file("srv/libx.so")],
            in: "/srv", with: ["LD_LIBRARY_PATH=:/lib"], finds: absent("libx.so", elsewhere: "srv/libx.so")),
        StartCase(
            "the loader is a link to the C library",
            [app("libc.so"), Linked.file("usr/lib/libc.so"), .symbolicLink(Linked.musl, to: "/usr/lib/libc.so")]),
        StartCase(
            "musl does not compare versions",
            [
                app("libx.so") { $0.needs = [("libx.so", [.init("X_2")])] }, loader,
                Linked.file("lib/libx.so") { $0.defines = ["libx.so", "X_1"] },
            ]),
    ]
}
