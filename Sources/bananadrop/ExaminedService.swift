// SPDX-License-Identifier: Apache-2.0

internal import FileIO
internal import Foundation
internal import Glibc
internal import NanoBanana
internal import Spool
internal import SpoolTools
internal import SystemPackage

/// The daemon that `doctor` is asked about, running or not, and what it is started with: who asks has neither its
/// environment, nor its rights, nor its key.
struct ExaminedService: Sendable {
    /// `nil` where none is named.
    let spool: Spool?
    /// What starts it; `nil` where nobody knows.
    let unit: ServiceUnit?
    private let daemon: DaemonEnvironment

    /// Blocking.
    init(_ options: SettingsOptions) {
        let spool = options.spoolInSpiteOfMistakes.map { Spool(root: FilePath($0)) }
        self.spool = spool
        daemon = spool.map(DaemonEnvironment.init) ?? .none
        if let pid = spool.flatMap(SpoolLock.holder) {
            unit = ServiceUnit(ofDaemon: pid)
        } else {
            let mine = ProcessInfo.processInfo.environment
            unit = ServiceUnit(
                forConfiguration: options.file, spool: spool?.root, home: mine["HOME"], runtime: mine["XDG_RUNTIME_DIR"]
            )
        }
    }

    /// The environment that counts, where it is another than that of who asks.
    var environment: [String: String]? {
        guard let unit else { return nil }
        if case .known(let environment) = daemon { return environment }
        return unit.environment
    }

    /// As whom root looks at files; `nil` where who asks is to look.
    private var identity: FileIdentity? {
        guard geteuid() == 0, let user = spool.flatMap({ ServiceUnit.user(on: $0, unit) }), user != 0 else {
            return nil
        }
        return FileIdentity(user: user)
    }

    /// Blocking.
    func configuration(_ settings: Settings, _ file: String?) -> ConfigurationSymptom {
        do {
            try settings.check()
        } catch {
            return .mistake(CommandFailure.words(error))
        }
        if let file, let identity,
            let isReadable = identity.perform({ (try? Kernel.open(FilePath(file), O_RDONLY)) != nil }),
            !isReadable
        {
            return .closed(file: file, to: Accounts.system.user(identity.user))
        }
        return .reads(file: file)
    }

    /// The key that the daemon has, or would have. Blocking.
    func key(_ settings: Settings) -> (place: KeySymptom, key: APIKey?) {
        if daemon == .none, let unit, let file = unit.keyFile { return keyToCome(file, unit) }
        do {
            guard let source = try APIKeySource(settings, credentials: credentials(settings)) else {
                if case .hidden(let pid) = daemon { return (.hidden(pid: pid), nil) }
                throw APIKeySource.missing
            }
            // The service manager's key comes first, and whether there is one cannot be seen.
            if case .hidden(let pid) = daemon, unit?.keyFile != nil, !source.isCredential {
                return (.hidden(pid: pid), nil)
            }
            let key = try read(source, settings)
            if source.isCredential, let unit, let file = unit.keyFile, let other = Self.key(in: file), other != key {
                return (.newer(file, restart: unit.command("restart")), key)
            }
            return (source.path.map { .file(FilePath($0)) } ?? .environment, key)
        } catch {
            return (.missing(CommandFailure.words(error)), nil)
        }
    }

    /// Who asks by hand has none of the credentials that the service manager passes on.
    private func credentials(_ settings: Settings) -> String? {
        if let own = APIKeySource.credentials(in: settings.environment) { return own }
        switch daemon {
        case .known(let environment): return APIKeySource.credentials(in: environment)
        case .hidden: return unit?.credentials.string
        case .none: return nil
        }
    }

    /// A file that the settings name is read by the daemon itself.
    private func read(_ source: APIKeySource, _ settings: Settings) throws -> APIKey {
        guard !source.isCredential, let key = try identity?.perform({ try source.read(settings) }) else {
            return try source.read(settings)
        }
        return key
    }

    /// What the service manager will pass on. It reads the file as root, whoever else may.
    private func keyToCome(_ file: FilePath, _ unit: ServiceUnit) -> (place: KeySymptom, key: APIKey?) {
        do throws(SecretFile.Problem) {
            guard let key = APIKey(String(decoding: try SecretFile.read(file), as: UTF8.self)) else {
                return (.missing("\(file) holds no key; a key is one line of plain characters"), nil)
            }
            return (.file(file), key)
        } catch {
            switch error {
            case .cannotRead(_, .noSuchFileOrDirectory): return (.waitsFor(file, start: unit.command("start")), nil)
            case .cannotRead(_, .permissionDenied): return (.unreadable(file), nil)
            case .openToOthers: return (.open(file), nil)
            case .cannotRead, .notAFile: return (.missing("the key file \(error)"), nil)
            }
        }
    }

    private static func key(in file: FilePath) -> APIKey? {
        (try? SecretFile.read(file)).flatMap { APIKey(String(decoding: $0, as: UTF8.self)) }
    }
}
