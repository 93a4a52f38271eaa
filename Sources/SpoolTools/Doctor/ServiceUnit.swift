// SPDX-License-Identifier: Apache-2.0

internal import Documents
internal import FileIO
internal import Glibc
package import Spool
package import SystemPackage

/// The unit of systemd that starts the daemon on a spool, as far as `doctor` has to know it: as whom it runs, and which
/// key it gets (systemd.unit(5), systemd.exec(5)).
package struct ServiceUnit: Equatable, Sendable {
    /// Whose manager has it.
    package enum Manager: Equatable, Sendable {
        case system
        /// That of the user whose home this is.
        case user(home: FilePath, runtime: FilePath)
    }

    /// `bananadrop.service`, `bananadrop@acme.service`.
    package let name: String
    /// Whose it is.
    package let manager: Manager
    /// `User=`; `nil` where it is the manager's own.
    package private(set) var user: String?
    /// What `LoadCredential=api-key:` names.
    package private(set) var keyFile: FilePath?
    /// `Environment=`.
    package private(set) var environment: [String: String] = [:]
    /// Where it may write; `nil` for wherever its user may.
    package private(set) var writable: [FilePath]?

    /// - Parameters:
    ///   - name: with `.service`.
    ///   - texts: the unit, then what is added to it, in their order.
    init(_ name: String, of manager: Manager, _ texts: [String]) {
        self.name = name
        self.manager = manager
        var paths: [FilePath] = []
        var isStrict = false
        for (key, value) in texts.flatMap(Self.settings) {
            let value = filledIn(value)
            switch key {
            case "User": user = value.isEmpty ? nil : value
            case "LoadCredential":
                let parts = value.split(separator: ":", maxSplits: 1).map(String.init)
                if value.isEmpty { keyFile = nil }
                if parts.count == 2, parts[0] == "api-key" { keyFile = FilePath(parts[1]) }
            case "Environment":
                if value.isEmpty { environment = [:] }
                for word in Self.words(value) {
                    guard let mark = word.firstIndex(of: "=") else { continue }
                    environment[String(word[..<mark])] = String(word[word.index(after: mark)...])
                }
            case "ProtectSystem": isStrict = value == "strict"
            case "ReadWritePaths", "BindPaths":
                if value.isEmpty, key == "ReadWritePaths" { paths = [] }
                // A bound folder stands at its second place, if it has one.
                paths += Self.words(value).compactMap { $0.split(separator: ":").last }
                    .map { FilePath(String($0.drop { "-+".contains($0) })) }
            default: break
            }
        }
        writable = isStrict ? paths : nil
    }

    /// Whether its sandbox lets it write there.
    package func mayWrite(to path: FilePath) -> Bool {
        writable?.contains { path.lexicallyNormalized().starts(with: $0.lexicallyNormalized()) } ?? true
    }

    /// Where its manager puts what it passes on to the running daemon.
    package var credentials: FilePath {
        switch manager {
        case .system: FilePath("/run/credentials").appending(name)
        case .user(_, let runtime): runtime.appending("credentials").appending(name)
        }
    }

    /// The command that does something with it: `systemctl start bananadrop`.
    package func command(_ verb: String) -> String {
        let stem = name.hasSuffix(".service") ? String(name.dropLast(".service".count)) : name
        return manager == .system ? "systemctl \(verb) \(stem)" : "systemctl --user \(verb) \(stem)"
    }

    /// `NAME=VALUE` of all sections: their names do not collide. A line that ends with a backslash goes on.
    private static func settings(_ text: String) -> [(key: String, value: String)] {
        let lines: [Substring] = text.replacing("\\\n", with: " ").split(separator: "\n")
        return lines.compactMap { line in
            let parts: [Substring] = line.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2, line.first != "#", line.first != ";" else { return nil }
            return (parts[0].trimmed, parts[1].trimmed)
        }
    }

    /// Parted by blanks, but for those within quotes.
    private static func words(_ text: String) -> [String] {
        var (words, word, quote) = ([String](), "", nil as Character?)
        for character in text {
            if let open = quote {
                if character == open { quote = nil } else { word.append(character) }
            } else if character == "\"" || character == "'" {
                quote = character
            } else if character == " " || character == "\t" {
                if !word.isEmpty { words.append(word) }
                word = ""
            } else {
                word.append(character)
            }
        }
        return word.isEmpty ? words : words + [word]
    }

    /// The specifiers that such units have.
    private func filledIn(_ value: String) -> String {
        guard value.contains("%") else { return value }
        let instance = name.split(separator: "@").dropFirst().first?.dropLast(".service".count) ?? ""
        var text = value.replacing("%i", with: instance).replacing("%I", with: instance)
        switch manager {
        case .system: text = text.replacing("%E", with: "/etc")
        case .user(let home, _):
            text = text.replacing("%E", with: "\(home)/.config").replacing("%h", with: "\(home)")
        }
        return text.replacing("%%", with: "%")
    }
}

extension ServiceUnit {
    /// The unit of the daemon that runs as this process; `nil` where no service manager has started it. Blocking.
    package init?(ofDaemon pid: Int) {
        guard let bytes = Self.contents(of: FilePath("/proc/\(pid)/cgroup")),
            let name = Self.name(cgroup: String(decoding: bytes, as: UTF8.self))
        else { return nil }
        self.init(installed: name, .system)
    }

    /// The unit that the package has for this configuration file, or for the spool in somebody's home; `nil` where there
    /// is none. Blocking.
    package init?(forConfiguration file: String?, spool: FilePath?, home: String?, runtime: String?) {
        let folder = "/etc/bananadrop/"
        if let file, file.hasPrefix(folder), file.hasSuffix(".yaml") {
            let stem = file.dropFirst(folder.count).dropLast(".yaml".count)
            self.init(installed: stem == "config" ? "bananadrop.service" : "bananadrop@\(stem).service", .system)
        } else if let home, let runtime, let spool, spool == FilePath(home).appending("bananadrop") {
            let manager = Manager.user(home: FilePath(home), runtime: FilePath(runtime))
            self.init(installed: "bananadrop.service", manager)
        } else {
            return nil
        }
    }

    /// As whom the daemon works on a spool, or will; `nil` where nobody knows. Root, who may be anybody, takes the owner of
    /// its folder for that. Blocking.
    package static func user(on spool: Spool, _ unit: ServiceUnit?) -> UInt32? {
        if let pid = (try? SpoolLock.process(of: spool)) ?? nil { return ProcessTable.user(of: pid) }
        if let user = unit?.user.flatMap(FileIdentity.init(named:))?.user { return user }
        return geteuid() == 0 ? try? Kernel.rights(of: spool.processing).owner : nil
    }

    /// Reads what is installed under that name; `nil` where nothing is. Blocking.
    private init?(installed name: String, _ manager: Manager) {
        let folders: [FilePath] =
            switch manager {
            case .system: ["/etc/systemd/system", "/run/systemd/system", "/usr/lib/systemd/system"]
            case .user(let home, _):
                [home.pushing(".config/systemd/user"), "/etc/systemd/user", "/usr/lib/systemd/user"]
            }
        let template = name.firstIndex(of: "@").map { name[...$0] + ".service" }
        let names = [name] + (template.map { [String($0)] } ?? [])
        let places = names.flatMap { name in folders.map { $0.appending(name) } }
        guard let unit = places.lazy.compactMap(Self.contents).first else { return nil }
        self.init(name, of: manager, ([unit] + Self.additions(places)).map { String(decoding: $0, as: UTF8.self) })
    }

    /// What `systemctl edit` and its like have put beside a unit: by name, the stronger place first.
    private static func additions(_ places: [FilePath]) -> [[UInt8]] {
        var files: [String: FilePath] = [:]
        for place in places {
            let folder = FilePath(place.string + ".d")
            guard var listing = try? DirectoryListing(folder) else { continue }
            while let (name, _) = try? listing.next() {
                if name.extension == "conf", files[name.string] == nil { files[name.string] = folder.appending(name) }
            }
        }
        return files.sorted { $0.key < $1.key }.compactMap { contents(of: $0.value) }
    }

    private static func contents(of path: FilePath) -> [UInt8]? {
        try? Kernel.open(path, O_RDONLY).readAll(limit: 1 << 20, expecting: 8 << 10)
    }

    /// `0::/system.slice/bananadrop.service`: the last name, where it is a service's, and the system's.
    static func name(cgroup text: String) -> String? {
        guard let line = text.split(separator: "\n").first(where: { $0.hasPrefix("0::") }),
            let last = line.split(separator: "/").last, last.hasSuffix(".service"), !line.contains("/user@")
        else { return nil }
        return String(last)
    }
}
