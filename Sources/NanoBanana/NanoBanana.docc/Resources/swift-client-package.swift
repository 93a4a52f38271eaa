// swift-tools-version: 6.2
import PackageDescription

let package = Package(
    name: "swift-client",
    platforms: [.macOS(.v15)],
    dependencies: [
        // The folder with bananadrop's sources, seen from here.
        .package(name: "bananadrop", path: "../..")
    ],
    targets: [
        .target(
            name: "PictureEditing",
            dependencies: [.product(name: "NanoBanana", package: "bananadrop")]
        ),
        .executableTarget(
            name: "edit-picture",
            dependencies: ["PictureEditing", .product(name: "NanoBanana", package: "bananadrop")]
        ),
        .testTarget(
            name: "PictureEditingTests",
            dependencies: [
                "PictureEditing",
                .product(name: "NanoBanana", package: "bananadrop"),
                .product(name: "NanoBananaSimulator", package: "bananadrop"),
            ]
        ),
    ],
    swiftLanguageModes: [.v6]
)
