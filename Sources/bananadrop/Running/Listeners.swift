// SPDX-License-Identifier: Apache-2.0

internal import DropFolder
internal import FileIO
internal import Glibc
internal import HTTPListener
internal import Logging
internal import Spending
internal import Spool
internal import SpoolPage

/// What listens for questions over HTTP: metrics and health for programs, and the page for browsers, which has both as
/// well. Where the two settings name the same place, it is one listener.
struct Listeners: Sendable {
    private var all: [Listener] = []
    private var page: SpoolPage?

    /// Listens where the settings say. Blocking, for a token's file.
    static func open(
        _ settings: Settings, _ spool: Spool, _ healthEndpoints: HealthEndpoints, log: Logger
    ) async throws -> Listeners {
        var listeners = Listeners()
        let (metrics, page, table) = (try settings.metricsListen, try settings.page, healthEndpoints.pages)
        let isOne = page != nil && page?.listen == metrics && metrics?.port != 0
        if let page {
            let shown = try SpoolPage(spool, page, prices: try settings.dropFolder.money.prices)
            listeners.page = shown
            let open = isOne ? table : table.without(["/metrics"])
            try await listeners.listen(SettingsTable.rows.pageListen.name, page.listen, SpoolPage.connections, log) {
                request in
                if let answer = await open.answer(to: request) { return answer }
                if let answer = await shown.answer(to: request) { return answer }
                let mayLook = shown.mayLook(request)
                return mayLook ? await table.answer(to: request) ?? .notFound : .notFound
            } says: { place in
                log.notice("The page can be opened", metadata: ["address": "\(place)/"])
            }
        }
        guard let metrics else { return listeners }
        if isOne, let place = listeners.all.first?.place {
            log.notice("Metrics can be read", metadata: ["address": "\(place)/metrics"])
            return listeners
        }
        let name = SettingsTable.rows.metricsListen.name
        try await listeners.listen(name, metrics, Listener.usualLimit, log) {
            await table.answer(to: $0) ?? .notFound
        } says: { place in
            log.notice("Metrics can be read", metadata: ["address": "\(place)/metrics"])
        }
        return listeners
    }

    private mutating func listen(
        _ setting: String, _ address: ListenAddress, _ limit: Int, _ log: Logger,
        _ responder: @escaping Listener.Responder, says: (String) -> Void
    ) async throws {
        do {
            let setAlarm: Listener.SetAlarm = { time, ring in
                let alarm = Machine.alarm(after: time, ring)
                return { alarm.cancel() }
            }
            let listener = try await Listener.open(address, limit: limit, setAlarm: setAlarm, responder)
            all.append(listener)
            says(listener.place)
        } catch let error as ListenError {
            await close()
            throw CommandFailure(error.exitCode, "\(setting): " + error.words("\(address)"))
        }
    }

    /// Shows on the page what happens.
    var observer: ServiceObserver {
        guard let page else { return .nobody }
        return ServiceObserver(
            published: { page.published($0) }, stateChanged: { page.changed($0) },
            pricesChanged: { page.take($0) })
    }

    /// Nobody is answered any more.
    func close() async {
        for listener in all { await listener.close() }
        page?.shutDown()
    }
}

extension SpoolPage {
    /// Blocking.
    fileprivate convenience init(_ spool: Spool, _ settings: Settings.Page, prices: PriceTable) throws {
        do {
            self.init(
                spool, token: try PageToken.read(settings.tokenFile), addresses: settings.addresses, prices: prices)
        } catch {
            throw CommandFailure(.configuration, "page-token-file: \(error)")
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
