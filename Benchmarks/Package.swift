// swift-tools-version: 6.2
import PackageDescription

// The program's own targets, through a link to their folder: what they declare `package` is seen within one package only,
// and so the program's package needs neither a product nor a dependency for what is measured here.
let strict: [SwiftSetting] = [
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
]

func source(_ name: String, in folder: String? = nil, _ dependencies: Target.Dependency...) -> Target {
    .target(name: name, dependencies: dependencies, path: folder ?? "Sources/\(name)", swiftSettings: strict)
}

let deque = Target.Dependency.product(name: "DequeModule", package: "swift-collections")
let heap = Target.Dependency.product(name: "HeapModule", package: "swift-collections")
let nioCore = Target.Dependency.product(name: "NIOCore", package: "swift-nio")
let nioPosix = Target.Dependency.product(name: "NIOPosix", package: "swift-nio")
let system = Target.Dependency.product(name: "SystemPackage", package: "swift-system")

let package = Package(
    name: "Benchmarks",
    platforms: [.macOS(.v15)],
    dependencies: [
        // Without its traits nothing stands between the program and malloc.
        .package(url: "https://github.com/ordo-one/benchmark", from: "1.38.1", traits: []),
        .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.0"),
        .package(url: "https://github.com/apple/swift-system", from: "1.8.0"),
    ],
    targets: ["CCurl", "CIDN2", "CLinux", "CYaml", "CZlib"].map {
        .systemLibrary(name: $0, path: "Sources/\($0)")
    } + [
        source("Documents", "CYaml"),
        source("FileIO", "CLinux", "CZlib", "Documents", deque, nioCore, nioPosix, system),
        source("NanoBanana", "CCurl", "CIDN2", "CZlib", heap, nioCore, nioPosix),
        source("Requests", "Documents", "NanoBanana", system),
        source("Jobs", "Documents", "NanoBanana", "Requests", system),
        source("Spending", "Documents", "Jobs", "NanoBanana", "Requests", deque, system),
        source("Spool", "CLinux", "Documents", "FileIO", "Jobs", "NanoBanana", "Requests", "Spending", system),
        source(
            "Workbench", in: "Workbench", "Documents", "FileIO", "Jobs", "NanoBanana", "Requests", "Spool", system),
        .executableTarget(
            name: "Micro",
            dependencies: [
                "Documents", "Jobs", "Requests", "Spool", "Workbench",
                .product(name: "Benchmark", package: "benchmark"),
            ],
            path: "Micro",
            swiftSettings: strict,
            plugins: [.plugin(name: "BenchmarkPlugin", package: "benchmark")]
        ),
    ],
    swiftLanguageModes: [.v6]
)
