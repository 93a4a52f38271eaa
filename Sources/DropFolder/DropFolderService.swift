// SPDX-License-Identifier: Apache-2.0

internal import Inotify
public import Logging
public import ServiceLifecycle
internal import SystemPackage

/// The pipeline of one spool, from the inbox to `done/` and `failed/`, as a service.
///
/// A graceful shutdown stops claiming, lets submits that are on their way get their answers, and returns; everything else
/// goes on from its journal at the next start.
public struct DropFolderService: Service {
    private let spool: Spool
    private let service: any ImageService
    private let settings: DropFolderSettings
    private let log: Logger
    private let reached: @Sendable (Checkpoint) -> Void
    private let ready: @Sendable () -> Void

    /// How many files may wait between intake and dispatch; the rest wait in the inbox, unread.
    private static let backlogLimit = 20_000
    private static let fileThreads = 8

    /// - Parameters:
    ///   - spool: made and checked, and locked for this process.
    ///   - service: the API.
    ///   - settings: see there.
    ///   - log: where to say what happens.
    ///   - reached: called at each ``Checkpoint``, for tests that end the process there.
    ///   - ready: called when the inbox is watched and its first scan is done.
    public init(
        spool: Spool, service: any ImageService, settings: DropFolderSettings, log: Logger,
        reached: @escaping @Sendable (Checkpoint) -> Void = { _ in },
        ready: @escaping @Sendable () -> Void = {}
    ) {
        self.spool = spool
        self.service = service
        self.settings = settings
        self.log = log
        self.reached = reached
        self.ready = ready
    }

    /// Runs until a graceful shutdown, or until cancelled. Throws where the inbox cannot be watched.
    public func run() async throws {
        let files = FilePool(threads: Self.fileThreads)
        let board = StatusBoard(startedAt: .now, log: log)
        let backlog = Backlog(limit: Self.backlogLimit)
        let shop = workshop(files, board)
        let foreign = ForeignFiles(log: log)
        let watcher = watcher(files, board, backlog, foreign)
        // Before any job: a daemon that cannot watch must not begin to pay.
        let inotify: Inotify
        do {
            inotify = try await watcher.start()
        } catch {
            await files.shutDown()
            throw error
        }
        // Whatever ends, the rest ends with it: a daemon without its watcher must not look alive.
        let result = await withTaskGroup(of: Result<Void, any Error>.self) { group in
            group.addTask {
                await shop.admission.run(); return .success(())
            }
            group.addTask { [ready] in
                await watcher.run(inotify, ready: ready)
                return .success(())
            }
            group.addTask { [spool] in
                await board.run(spool: spool, files: files) { backlog.count }
                return .success(())
            }
            group.addTask {
                await withTaskCancellationOrGracefulShutdownHandler {
                    await Result.catching { try await Dispatcher(shop: shop, backlog: backlog, foreign: foreign).run() }
                } onCancelOrGracefulShutdown: {
                    backlog.close()
                }
            }
            let first = await group.next() ?? .success(())
            group.cancelAll()
            return first
        }
        await files.shutDown()
        try result.get()
    }

    private func workshop(_ files: FilePool, _ board: StatusBoard) -> Workshop {
        let backoff = Backoff(first: settings.retryInterval, limit: settings.retryLimit)
        let admission = Admission(limit: settings.maxInFlight, backoff: backoff) { board.pauseChanged($0) }
        let committer = Committer { [spool] in try await files.run { try spool.sync() } }
        return Workshop(
            spool: spool, files: files, committer: committer, service: service, admission: admission,
            settings: settings, board: board, log: log, reached: reached)
    }

    private func watcher(
        _ files: FilePool, _ board: StatusBoard, _ backlog: Backlog, _ foreign: ForeignFiles
    ) -> InboxWatcher {
        let desk = SettleDesk(spool: spool, files: files, backlog: backlog, foreign: foreign, quiet: settings.settle)
        return InboxWatcher(
            spool: spool, files: files, backlog: backlog, desk: desk, foreign: foreign, ignored: .standard,
            rescanInterval: settings.rescanInterval, board: board, log: log)
    }
}

extension Result where Failure == any Error {
    fileprivate static func catching(_ work: () async throws -> Success) async -> Self {
        do {
            return .success(try await work())
        } catch {
            return .failure(error)
        }
    }
}
