// SPDX-License-Identifier: Apache-2.0

internal import CCurl
#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// Certificates of authorities that are trusted beside the system's own.
///
/// The system's are those that its libcurl was built for: on Debian those of the package `ca-certificates`, in
/// `/etc/ssl/certs`.
public struct Authorities: Sendable, Equatable {
    /// In DER (X.690).
    let certificates: [Data]

    /// None beside the system's.
    public static let systemOnly = Authorities(certificates: [])

    private init(certificates: [Data]) {
        self.certificates = certificates
    }

    /// Reads a PEM file: one certificate or more.
    ///
    /// - Parameter pem: the bytes of the file.
    /// - Throws: ``AuthoritiesError`` where it names none.
    public init(pem: [UInt8]) throws(AuthoritiesError) {
        if pem.isEmpty { throw .empty }
        // What the file holds beside certificates is passed over, a broken one is not.
        let text = String(decoding: pem, as: UTF8.self)
        guard text.contains("-----BEGIN ") else { throw .noPEM }
        var rest = text[...]
        var certificates: [Data] = []
        while let start = rest.firstRange(of: Self.begin) {
            let body = rest[start.upperBound...]
            guard let end = body.firstRange(of: Self.end),
                let bytes = Data(base64Encoded: String(body[..<end.lowerBound].filter { !$0.isWhitespace })),
                Self.isCertificate(bytes)
            else { throw .noCertificate }
            certificates.append(bytes)
            rest = body[end.upperBound...]
        }
        if certificates.isEmpty { throw .noCertificate }
        self.certificates = certificates
    }

    private static let begin = "-----BEGIN CERTIFICATE-----"
    private static let end = "-----END CERTIFICATE-----"

    /// Whether it has the form of one (RFC 5280, 4.1): a sequence of two sequences and a bit string. The TLS library
    /// looks at the rest, and only where it comes to that.
    private static func isCertificate(_ bytes: Data) -> Bool {
        guard let (tag, whole, rest) = part(of: bytes[...]), tag == 0x30, rest.isEmpty else { return false }
        guard let (first, _, afterFirst) = part(of: whole), let (second, _, afterSecond) = part(of: afterFirst),
            let (third, _, afterThird) = part(of: afterSecond)
        else { return false }
        return first == 0x30 && second == 0x30 && third == 0x03 && afterThird.isEmpty
    }

    /// The first value and what stands behind it (X.690, 8.1).
    private static func part(of bytes: Data) -> (tag: UInt8, content: Data, rest: Data)? {
        guard bytes.count >= 2 else { return nil }
        let tag = bytes[bytes.startIndex]
        var at = bytes.startIndex + 2
        var length = Int(bytes[bytes.startIndex + 1])
        if length >= 0x80 {
            let digits = length - 0x80
            guard (1...4).contains(digits), bytes.endIndex - at >= digits else { return nil }
            length = bytes[at..<at + digits].reduce(0) { $0 << 8 | Int($1) }
            at += digits
        }
        guard bytes.endIndex - at >= length else { return nil }
        return (tag, bytes[at..<at + length], bytes[(at + length)...])
    }

    /// As a PEM file.
    fileprivate var pem: String {
        certificates.map { "\(Self.begin)\n\($0.base64EncodedString(options: .lineLength64Characters))\n\(Self.end)\n" }
            .joined()
    }
}

/// Why a file names no authorities.
public enum AuthoritiesError: Error, Equatable, Sendable {
    /// Not one byte.
    case empty
    /// No PEM text; perhaps DER, which is binary.
    case noPEM
    /// PEM, and no certificate in it or a broken one.
    case noCertificate
}

/// Where libcurl looks for authorities: the system's folder, in which it finds the one that it needs by a name, and
/// memory for those beside it. Reading the whole list anew for each connection would take longer than the handshake.
final class AuthorityFiles {
    private let hasFolder: Bool
    private let pem: UnsafeMutableRawBufferPointer

    init(_ authorities: Authorities) {
        let version = bd_version()?.pointee
        hasFolder = version?.capath.map { Self.isHashed(String(cString: $0)) } ?? false
        var pem = authorities.pem
        // What stands in memory takes the place of the system's file (CURLOPT_CAINFO_BLOB(3)), not that of its folder.
        if !pem.isEmpty, !hasFolder, let file = version?.cainfo,
            let system = try? Data(contentsOf: URL(filePath: String(cString: file)))
        {
            pem += "\n" + String(decoding: system, as: UTF8.self)
        }
        self.pem = .allocate(byteCount: pem.utf8.count, alignment: 1)
        self.pem.copyBytes(from: pem.utf8)
    }

    deinit { pem.deallocate() }

    /// Whether the authorities in a folder are found by the hashes of their names: `4042bcee.0` (openssl-rehash(1)).
    private static func isHashed(_ folder: String) -> Bool {
        let names = try? FileManager.default.contentsOfDirectory(atPath: folder)
        return names?.contains { $0.hasSuffix(".0") } ?? false
    }

    /// The bytes stay where they are; this must live as long as the handle is used.
    func apply(to easy: UnsafeMutableRawPointer) {
        if hasFolder { _ = bd_set_pointer(easy, CURLOPT_CAINFO, nil) }
        guard !pem.isEmpty else { return }
        var blob = curl_blob(data: pem.baseAddress, len: pem.count, flags: UInt32(CURL_BLOB_NOCOPY))
        _ = bd_set_pointer(easy, CURLOPT_CAINFO_BLOB, &blob)
    }
}
