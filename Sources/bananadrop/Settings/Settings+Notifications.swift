// SPDX-License-Identifier: Apache-2.0

internal import FileIO
internal import Notifying
internal import SystemPackage

extension Settings {
    /// Who is told of what; `nil` where nobody is. Without the secret.
    var notify: NotifySettings? {
        get throws {
            let timeout = try value(\.notifyTimeout)
            let patience = try value(\.notifyPatience)
            let secretFile = try given(\.notifySecretFile)
            do {
                var notify = try NotifySettings.read(
                    command: try value(\.notifyCommand), url: try value(\.notifyURL),
                    events: try value(\.notifyEvents))
                if secretFile != nil, notify?.url == nil {
                    throw CommandFailure(.configuration, "notify-secret-file needs notify-url, whose requests it signs")
                }
                notify?.timeout = timeout
                notify?.patience = patience
                return notify
            } catch let error as NotifySettingsError {
                throw CommandFailure(.configuration, "\(error)")
            }
        }
    }

    /// The same with the secret. Blocking.
    var notifyWithSecret: NotifySettings? {
        get throws {
            guard var notify = try notify, let path = try given(\.notifySecretFile) else { return try notify }
            do throws(SecretFile.Problem) {
                notify.secret = NotifySettings.secret(in: try SecretFile.read(FilePath(path)))
            } catch {
                throw CommandFailure(.configuration, "the notify-secret-file \(error)")
            }
            if notify.secret == nil {
                throw CommandFailure(.configuration, "the notify-secret-file \(path) holds no secret; it is one line")
            }
            return notify
        }
    }
}
