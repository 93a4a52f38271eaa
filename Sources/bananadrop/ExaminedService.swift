// SPDX-License-Identifier: Apache-2.0

internal import FileIO
internal import FoundationEssentials
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
    private let eyes: Eyes

    /// Who looks at files that the settings name.
    private enum Eyes: Sendable {
        /// Whoever asks.
        case own
        /// Root, as the daemon's user.
        case user(FileIdentity)
        /// Root, who does not know for whom: what it reads with its own rights would go to whatever address somebody
        /// else has written down.
        case nobody

        /// Blocking.
        init(on spool: Spool?, _ unit: ServiceUnit?, _ file: String?) {
            self = .own
            guard geteuid() == 0 else { return }
            let owner = spool.flatMap { Self.owner($0.root.string) }
            let user = spool.flatMap { ServiceUnit.user(on: $0, unit) } ?? owner ?? 0
            if let file, ![0, user].contains(Self.owner(file)) {
                self = .nobody
            } else if user != 0 {
                self = FileIdentity(user: user).map(Eyes.user) ?? .nobody
            } else if let owner, owner != 0 {
                self = .nobody
            }
        }

        private static func owner(_ path: String) -> UInt32? {
            var raw = stat()
            return stat(path, &raw) == 0 ? raw.st_uid : nil
        }
    }

    /// Blocking.
    init(_ options: SettingsOptions) {
        let spool = options.spoolInSpiteOfMistakes.map { Spool(root: FilePath($0)) }
        self.spool = spool
        daemon = spool.map(DaemonEnvironment.init) ?? .none
        let file = options.file
        if let pid = spool.flatMap({ try? SpoolLock.process(of: $0) }) {
            unit = ServiceUnit(ofDaemon: pid)
        } else {
            let mine = ProcessInfo.processInfo.environment
            unit = ServiceUnit(
                forConfiguration: file, spool: spool?.root, home: mine["HOME"], runtime: mine["XDG_RUNTIME_DIR"]
            )
        }
        eyes = Eyes(on: spool, unit, file)
    }

    /// The environment that counts, where it is another than that of who asks.
    var environment: [String: String]? {
        if case .known(let environment) = daemon { return environment }
        return unit?.environment
    }

    /// Whether what the settings say may be done with the rights of whoever asks: root does nothing for others.
    var mayAct: Bool {
        switch eyes {
        case .own: true
        case .user, .nobody: false
        }
    }

    /// Blocking.
    func configuration(_ settings: Settings, _ file: String?) -> ConfigurationSymptom {
        do {
            try settings.check()
        } catch {
            return .mistake(CommandFailure.words(error))
        }
        if let file, case .user(let identity) = eyes,
            let isReadable = identity.perform({ (try? Kernel.open(FilePath(file), O_RDONLY)) != nil }),
            !isReadable
        {
            return .closed(file: file, to: Accounts.system.user(identity.user))
        }
        return .reads(file: file)
    }

    /// The key that the daemon has, or would have. Blocking.
    func key(_ settings: Settings) -> (place: KeySymptom, key: APIKey?) {
        if daemon == .none, let unit, let file = unit.keyFile {
            // The system's manager reads it as root. That of a user does not, and root may have been given that home.
            if geteuid() == 0, case .nobody = eyes { return (.notTried, nil) }
            if geteuid() == 0, unit.manager != .system { return (.notTried, nil) }
            return keyToCome(file, unit)
        }
        do {
            guard let source = try APIKeySource(settings, credentials: credentials(settings)) else {
                if case .hidden(let pid) = daemon { return (.hidden(pid: pid), nil) }
                throw APIKeySource.missing
            }
            // The service manager's key comes first, and whether there is one cannot be seen.
            if case .hidden(let pid) = daemon, unit?.keyFile != nil, !source.isCredential {
                return (.hidden(pid: pid), nil)
            }
            guard let key = try read(source, settings) else { return (.notTried, nil) }
            if source.isCredential, let unit, let file = unit.keyFile, let other = try? APIKeySource.key(in: file),
                other != key
            {
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

    /// A file is read as the daemon itself does, a credential too; `nil` where that cannot be tried.
    private func read(_ source: APIKeySource, _ settings: Settings) throws -> APIKey? {
        switch eyes {
        case _ where source.path == nil, .own: return try source.read(settings)
        case .user(let identity): return try identity.perform { try source.read(settings) }
        case .nobody: return nil
        }
    }

    /// What the service manager will pass on. It reads the file as root, whoever else may.
    private func keyToCome(_ file: FilePath, _ unit: ServiceUnit) -> (place: KeySymptom, key: APIKey?) {
        do throws(SecretFile.Problem) {
            guard let key = try APIKeySource.key(in: file) else {
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
}
