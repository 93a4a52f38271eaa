// swift-tools-version: 6.2
import PackageDescription

/// Every target is held to the same rules: Swift 6 language mode, warnings are errors, and the upcoming features below.
let strict: [SwiftSetting] = [
    .treatAllWarnings(as: .error),
    // https://github.com/swiftlang/swift-evolution/blob/main/proposals/0335-existential-any.md
    .enableUpcomingFeature("ExistentialAny"),
    // https://github.com/swiftlang/swift-evolution/blob/main/proposals/0409-access-level-on-imports.md
    .enableUpcomingFeature("InternalImportsByDefault"),
    // https://github.com/swiftlang/swift-evolution/blob/main/proposals/0444-member-import-visibility.md
    .enableUpcomingFeature("MemberImportVisibility"),
]

let package = Package(
    name: "bananadrop",
    platforms: [.macOS(.v15)],
    products: [
        .executable(name: "bananadrop", targets: ["bananadrop"]),
        .library(name: "NanoBanana", targets: ["NanoBanana"]),
        .library(name: "NanoBananaSimulator", targets: ["NanoBananaSimulator"]),
    ],
    dependencies: [
        // Traits are those that the program uses: the default ones bring CoreFoundation and ICU with them.
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
        .package(url: "https://github.com/apple/swift-configuration", from: "1.4.0", traits: []),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.7.0", traits: []),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.0"),
        .package(url: "https://github.com/apple/swift-metrics", from: "2.13.0"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.0"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.0"),
        .package(url: "https://github.com/apple/swift-system", from: "1.8.0"),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.0", traits: []),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    ],
    targets: [
        .systemLibrary(name: "CCurl"),
        .systemLibrary(name: "CIDN2"),
        .systemLibrary(name: "CInotifyTools"),
        .systemLibrary(name: "CLinux"),
        .systemLibrary(name: "CYaml"),
        .systemLibrary(name: "CZlib"),
        .target(name: "CTaskHook"),
        .target(
            name: "Inotify",
            dependencies: [
                "CInotifyTools",
                "CLinux",
                .product(name: "SystemPackage", package: "swift-system"),
            ],
            swiftSettings: strict
        ),
        .target(
            name: "NanoBanana",
            dependencies: [
                "CCurl",
                "CIDN2",
                "CZlib",
                .product(name: "HeapModule", package: "swift-collections"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
            ],
            swiftSettings: strict
        ),
        .target(
            name: "NanoBananaSimulator",
            dependencies: [
                "CZlib",
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ],
            swiftSettings: strict
        ),
        .target(
            name: "PrometheusExport",
            dependencies: [.product(name: "CoreMetrics", package: "swift-metrics")],
            swiftSettings: strict
        ),
        // The one listener for metrics, health and the page.
        .target(
            name: "HTTPListener",
            dependencies: [
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
            ],
            swiftSettings: strict
        ),
        // JSON, YAML and CSV; moments and days; text for people.
        .target(
            name: "Documents",
            dependencies: ["CYaml"],
            swiftSettings: strict
        ),
        // The one funnel to the kernel, and the threads that wait for it.
        .target(
            name: "FileIO",
            dependencies: [
                "CLinux",
                "CZlib",
                "Documents",
                .product(name: "DequeModule", package: "swift-collections"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "SystemPackage", package: "swift-system"),
            ],
            swiftSettings: strict
        ),
        // A request file's text: a request, or what is wrong with it. Of the kernel's module the path alone, which is a value.
        .target(
            name: "Requests",
            dependencies: [
                "Documents",
                "NanoBanana",
                .product(name: "SystemPackage", package: "swift-system"),
            ],
            swiftSettings: strict
        ),
        // What is written into pictures that say who made them. Pure, too.
        .target(
            name: "Marking",
            dependencies: ["CZlib", "Documents", "NanoBanana"],
            swiftSettings: strict
        ),
        // A job, its events and its journal's text; results. Pure, as the one before and the one behind.
        .target(
            name: "Jobs",
            dependencies: [
                "Documents",
                "NanoBanana",
                "Requests",
                .product(name: "SystemPackage", package: "swift-system"),
            ],
            swiftSettings: strict
        ),
        // Prices, limits, the day's budget, the ledger's lines.
        .target(
            name: "Spending",
            dependencies: [
                "Documents",
                "Jobs",
                "NanoBanana",
                "Requests",
                .product(name: "DequeModule", package: "swift-collections"),
                .product(name: "SystemPackage", package: "swift-system"),
            ],
            swiftSettings: strict
        ),
        // What is going on, as one value, and how it is shown. Pure, too.
        .target(
            name: "SpoolState",
            dependencies: [
                "Documents",
                "Jobs",
                "Requests",
                "Spending",
                .product(name: "SystemPackage", package: "swift-system"),
            ],
            swiftSettings: strict
        ),
        // All of it on the disk.
        .target(
            name: "Spool",
            dependencies: [
                "CLinux",
                "Documents",
                "FileIO",
                "Jobs",
                "NanoBanana",
                "Requests",
                "Spending",
                .product(name: "SystemPackage", package: "swift-system"),
            ],
            swiftSettings: strict
        ),
        // What comes into the inbox, and what has to stay there.
        .target(
            name: "Intake",
            dependencies: [
                "Documents",
                "FileIO",
                "Inotify",
                "Jobs",
                "NanoBanana",
                "Requests",
                "Spending",
                "Spool",
                "SpoolState",
                .product(name: "DequeModule", package: "swift-collections"),
                .product(name: "HeapModule", package: "swift-collections"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "SystemPackage", package: "swift-system"),
            ],
            swiftSettings: strict
        ),
        // Links for pictures of one's own.
        .target(
            name: "Sharing",
            dependencies: [
                "CLinux",
                "Documents",
                "FileIO",
                "Jobs",
                "NanoBanana",
                "Requests",
                "Spool",
                .product(name: "DequeModule", package: "swift-collections"),
                .product(name: "SystemPackage", package: "swift-system"),
            ],
            swiftSettings: strict
        ),
        // The spool in a browser: who may look, what is shown, and what a click does.
        .target(
            name: "SpoolPage",
            dependencies: [
                "Documents",
                "FileIO",
                "HTTPListener",
                "Jobs",
                "NanoBanana",
                "Requests",
                "Spending",
                "Spool",
                "SpoolState",
                .product(name: "SystemPackage", package: "swift-system"),
            ],
            resources: [.embedInCode("Resources/page.css"), .embedInCode("Resources/page.js")],
            swiftSettings: strict
        ),
        // Telling those who want to know what happens.
        .target(
            name: "Notifying",
            dependencies: [
                "Documents",
                "FileIO",
                "Jobs",
                "NanoBanana",
                "Requests",
                "Sharing",
                "Spool",
                .product(name: "DequeModule", package: "swift-collections"),
                .product(name: "SystemPackage", package: "swift-system"),
            ],
            swiftSettings: strict
        ),
        // For the command line, without the daemon.
        .target(
            name: "SpoolTools",
            dependencies: [
                "Documents",
                "FileIO",
                "Inotify",
                "Jobs",
                "NanoBanana",
                "Requests",
                "Sharing",
                "Spending",
                "Spool",
                "SpoolState",
                .product(name: "SystemPackage", package: "swift-system"),
            ],
            swiftSettings: strict
        ),
        // The daemon.
        .target(
            name: "DropFolder",
            dependencies: [
                "Documents",
                "PrometheusExport",
                "FileIO",
                "HTTPListener",
                "Inotify",
                "Intake",
                "Jobs",
                "Marking",
                "NanoBanana",
                "Notifying",
                "Requests",
                "Sharing",
                "Spending",
                "Spool",
                "SpoolState",
                .product(name: "CoreMetrics", package: "swift-metrics"),
                .product(name: "DequeModule", package: "swift-collections"),
                .product(name: "HeapModule", package: "swift-collections"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "SystemPackage", package: "swift-system"),
            ],
            swiftSettings: strict
        ),
        .executableTarget(
            name: "bananadrop",
            dependencies: [
                "CTaskHook",
                "Documents",
                "DropFolder",
                "FileIO",
                "HTTPListener",
                "Inotify",
                "Intake",
                "Jobs",
                "NanoBanana",
                "NanoBananaSimulator",
                "Notifying",
                "Requests",
                "Sharing",
                "Spending",
                "Spool",
                "SpoolPage",
                "SpoolState",
                "SpoolTools",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Configuration", package: "swift-configuration"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
                .product(name: "SystemPackage", package: "swift-system"),
                .product(name: "UnixSignals", package: "swift-service-lifecycle"),
            ],
            // What `init` writes for designers is made of their article.
            resources: [.embedInCode("Documentation.docc/ForDesigners.md")],
            swiftSettings: strict,
            // With the runtime linked in, all symbols would be offered to libraries, none of which asks: 4 MB of names.
            linkerSettings: [
                .unsafeFlags(
                    ["-Xlinker", "--no-export-dynamic"], .when(platforms: [.linux], configuration: .release))
            ]
        ),
        // Ends what a test has started, however the test ends.
        .executableTarget(name: "reaper", path: "Tests/Reaper"),
        // What an office's network has, for the tests: authorities, TLS, a proxy.
        .target(
            name: "TestNetwork",
            dependencies: [
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
            ],
            path: "Tests/TestNetwork",
            exclude: ["certificates.sh"],
            swiftSettings: strict
        ),
        // What the tests share: one random generator, one set of samples, a folder for each test.
        .target(
            name: "TestSupport",
            dependencies: [
                "Documents",
                "FileIO",
                "Jobs",
                "NanoBanana",
                "Requests",
                .product(name: "Logging", package: "swift-log"),
                .product(name: "SystemPackage", package: "swift-system"),
            ],
            path: "Tests/TestSupport",
            swiftSettings: strict
        ),
        // What the benchmarks of the parts measure: see Benchmarks/README.md.
        .target(
            name: "Workbench",
            dependencies: [
                "Documents",
                "FileIO",
                "Jobs",
                "NanoBanana",
                "Requests",
                "Spool",
                .product(name: "SystemPackage", package: "swift-system"),
            ],
            path: "Benchmarks/Workbench",
            swiftSettings: strict
        ),
        // A machine in memory, by a seed: kernel, disk, clocks and one thread. Optimised even where nothing else is, since
        // thousands of lives run on it.
        .target(
            name: "Simulation",
            dependencies: [
                "Documents",
                "FileIO",
                "TestSupport",
                .product(name: "SystemPackage", package: "swift-system"),
            ],
            path: "Tests/Simulation",
            swiftSettings: strict + [.unsafeFlags(["-O"])]
        ),
        .testTarget(
            name: "SimulationTests",
            dependencies: [
                "Documents",
                "FileIO",
                "Jobs",
                "Requests",
                "Simulation",
                "Spool",
                "TestSupport",
                .product(name: "SystemPackage", package: "swift-system"),
            ],
            swiftSettings: strict
        ),
        .testTarget(
            name: "InotifyTests",
            dependencies: ["Inotify", "TestSupport", .product(name: "SystemPackage", package: "swift-system")],
            swiftSettings: strict
        ),
        .testTarget(
            name: "NanoBananaTests",
            dependencies: [
                "CCurl",
                "CZlib",
                "NanoBanana",
                "NanoBananaSimulator",
                "TestNetwork",
                "TestSupport",
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOSSL", package: "swift-nio-ssl"),
            ],
            swiftSettings: strict
        ),
        .testTarget(
            name: "NanoBananaSimulatorTests",
            dependencies: [
                "NanoBananaSimulator",
                "TestSupport",
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
            ],
            swiftSettings: strict
        ),
        .testTarget(
            name: "PrometheusExportTests",
            dependencies: [
                "PrometheusExport",
                "TestSupport",
                .product(name: "CoreMetrics", package: "swift-metrics"),
            ],
            swiftSettings: strict
        ),
        .testTarget(
            name: "HTTPListenerTests",
            dependencies: ["HTTPListener", "TestSupport"],
            swiftSettings: strict
        ),
        .testTarget(
            name: "SpoolPageTests",
            dependencies: [
                "Documents",
                "FileIO",
                "HTTPListener",
                "Jobs",
                "NanoBanana",
                "Requests",
                "Spending",
                "Spool",
                "SpoolPage",
                "SpoolState",
                "TestSupport",
                .product(name: "SystemPackage", package: "swift-system"),
            ],
            swiftSettings: strict
        ),
        .testTarget(
            name: "DocumentsTests",
            dependencies: [
                "Documents",
                "TestSupport",
            ],
            swiftSettings: strict
        ),
        .testTarget(
            name: "FileIOTests",
            dependencies: [
                "Documents",
                "FileIO",
                "TestSupport",
                .product(name: "SystemPackage", package: "swift-system"),
            ],
            swiftSettings: strict
        ),
        .testTarget(
            name: "RequestsTests",
            dependencies: [
                "Documents",
                "Jobs",
                "NanoBanana",
                "Requests",
                "TestSupport",
                .product(name: "SystemPackage", package: "swift-system"),
            ],
            swiftSettings: strict
        ),
        .testTarget(
            name: "MarkingTests",
            dependencies: ["CZlib", "Documents", "Marking", "NanoBanana", "TestSupport"],
            swiftSettings: strict
        ),
        .testTarget(
            name: "JobsTests",
            dependencies: [
                "Documents",
                "Jobs",
                "NanoBanana",
                "Requests",
                "TestSupport",
                .product(name: "SystemPackage", package: "swift-system"),
            ],
            swiftSettings: strict
        ),
        .testTarget(
            name: "SpendingTests",
            dependencies: [
                "Documents",
                "Jobs",
                "NanoBanana",
                "Requests",
                "Spending",
                "TestSupport",
                .product(name: "SystemPackage", package: "swift-system"),
            ],
            swiftSettings: strict
        ),
        .testTarget(
            name: "SpoolTests",
            dependencies: [
                "Documents",
                "FileIO",
                "Jobs",
                "NanoBanana",
                "Requests",
                "Spending",
                "Spool",
                "TestSupport",
                "Workbench",
                .product(name: "SystemPackage", package: "swift-system"),
            ],
            swiftSettings: strict
        ),
        .testTarget(
            name: "IntakeTests",
            dependencies: [
                "Documents",
                "FileIO",
                "Intake",
                "Jobs",
                "Requests",
                "Simulation",
                "Spending",
                "Spool",
                "SpoolState",
                "TestSupport",
                .product(name: "Logging", package: "swift-log"),
                .product(name: "SystemPackage", package: "swift-system"),
            ],
            swiftSettings: strict
        ),
        .testTarget(
            name: "SharingTests",
            dependencies: [
                "Documents",
                "FileIO",
                "Jobs",
                "NanoBanana",
                "Requests",
                "Sharing",
                "TestSupport",
                .product(name: "SystemPackage", package: "swift-system"),
            ],
            swiftSettings: strict
        ),
        .testTarget(
            name: "SpoolStateTests",
            dependencies: [
                "Documents",
                "Jobs",
                "Requests",
                "Spending",
                "SpoolState",
                "TestSupport",
                .product(name: "SystemPackage", package: "swift-system"),
            ],
            swiftSettings: strict
        ),
        .testTarget(
            name: "NotifyingTests",
            dependencies: [
                "Documents",
                "FileIO",
                "Jobs",
                "NanoBanana",
                "Notifying",
                "Requests",
                "Sharing",
                "Spool",
                "TestSupport",
                .product(name: "SystemPackage", package: "swift-system"),
            ],
            swiftSettings: strict
        ),
        .testTarget(
            name: "SpoolToolsTests",
            dependencies: [
                "Documents",
                "FileIO",
                "Inotify",
                "Jobs",
                "NanoBanana",
                "Requests",
                "Simulation",
                "Spending",
                "Spool",
                "SpoolState",
                "SpoolTools",
                "TestSupport",
                .product(name: "SystemPackage", package: "swift-system"),
            ],
            swiftSettings: strict
        ),
        .testTarget(
            name: "DropFolderTests",
            dependencies: [
                "Documents",
                "DropFolder",
                "PrometheusExport",
                "FileIO",
                "HTTPListener",
                "Intake",
                "Jobs",
                "NanoBanana",
                "Requests",
                "Spending",
                "Spool",
                "SpoolState",
                "Simulation",
                "TestSupport",
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "SystemPackage", package: "swift-system"),
            ],
            swiftSettings: strict
        ),
        .testTarget(
            name: "SystemTests",
            dependencies: [
                "CLinux",
                "DropFolder",
                "Jobs",
                "NanoBananaSimulator",
                "Notifying",
                "TestNetwork",
                "TestSupport",
                .product(name: "AsyncHTTPClient", package: "async-http-client"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
            ],
            swiftSettings: strict
        ),
    ],
    swiftLanguageModes: [.v6]
)
