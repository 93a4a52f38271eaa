// SPDX-License-Identifier: Apache-2.0

internal import FileIO
internal import FoundationEssentials
internal import NanoBanana
internal import SystemPackage

/// Where the key comes from: the first of these that there is.
enum APIKeySource: Equatable, Sendable {
    /// The credential `api-key` that the service manager passes on (systemd.exec(5), `LoadCredential=`).
    case credential(path: String)
    /// What `api-key-file` names.
    case file(path: String)
    /// `BANANADROP_API_KEY`.
    case environment

    static let environmentName = "BANANADROP_API_KEY"

    /// Where the service manager puts what it passes on to a process with this environment.
    static func credentials(in environment: [String: String]) -> String? { environment["CREDENTIALS_DIRECTORY"] }

    static let missing = CommandFailure(
        .configuration, "there is no API key: set \(environmentName), or --\(SettingsTable.rows.apiKeyFile.name)")

    /// Throws where there is none. Blocking.
    init(_ settings: Settings) throws {
        let credentials = Self.credentials(in: settings.environment)
        guard let source = try Self(settings, credentials: credentials) else { throw Self.missing }
        self = source
    }

    /// `nil` where there is none. Blocking.
    init?(_ settings: Settings, credentials: String?) throws {
        let credential = credentials.map { $0 + "/api-key" }
        if let credential, FileManager.default.fileExists(atPath: credential) {
            self = .credential(path: credential)
        } else if let path = try settings.given(\.apiKeyFile) {
            self = .file(path: path)
        } else if settings.environment[Self.environmentName]?.isEmpty == false {
            self = .environment
        } else {
            return nil
        }
    }

    /// The file that holds it; `nil` for the environment.
    var path: String? {
        switch self {
        case .credential(let path), .file(let path): path
        case .environment: nil
        }
    }

    /// Whether it is as it was at the start: the service manager passes on another one only then.
    var isCredential: Bool {
        switch self {
        case .credential: true
        case .file, .environment: false
        }
    }

    /// For people.
    var words: String {
        switch self {
        case .credential(let path): "the credential \(path)"
        case .file(let path): path
        case .environment: Self.environmentName
        }
    }

    /// Blocking.
    func read(_ settings: Settings) throws -> APIKey {
        guard let path else {
            guard let key = settings.environment[Self.environmentName].flatMap(APIKey.init) else {
                throw CommandFailure(
                    .configuration, "\(Self.environmentName) holds no key; a key is one line of plain characters")
            }
            return key
        }
        let key: APIKey?
        do {
            key = try Self.key(in: FilePath(path))
        } catch {
            throw CommandFailure(error.isMissing ? .configuration : .noPermission, "the key file \(error)")
        }
        guard let key else {
            throw CommandFailure(
                .configuration,
                "the key file \(path) holds no key; a key is one line of plain characters")
        }
        return key
    }

    /// The key in a file; `nil` where it holds none. Blocking.
    static func key(in file: FilePath) throws(SecretFile.Problem) -> APIKey? {
        APIKey(String(decoding: try SecretFile.read(file), as: UTF8.self))
    }
}

extension SecretFile.Problem {
    fileprivate var isMissing: Bool {
        if case .cannotRead(_, .noSuchFileOrDirectory) = self { true } else { false }
    }
}
