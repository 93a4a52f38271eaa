// SPDX-License-Identifier: Apache-2.0

package import Documents
package import Spending

package import struct SystemPackage.FilePath

/// What is going on in a spool at one moment: the one value that `status.json`, `status`, `STATUS.html` and every other
/// face show. The daemon makes it; where none runs, the command line makes one of what lies on the disk. Pure, and
/// bounded in size whatever the size of the spool.
package struct SpoolState: Equatable, Sendable {
    /// Of the JSON.
    package static let version = 2

    /// So many of each are named.
    package static let nextLimit = 10
    package static let hurriedLimit = 100
    package static let underWayLimit = 100
    package static let recentLimit = 20
    package static let heldLimit = 50
    package static let laneLimit = 100
    package static let troubleLimit = 20
    package static let picturesLimit = 8
    package static let namesLimit = 3

    /// The daemon says so at least this often while there is anything to do.
    package static let heartbeat = Duration.seconds(60)
    /// So many milliseconds later it would have said something else. The disk may take its time.
    private static let freshness: Int64 = 90_000

    /// When it was so.
    package var at: Timestamp
    /// The daemon's process; `nil` where none works on the spool.
    package var pid: Int?
    package var startedAt: Timestamp?
    /// When the daemon stopped, by its own last word.
    package var stoppedAt: Timestamp?
    /// Nothing waits and nothing is under way: it stays true until something is dropped, so nobody repeats it.
    package var isIdle = false
    package var doneSinceStart = 0
    package var failedSinceStart = 0

    package var queue = Queue()
    /// What goes before all others by somebody's word, by name, whether it waits, is held, or has parts that wait.
    package var hurried: [String] = []
    /// All request files in the inbox: those that wait, those that are held, and those that are still being written;
    /// `nil` where not all of it was looked at.
    package var filesInInbox: Int?
    /// `nil` for whoever may not see it: without a daemon it stands in `processing/` alone.
    package var underWay: UnderWay? = UnderWay()
    /// What holds things up, the most first.
    package var holds: [Held] = []
    /// Files and jobs, those of which ``holds`` says nothing included.
    package var heldCount = 0
    package var paused: Pause?
    /// The pauses that are in force by somebody's word, whether anything waits for them or not.
    package var pausedBy: [WordOfPause] = []
    package var troubles = Troubles()
    package var watching: Watching?
    package var leftAlone = LeftAloneSummary<String>()
    /// What has come to its end, the last first.
    package var recent: [Ended] = []
    package var today = Today()

    package init(at: Timestamp) {
        self.at = at
    }

    /// Until when it is true, unless a newer one replaces it; `nil` where it stays so until something happens.
    package var freshUntil: Timestamp? {
        if isIdle || stoppedAt != nil { return nil }
        return Timestamp(milliseconds: at.milliseconds + Self.freshness)
    }

    /// Whether a daemon that is alive would still say the same.
    package func isFresh(at now: Timestamp) -> Bool {
        stoppedAt == nil && freshUntil.map { now < $0 } ?? true
    }

    /// Whether there is anything that a person waits for.
    package var isBusy: Bool {
        queue.count > 0 || queue.unsettled > 0 || queue.awaitingText > 0 || heldCount > 0 || (underWay?.count ?? 0) > 0
    }
}

extension SpoolState {
    /// What waits in the inbox for its turn.
    package struct Queue: Equatable, Sendable {
        package struct Lane: Equatable, Sendable {
            /// Empty for the inbox itself.
            package var name: String
            package var files: Int

            package init(name: String, files: Int) { (self.name, self.files) = (name, files) }
        }

        package struct Next: Equatable, Sendable {
            /// `acme/hero`.
            package var name: String
            /// The batch that it is a part of.
            package var batch: String?
            /// Whether it goes before others since somebody wants that.
            package var isHurried: Bool

            package init(name: String, batch: String? = nil, isHurried: Bool = false) {
                (self.name, self.batch, self.isHurried) = (name, batch, isHurried)
            }
        }

        package var count = 0
        /// The most first.
        package var lanes: [Lane] = []
        /// Those whose turn is next.
        package var next: [Next] = []
        /// Files that are still being written, or were a moment ago.
        package var unsettled = 0
        /// Some of them by name.
        package var unsettledNames: [String] = []
        /// Pictures that wait for the text that may come beside them.
        package var awaitingText = 0
        /// Some of them by name.
        package var awaitingTextNames: [String] = []

        package init() {}
    }

    package struct UnderWay: Equatable, Sendable {
        /// Parts of batches are not counted: the batch is.
        package var count = 0
        /// The oldest first.
        package var jobs: [JobLine] = []

        package init(count: Int = 0, jobs: [JobLine] = []) { (self.count, self.jobs) = (count, jobs) }
    }

    /// So many are held for one reason.
    package struct Held: Equatable, Sendable {
        /// In a sentence without its full stop.
        package var why: String
        /// When it is looked at again at the latest; `nil` where somebody has to act.
        package var until: Timestamp?
        /// In the inbox.
        package var files = 0
        /// Parts of batches, and jobs that have begun.
        package var jobs = 0
        /// The first of them by name.
        package var names: [String] = []
        /// What it would cost, where it waits for somebody who lets it.
        package var cost: Budget.Spent?

        package init(
            why: String, until: Timestamp?, files: Int, jobs: Int, names: [String] = [], cost: Budget.Spent? = nil
        ) {
            (self.why, self.until, self.files, self.jobs, self.names) = (why, until, files, jobs, names)
            self.cost = cost
        }
    }

    /// Nothing is submitted.
    package struct Pause: Equatable, Sendable {
        /// A fixed word.
        package var why: String
        /// A sentence without its full stop.
        package var message: String
        package var since: Timestamp
        package var nextTry: Timestamp?

        package init(why: String, message: String, since: Timestamp, nextTry: Timestamp?) {
            (self.why, self.message, self.since, self.nextTry) = (why, message, since, nextTry)
        }
    }

    /// A person wants nothing to be submitted for now.
    package struct WordOfPause: Equatable, Sendable {
        /// The lane in which the word lies, for which it is meant with all below it; `nil` for all.
        package var lane: String?
        /// In a sentence without its full stop.
        package var why: String
        /// When it is over; `nil` where somebody has to take it away.
        package var until: Timestamp?

        package init(lane: String?, why: String, until: Timestamp?) {
            (self.lane, self.why, self.until) = (lane, why, until)
        }
    }

    package enum Watching: Equatable, Sendable {
        case events
        /// Why events are not relied on, in a sentence.
        case polling(String)
    }

    /// What was spent on the local day.
    package struct Today: Equatable, Sendable {
        package struct Lane: Equatable, Sendable {
            package var name: String
            package var spent: Budget.Spent

            package init(name: String, spent: Budget.Spent) { (self.name, self.spent) = (name, spent) }
        }

        /// Of which this is all; `nil` where it may be more.
        package var day: LocalDay?
        package var spent = Budget.Spent()
        /// Those below a lane count for it, too; the most first.
        package var lanes: [Lane] = []
        package var limits: [LimitLeft] = []

        package init() {}
    }
}

extension SpoolState {
    /// What else stands in somebody's way.
    package struct Troubles: Equatable, Sendable {
        /// What one job, or one folder of results, meets.
        package struct Of: Equatable, Sendable {
            package var name: String
            package var why: String

            package init(name: String, why: String) { (self.name, self.why) = (name, why) }
        }

        /// Results that cannot be put into their lane's folder.
        package struct ClosedLane: Equatable, Sendable {
            package var folder: FilePath
            package var why: String

            package init(folder: FilePath, why: String) { (self.folder, self.why) = (folder, why) }
        }

        /// Tasks that the API gives no good answer about, or takes long for.
        package struct Tasks: Equatable, Sendable {
            package struct One: Equatable, Sendable {
                package var job: String
                package var task: String

                package init(job: String, task: String) { (self.job, self.task) = (job, task) }
            }

            package var why: String
            package var since: Timestamp
            package var count: Int
            package var first: [One]

            package init(why: String, since: Timestamp, count: Int, first: [One]) {
                (self.why, self.since, self.count, self.first) = (why, since, count, first)
            }
        }

        /// A job whose folder keeps it from going on.
        package struct Stranded: Equatable, Sendable {
            package var why: String
            package var since: Timestamp
            package var folder: FilePath

            package init(why: String, since: Timestamp, folder: FilePath) {
                (self.why, self.since, self.folder) = (why, since, folder)
            }
        }

        /// What came of the last reload.
        package struct Reload: Equatable, Sendable {
            package var count: Int
            /// By the clock that counts from the machine's start.
            package var began: Int
            package var refused: String?
            package var changed: [String]
            package var needsRestart: [String]
            package var keyNeedsRestart: Bool

            package init(
                count: Int, began: Int, refused: String?, changed: [String], needsRestart: [String],
                keyNeedsRestart: Bool
            ) {
                (self.count, self.began, self.refused) = (count, began, refused)
                (self.changed, self.needsRestart, self.keyNeedsRestart) = (changed, needsRestart, keyNeedsRestart)
            }
        }

        /// Why the disk refuses to write.
        package var disk: String?
        package var refusedJobs: [Of] = []
        package var closedLanes: [ClosedLane] = []
        /// Why pictures cannot be published, in a sentence.
        package var sharing: String?
        package var tasks: [Tasks] = []
        package var stranded: [Stranded] = []
        package var inboxIsGone = false
        package var reload: Reload?
        /// Limits for lanes that are not there, a sentence each.
        package var idleLimits: [String] = []
        /// Hardly any room on the disk, as whoever looks has found.
        package var room: String?

        package init() {}
    }
}
