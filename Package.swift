// swift-tools-version: 6.2
import PackageDescription

/// One list for every target of ours: the strictest language the toolchain speaks, warnings are errors.
let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .enableUpcomingFeature("InferIsolatedConformances"),
    .treatAllWarnings(as: .error),
]
/// Without the modules that every file imports by itself: one use of their `contains(_: String)` links the regular
/// expressions of the standard library (1.2 MB), one of their clocks links its concurrency and Dispatch (0.6 MB).
let sources =
    strict + [
        .strictMemorySafety(),
        // Swift 6.2 wants the lifetime of a span that a method changes to be stated. Swift 6.3 infers it.
        .enableExperimentalFeature("Lifetimes"),
        .unsafeFlags([
            "-Xfrontend", "-disable-implicit-string-processing-module-import",
            "-Xfrontend", "-disable-implicit-concurrency-module-import",
        ]),
        // A section for each function, so that the linker leaves out those without a use (0.8 MB).
        .unsafeFlags(["-Xfrontend", "-function-sections"], .when(configuration: .release)),
    ]

/// The C libraries without the ones that the system always has.
let libraries = LinkerSetting.unsafeFlags([
    "-Xlinker", "--gc-sections",
    "-Xlinker", "\(Context.packageDirectory)/.build/libcurl/lib/libcurl.a",
    "-Xlinker", "-l:libnghttp2.a",
    "-Xlinker", "-l:libssl.a",
    "-Xlinker", "-l:libarchive.a",
    "-Xlinker", "-l:libcrypto.a",
    "-Xlinker", "-l:libzstd.a",
    "-Xlinker", "-l:libz.a",
    "-Xlinker", "-l:libdeflate.a",
    "-Xlinker", "-l:libbz2.a",
    "-Xlinker", "-l:liblzma.a",
    "-Xlinker", "-l:liblz4.a",
    "-Xlinker", "-l:libyaml.a",
])

/// Static C libraries and a static standard library: the binary starts faster and runs on a machine that has neither
/// Swift nor these libraries. libcurl is the one of scripts/libcurl. ISA-L has no archive in Debian and is opened on first
/// use.
let linking: [LinkerSetting] = [
    libraries,
    // Without packed relocations (1.2 MB less): they need glibc 2.36.
    .unsafeFlags(
        [
            "-static-stdlib", "-use-ld=bfd",
            // The C++ library of the Swift runtime is static too: start-up is 0.2 ms faster, and the binary needs glibc
            // alone. The directory has its archive only, so the linker does not find the shared one.
            "-L", "\(Context.packageDirectory)/.build/libcurl/lib", "-Xclang-linker", "-static-libgcc",
            "-Xlinker", "--strip-all", "-Xlinker", "-z", "-Xlinker", "relro", "-Xlinker", "-z", "-Xlinker", "now",
            "-Xlinker", "--no-eh-frame-hdr",
            "-Xlinker", "-T", "-Xlinker", "\(Context.packageDirectory)/Sources/CLibraries/sections.ld",
            // Nothing looks symbols up in the program; the toolchain would export five thousand of them.
            "-Xlinker", "--no-export-dynamic",
            // The names of all Unicode characters (0.55 MB), which only `Unicode.Scalar.Properties.name` needs. A use of it
            // ends the process.
            "-Xlinker", "--wrap=_swift_stdlib_getScalarName",
            "-Xlinker", "--defsym=__wrap__swift_stdlib_getScalarName=swift_deletedMethodError",
            // Without memory one line is printed instead of a backtrace.
            "-Xlinker", "--wrap=_ZN5swift28swift_abortAllocationFailureEmm",
            "-Xlinker", "--defsym=__wrap__ZN5swift28swift_abortAllocationFailureEmm=ocimerge_refused_memory",
        ],
        .when(configuration: .release)),
]

func library(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .target(name: name, dependencies: dependencies, swiftSettings: sources)
}

/// The output of scripts/commit, which scripts/ocimerge passes. SwiftPM caches `Context.gitInformation`, so that would
/// name a former commit. The environment is a part of the key of that cache.
let commit = Context.environment["OCIMERGE_COMMIT"] ?? ""
let isCommit = commit.utf8.allSatisfy { $0 == 0x2d || (0x30...0x39).contains($0) || (0x61...0x7a).contains($0) }

func cLibrary(_ name: String) -> Target {
    .systemLibrary(name: name, path: "Sources/CLibraries/\(name)")
}

/// Tests use Foundation, whose static libraries do not link into a test bundle: theirs is the shared one.
func tests(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
    .testTarget(
        name: name, dependencies: dependencies + ["TestSupport"], swiftSettings: strict,
        linkerSettings: linking + [.unsafeFlags(["-no-static-stdlib"])])
}

/// The program of scripts/fuzz. It needs `--sanitize fuzzer`, so it is no part of other builds.
let fuzzer: [Target] =
    Context.environment["OCIMERGE_FUZZ"] == nil
    ? []
    : [
        .target(name: "CFuzzer", path: "Tests/CFuzzer"),
        .executableTarget(
            name: "fuzz", dependencies: ["FuzzTargets", "CFuzzer"], path: "Tests/FuzzRunner",
            swiftSettings: strict + [.unsafeFlags(["-parse-as-library"])],
            linkerSettings: [libraries]),
    ]

let package = Package(
    name: "ocimerge",
    products: [
        .executable(name: "ocimerge", targets: ["ocimerge"]),
        // For the tests: a library to preload, which makes system calls fail.
        .library(name: "FaultShim", type: .dynamic, targets: ["FaultShim"]),
        // A preloaded library that speeds up clocks.
        .library(name: "TimeShim", type: .dynamic, targets: ["TimeShim"]),
    ],
    targets: [
        // From the bottom up: bytes, the image model, registries, sources, planning, audit, new layers, sinks, and the
        // command, which imports all of them.
        cLibrary("CArchive"), cLibrary("CZlib"), cLibrary("CZstd"), cLibrary("CDeflate"), cLibrary("CCrypto"),
        cLibrary("CISAL"), cLibrary("CYAML"), cLibrary("CCurl"), cLibrary("CAttributes"),
        .target(
            name: "CCommit", path: "Sources/CLibraries/CCommit",
            cSettings: [.define("OCIMERGE_COMMIT", to: isCommit ? "\"\(commit)\"" : "\"\"")]),
        .target(
            name: "ByteIO",
            dependencies: [
                "CArchive", "CZlib", "CZstd", "CDeflate", "CCrypto", "CISAL", "CYAML", "CCurl", "CAttributes",
                "CCommit",
            ],
            cSettings: [.define("_GNU_SOURCE")],
            swiftSettings: sources),
        library("ImageModel", ["ByteIO"]),
        library("Registry", ["ImageModel", "ByteIO"]),
        library("ImageSources", ["Registry", "ImageModel", "ByteIO"]),
        library("ImagePlanning", ["ImageModel"]),
        library("ImageAudit", ["ImageModel", "ByteIO"]),
        library("ImageLayers", ["ImageAudit", "ImageModel", "ByteIO"]),
        library("ImageSinks", ["Registry", "ImagePlanning", "ImageModel", "ByteIO"]),
        .executableTarget(
            name: "ocimerge",
            dependencies: [
                "Registry", "ImageSources", "ImagePlanning", "ImageAudit", "ImageLayers", "ImageSinks",
                "ImageModel", "ByteIO",
            ],
            swiftSettings: sources,
            linkerSettings: linking),
        .target(
            name: "TestSupport", dependencies: ["ByteIO", "ImageModel"], path: "Tests/TestSupport",
            swiftSettings: strict),
        .target(name: "FaultShim", path: "Tests/FaultShim", linkerSettings: [.linkedLibrary("dl")]),
        .target(name: "TimeShim", path: "Tests/TimeShim", linkerSettings: [.linkedLibrary("dl")]),
        tests("ByteIOTests", ["ByteIO"]),
        tests("ImageModelTests", ["ImageModel", "ByteIO"]),
        tests("RegistryTests", ["Registry", "ImageModel", "ByteIO"]),
        tests("ImageSourcesTests", ["ImageSources", "Registry", "ImageModel", "ByteIO"]),
        tests("ImagePlanningTests", ["ImagePlanning", "ImageModel", "ByteIO"]),
        tests("ImageAuditTests", ["ImageAudit", "ImageModel", "ByteIO"]),
        tests("ImageLayersTests", ["ImageLayers", "ImageAudit", "ImageModel", "ByteIO"]),
        tests("ImageSinksTests", ["ImageSinks", "Registry", "ImageModel", "ByteIO"]),
        tests(
            "CommandLineTests",
            [
                "ocimerge", "ImagePlanning", "ImageAudit", "ImageLayers", "ImageModel", "ImageSinks", "Registry",
                "ByteIO",
            ]),
        tests("CommandTests", ["ocimerge"]),
        tests("InteropTests", ["ocimerge", "ImageModel"]),
        .target(
            name: "FuzzTargets",
            dependencies: [
                "ByteIO", "ImageModel", "Registry", "ImageSources", "ImagePlanning", "ImageAudit", "ImageSinks",
            ],
            path: "Tests/FuzzTargets", cSettings: [.define("_GNU_SOURCE")], swiftSettings: strict),
        tests("FuzzTests", ["FuzzTargets", "ByteIO", "ImageModel"]),
    ] + fuzzer
)
