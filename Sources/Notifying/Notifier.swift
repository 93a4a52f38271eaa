// SPDX-License-Identifier: Apache-2.0

package import FileIO
package import Jobs
package import NanoBanana
internal import Requests
internal import Sharing
package import Spool
package import SystemPackage

/// Tells those who want to know what happens: writes each notification down before it is told, and tells it until it
/// was taken.
package struct Notifier: Sendable {
    package let outbox: Outbox
    private let settings: NotifySettings
    private let couriers: [(way: Outbox.Way, courier: Courier)]
    private let commands: FilePool?
    private let reached: @Sendable (Checkpoint) -> Void
    private let say: @Sendable (Outbox.Way, Courier.News) -> Void

    private static let commandsAtOnce = 4

    /// - Parameters:
    ///   - post: sends what is posted.
    ///   - files: for the outbox.
    ///   - environment: what a command gets to see; entries that begin with `BANANADROP_` are left out.
    ///   - reached: called at each ``Checkpoint``.
    ///   - say: told what people are to hear of each way.
    package init(
        _ settings: NotifySettings, spool: Spool, post: WebPost, files: FilePool,
        environment: [[UInt8]] = CommandRun.ownEnvironment,
        reached: @escaping @Sendable (Checkpoint) -> Void = { _ in },
        say: @escaping @Sendable (Outbox.Way, Courier.News) -> Void
    ) {
        let outbox = Outbox(spool: spool)
        let commands = settings.command.map { _ in FilePool(threads: Self.commandsAtOnce) }
        couriers = Self.tellers(settings, spool: spool, post: post, threads: commands, environment: environment)
            .map { way, teller in
                let courier = Courier(
                    way, outbox, teller, patience: settings.patience, files: files, reached: reached
                ) { say(way, $0) }
                return (way, courier)
            }
        (self.settings, self.outbox, self.commands, self.reached) = (settings, outbox, commands, reached)
        self.say = say
    }

    private static func tellers(
        _ settings: NotifySettings, spool: Spool, post: WebPost, threads: FilePool?, environment: [[UInt8]]
    ) -> [(Outbox.Way, any Teller)] {
        var tellers: [(Outbox.Way, any Teller)] = []
        if let words = settings.command, let threads {
            tellers.append(
                (
                    .command,
                    CommandTeller(
                        words: words, timeout: settings.timeout, spool: spool.root, threads: threads,
                        environment: environment)
                ))
        }
        if let url = settings.url {
            tellers.append(
                (.url, PostTeller(url: url, secret: settings.secret, timeout: settings.timeout, post: post)))
        }
        return tellers
    }

    private var ways: [Outbox.Way] { couriers.map(\.way) }

    /// The same notification, where anybody wants to hear of it.
    ///
    /// - Parameter choice: what its lane has chosen; `nil` where it has not.
    package func wanted(_ notification: Notification, by choice: Set<Notification.Event>?) -> Notification? {
        wants(notification.event, by: choice) ? notification : nil
    }

    package func wants(_ event: Notification.Event, by choice: Set<Notification.Event>?) -> Bool {
        (choice ?? settings.events).contains(event)
    }

    /// Writes it down, with the result that it tells of. Only what keeps the result from being written, too, keeps it
    /// from being published. Blocking.
    ///
    /// - Parameter job: the folder that is about to be published.
    package func write(_ notification: Notification, of job: JobFolder) throws(Errno) {
        reached(Checkpoint(.before, .note))
        // The result comes all the same.
        try saying(notification.id) { () throws(Errno) in try outbox.write(notification, to: ways, of: job) }
        reached(Checkpoint(.after, .note))
    }

    /// Throws only what is everybody's trouble, and will be over.
    ///
    /// - Parameter id: of what is not told otherwise; `nil` for nothing.
    private func saying(_ id: String?, _ write: () throws(Errno) -> Void) throws(Errno) {
        do throws(Errno) {
            try write()
        } catch {
            switch error {
            case .noSpace, .diskQuotaExceeded, .readOnlyFileSystem, .ioError: throw error
            default: if let id { ways.forEach { say($0, .notWritten(id, why: "\(error)")) } }
            }
        }
    }

    /// What ``write(_:of:)`` changes.
    package func changes(_ notification: Notification) -> DiskChanges { outbox.changes([notification], to: ways) }

    /// The result has come to stand there. Blocking.
    package func published(_ notification: Notification, at place: FilePath) {
        for (way, courier) in couriers {
            outbox.note(place, for: notification.id, way)
            courier.add(Outbox.file(notification.id, way))
        }
    }

    // MARK: Of the whole spool

    /// What an earlier run has told of the whole spool. Blocking.
    package var announced: Announced {
        (try? outbox.readTold()).flatMap { Announced(reading: $0) } ?? Announced()
    }

    /// Writes down what is decided, before any of it is told. Blocking.
    package func keep(_ announced: Announced) throws(Errno) {
        reached(Checkpoint(.before, .announce))
        try saying(announced.pending.last?.id) { () throws(Errno) in try outbox.writeTold(announced.line) }
        reached(Checkpoint(.after, .announce))
    }

    /// What ``keep(_:)`` changes.
    package var keptChanges: DiskChanges { outbox.toldChanges }

    /// Writes into the outbox what is decided. Blocking.
    package func announce(_ pending: [Notification]) throws(Errno) {
        reached(Checkpoint(.before, .note))
        for one in pending { try saying(one.id) { () throws(Errno) in try outbox.write(one, to: ways) } }
        reached(Checkpoint(.after, .note))
    }

    /// What ``announce(_:)`` changes.
    package func changes(_ pending: [Notification]) -> DiskChanges { outbox.changes(pending, to: ways) }

    /// It can be told now.
    package func tell(_ notification: Notification) {
        for (way, courier) in couriers { courier.add(Outbox.file(notification.id, way)) }
    }

    /// Until cancelled.
    package func run() async {
        await withDiscardingTaskGroup { group in
            for (_, courier) in couriers { group.addTask { await courier.run() } }
        }
    }

    /// Ends the threads when what runs on them has ended.
    package func shutDown() { commands?.shutDown() }

    /// Tells that this is a test, at once and by each way. Returns why it was not taken, by the ways' settings.
    package static func tryOut(
        _ settings: NotifySettings, spool: Spool, post: WebPost, at notification: Notification
    ) async -> [(setting: String, why: String?)] {
        let threads = FilePool(threads: 1)
        defer { threads.shutDown() }
        var found: [(setting: String, why: String?)] = []
        let tellers = tellers(
            settings, spool: spool, post: post, threads: threads, environment: CommandRun.ownEnvironment)
        for (way, teller) in tellers {
            let why: String?
            do {
                try await teller.tell(notification)
                why = nil
            } catch let error as NotTold {
                why = error.why
            } catch {
                why = "\(error)"
            }
            found.append(("notify-\(way.rawValue)", why))
        }
        return found
    }
}
