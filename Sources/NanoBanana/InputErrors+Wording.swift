// SPDX-License-Identifier: Apache-2.0

#if canImport(FoundationEssentials)
    public import FoundationEssentials
#else
    public import Foundation
#endif

/// The sentences about values that cannot be used, before anything is sent. None repeats what may hold a password.
extension EditRequestError: LocalizedError {
    /// Why there can be no such request.
    public var errorDescription: String? {
        switch self {
        case .blankPrompt: "The prompt is blank."
        case .imagesNotTaken(let count, let model):
            "The request has \(count == 0 ? "no picture" : "\(count) pictures"); \(model.usualName) takes "
                + "\(model.pictures.lowerBound) to \(model.pictures.upperBound) links."
        case .imageSizeNotTaken(_, let model) where model.sizes.isEmpty:
            "The model \(model.usualName) takes no image size."
        case .imageSizeNotTaken(let size, let model):
            "The model \(model.usualName) takes no \(size.rawValue); it takes "
                + model.sizes.map(\.rawValue).joined(separator: ", ") + "."
        case .aspectRatioNotTaken(let ratio, let model):
            "The model \(model.usualName) takes no \(ratio.rawValue); it takes "
                + model.ratios.map(\.rawValue).joined(separator: ", ") + "."
        }
    }
}

extension ImageLinkError: LocalizedError {
    /// Why the API could not fetch a picture from there.
    public var errorDescription: String? {
        switch self {
        case .empty: "The link is empty."
        case .notALink: "The link is not of the form https://host/path."
        case .scheme(let scheme): "The link begins with \(scheme): but the API takes only http and https."
        case .noHost: "The link names no host."
        case .badHost: "The link's host is neither a name that can be looked up nor an IP address."
        case .badPort: "The port in the link is not a number from 1 to 65535."
        case .credentials: "The link contains a user name or a password, which the provider would see."
        case .forbiddenCharacter("%"):
            "The link has a % that is not followed by two hexadecimal digits; write it as %25."
        case .forbiddenCharacter(let scalar):
            "The link has the character U+\(Self.hex(scalar)), which must be percent-encoded."
        }
    }

    private static func hex(_ scalar: Unicode.Scalar) -> String {
        let digits = String(scalar.value, radix: 16, uppercase: true)
        return String(repeating: "0", count: max(4 - digits.count, 0)) + digits
    }
}

extension NanoBananaClient.BadAPIURL: LocalizedError {
    /// Names the address, without credentials.
    public var errorDescription: String? {
        Sentence.of(
            "The API's address is not http or https with a host, and at most a path", Redaction.credentials(text))
    }
}

extension ProxyRulesError: LocalizedError {
    /// Which proxy it is, and what is wrong with it.
    public var errorDescription: String? {
        "The proxy of \(variable.map { "the variable \($0)" } ?? "the setting") cannot be used. \(reason.sentence)"
    }
}

extension ProxyAddressError: LocalizedError {
    /// Why the text names no proxy.
    public var errorDescription: String? { sentence }

    fileprivate var sentence: String {
        switch self {
        case .otherKind(let kind): "It is a \(kind) proxy, but only HTTP proxies can be used."
        case .noAddress: "The address is not of the form http://host:port."
        case .noPort: "The port is missing, or is not a number from 1 to 65535."
        case .badCredentials: "The user and password are not percent-encoded correctly, or the user is empty."
        }
    }
}

extension AuthoritiesError: LocalizedError {
    /// Why there are no authorities in it.
    public var errorDescription: String? {
        switch self {
        case .empty: "The certificate file is empty."
        case .noPEM: "The certificate file is not PEM text."
        case .noCertificate: "The certificate file holds no certificate, or a broken one."
        }
    }
}
