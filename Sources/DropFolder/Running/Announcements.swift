// SPDX-License-Identifier: Apache-2.0

internal import Documents
internal import FileIO
internal import Jobs
internal import Logging
internal import NanoBanana
internal import Notifying
internal import Spool

/// What is told of the whole spool, on its way to the outbox.
struct Announcements: Sendable {
    private let notifications: AsyncStream<Notification>
    private let added: AsyncStream<Notification>.Continuation
    private let notifier: Notifier?

    init(_ notifier: Notifier?) {
        self.notifier = notifier
        // Whoever flaps between two pauses while the disk refuses loses the oldest of them, and no memory.
        (notifications, added) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1000))
    }

    func add(_ event: Notification.Event, _ reason: Notification.Reason?) {
        let notification = Notification(event, reason, at: .now, unique: UInt64(Machine.uniqueNumber))
        if let wanted = notifier?.wanted(notification) { added.yield(wanted) }
    }

    /// Until cancelled.
    func run(_ store: JobStore) async {
        guard let notifier else { return }
        for await notification in notifications {
            do {
                try await store.settle(nil, notifier.changes(notification)) { try notifier.announce(notification) }
                notifier.tell(notification)
            } catch {
                // Asked to stop while it cannot be written.
            }
        }
    }
}

extension Notifier {
    /// - Parameter log: where to say that nobody takes what is told.
    init(
        _ settings: NotifySettings, spool: Spool, post: WebPost, files: FilePool, log: Logger,
        reached: @escaping @Sendable (Checkpoint) -> Void
    ) {
        self.init(settings, spool: spool, post: post, files: files, reached: reached) { way, news in
            let setting: Logger.MetadataValue = "notify-\(way.rawValue)"
            switch news {
            case .troubled(let why):
                log.warning(
                    "Notifications are not taken; they are kept and tried again",
                    metadata: ["setting": setting, "why": "\(why)"])
            case .wellAgain: log.notice("Notifications are taken again", metadata: ["setting": setting])
            case .notWritten(let id, let why):
                log.error(
                    "A notification cannot be written down, so nobody is told",
                    metadata: ["setting": setting, "id": "\(id)", "why": "\(why)"])
            case .givenUp(let count, let last, let time):
                log.warning(
                    "Notifications were given up, since nobody took them",
                    metadata: [
                        "setting": setting, "count": "\(count)", "last": "\(last)", "after": "\(Wording.span(time))",
                    ])
            }
        }
    }
}
