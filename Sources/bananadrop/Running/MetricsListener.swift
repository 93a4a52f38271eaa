// SPDX-License-Identifier: Apache-2.0

internal import DropFolder
internal import Glibc
internal import Logging
internal import PrometheusExport

/// The listener of the setting `metrics-listen`.
enum MetricsListener {
    /// Listens where the setting says; `nil` where it says nothing.
    static func open(_ settings: Settings, _ healthEndpoints: HealthEndpoints, log: Logger) async throws -> Listener? {
        guard let address = try settings.metricsListen else { return nil }
        do {
            let listener = try await Listener.open(address, healthEndpoints.pages)
            log.notice("Metrics can be read", metadata: ["address": "\(listener.place)/metrics"])
            return listener
        } catch let error as ListenError {
            throw CommandFailure(error.exitCode, "metrics-listen: " + error.words("\(address)"))
        }
    }
}

extension ListenError {
    fileprivate var exitCode: CommandFailure.Code {
        switch code {
        case EACCES: .noPermission
        case EADDRNOTAVAIL: .configuration
        default: .unavailable
        }
    }

    fileprivate func words(_ place: String) -> String {
        switch code {
        case EADDRINUSE:
            "\(place) is in use, perhaps by another bananadrop; `ss -ltnp` shows who uses it. Give each its own port"
        case EACCES: "\(place) is not open to this user; ports below 1024 are for root, so choose a higher one"
        case EADDRNOTAVAIL: "this machine has no address \(place); `ip address` shows those that it has"
        default: "cannot listen on \(place): \(String(cString: strerror(code)))"
        }
    }
}
