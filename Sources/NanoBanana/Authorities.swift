// SPDX-License-Identifier: Apache-2.0

internal import NIOSSL

/// Certificates of authorities that are trusted beside the system's own.
///
/// The system's are those of the package `ca-certificates`: BoringSSL is told to read
/// `/etc/ssl/certs/ca-certificates.crt`, or `/etc/pki/tls/certs/ca-bundle.crt`, and the folder `/etc/ssl/certs`.
public struct Authorities: Sendable, Equatable {
    let certificates: [NIOSSLCertificate]

    /// None beside the system's.
    public static let systemOnly = Authorities(certificates: [])

    private init(certificates: [NIOSSLCertificate]) {
        self.certificates = certificates
    }

    /// Reads a PEM file: one certificate or more.
    ///
    /// - Parameter pem: the bytes of the file.
    /// - Throws: ``AuthoritiesError`` where it names none.
    public init(pem: [UInt8]) throws(AuthoritiesError) {
        if pem.isEmpty { throw .empty }
        // What the file holds beside certificates is passed over by the reader, a broken one is not.
        guard String(decoding: pem, as: UTF8.self).contains("-----BEGIN ") else { throw .noPEM }
        do {
            certificates = try NIOSSLCertificate.fromPEMBytes(pem)
        } catch {
            throw .noCertificate
        }
    }

    /// What a connection must show: always a certificate that one of the authorities signed, for the right host.
    var tls: TLSConfiguration {
        var tls = TLSConfiguration.makeClientConfiguration()
        if !certificates.isEmpty { tls.additionalTrustRoots = [.certificates(certificates)] }
        return tls
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
