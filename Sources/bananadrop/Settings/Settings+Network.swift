// SPDX-License-Identifier: Apache-2.0

internal import Documents
internal import FoundationEssentials
internal import HTTPListener
internal import NanoBanana
internal import SpoolPage
internal import SystemPackage

extension Settings {
    /// How the API is reached.
    var client: NanoBananaClient.Configuration {
        get throws {
            var configuration = NanoBananaClient.Configuration()
            configuration.apiURL = try value(\.apiURL)
            configuration.connectTimeout = try value(\.connectTimeout)
            configuration.answerTimeout = try value(\.answerTimeout)
            configuration.submitTimeout = try value(\.submitTimeout)
            configuration.proxy = try proxy
            configuration.authorities = try authorities
            return configuration
        }
    }

    /// Where metrics and health are answered; `nil` where they are not.
    var metricsListen: ListenAddress? {
        get throws {
            try listen(\.metricsListen, risk: "anyone who reaches that address could read lanes and spending")
        }
    }

    /// The page for browsers, and who may see it.
    struct Page {
        var listen: ListenAddress
        var tokenFile: FilePath
        var addresses: PageAddresses
    }

    /// `nil` where there is none.
    var page: Page? {
        get throws {
            let risk = "the token and all that the page shows could be read on the way"
            let address = try listen(\.pageListen, risk: risk)
            let file = try given(\.pageTokenFile)
            let urls = try value(\.pageURLs).split(separator: ",").map(\.trimmed).filter { !$0.isEmpty }
            guard let addresses = PageAddresses(urls) else {
                throw CommandFailure(
                    .configuration,
                    "page-urls cannot be \(Wording.quoted(try value(\.pageURLs))): each is an address such as "
                        + "https://pictures.example, with nothing behind the host and its port")
            }
            guard let address else { return nil }
            guard let file else {
                throw CommandFailure(
                    .configuration,
                    "page-listen needs page-token-file: whoever reaches the page could see everything and spend "
                        + "money; make a token with `openssl rand -hex 24 > FILE` and `chmod 600 FILE`")
            }
            return Page(listen: address, tokenFile: FilePath(file), addresses: addresses)
        }
    }

    private func listen(_ path: KeyPath<SettingsTable, Setting<String>>, risk: String) throws -> ListenAddress? {
        guard let text = try given(path) else { return nil }
        do {
            return try ListenAddress(text)
        } catch {
            throw CommandFailure(.configuration, error.words(text, SettingsTable.rows[keyPath: path], risk))
        }
    }

    private var proxy: ProxyRules {
        get throws {
            let setting = try value(\.proxy)
            do {
                return try ProxyRules(setting: setting, environment: environment)
            } catch {
                throw CommandFailure(.configuration, error.words)
            }
        }
    }

    private var authorities: Authorities {
        get throws {
            guard let path = try given(\.caFile) else { return .systemOnly }
            guard let data = FileManager.default.contents(atPath: path) else {
                throw CommandFailure(.configuration, "the ca-file \(path) cannot be read; is it there?")
            }
            do {
                return try Authorities(pem: Array(data))
            } catch {
                throw CommandFailure(.configuration, error.words(path))
            }
        }
    }
}

extension ListenAddress.Problem {
    fileprivate func words(_ text: String, _ setting: Setting<String>, _ risk: String) -> String {
        let name = setting.name
        return switch self {
        case .noAddress: "\(name) cannot be \"\(text)\": it is \(setting.values.words)"
        case .notLoopback:
            "\(name) cannot be \"\(text)\": \(risk); use 127.0.0.1 instead, or \"public \(text)\" if you mean it"
        }
    }
}

extension ProxyRulesError {
    /// Never with the text itself: a password may stand in it.
    fileprivate var words: String {
        let setting = SettingsTable.rows.proxy
        let name = variable ?? setting.name
        let otherwise = variable == nil ? "" : "; the setting proxy overrides it, and proxy: none uses no proxy"
        switch reason {
        case .otherKind(let kind):
            return "\(name) names a \(kind) proxy, but only HTTP proxies can be used: http://host:port"
                + otherwise
        case .noAddress: return "\(name) is not a proxy's address: it is \(setting.values.words)" + otherwise
        case .noPort:
            return "\(name) has no port, a number from 1 to 65535 after the host: http://host:port" + otherwise
        case .badCredentials:
            return "\(name) has a user or password that cannot be read: percent-encode special characters in them, "
                + "such as @ : / %, for example @ as %40" + otherwise
        }
    }
}

extension AuthoritiesError {
    fileprivate func words(_ path: String) -> String {
        switch self {
        case .empty: "the ca-file \(path) is empty; it must hold certificates in PEM form"
        case .noPEM:
            "the ca-file \(path) is not a PEM file, which begins with -----BEGIN CERTIFICATE-----; convert a DER "
                + "file with openssl x509 -inform der -in FILE -out FILE.pem"
        case .noCertificate: "the ca-file \(path) holds no certificate, or a broken one"
        }
    }
}
