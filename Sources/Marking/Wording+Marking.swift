// SPDX-License-Identifier: Apache-2.0

internal import Documents
internal import NanoBanana

/// Why a picture is not marked.
extension Wording {
    package static func sentence(_ reason: MarkPlan.Reason) -> String {
        switch reason {
        case .format(let kind):
            "only PNG, JPEG and WebP pictures are marked, and this is \(kind == .avif ? "an AVIF" : "a GIF") file"
        case .notUnderstood: "how its file is built was not understood, so that it stays as the API gave it"
        case .isSigned: "it carries signed Content Credentials (C2PA), which any change would break"
        case .ownData: "it has XMP data of its own to which nothing could be added"
        case .saysOtherwise: "its own data says that it came about in another way, which stays as it is"
        }
    }
}
