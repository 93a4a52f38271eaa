// SPDX-License-Identifier: Apache-2.0

internal import Documents
internal import FileIO
package import Jobs
internal import NanoBanana
internal import Requests
internal import Sharing
internal import SystemPackage

/// Tells one notification in one way.
package protocol Teller: Sendable {
    /// Returns when it was taken. Throws ``NotTold``, or `CancellationError`.
    func tell(_ notification: Notification) async throws
}

/// A notification was not taken; why, in a sentence without its full stop.
package struct NotTold: Error, Equatable {
    package var why: String
}

/// Runs a program for each, with the object on its standard input.
struct CommandTeller: Teller {
    let words: [String]
    let timeout: Duration
    /// Relative to which a result's place is given.
    let spool: FilePath
    /// The threads that wait for commands.
    let threads: FilePool
    let environment: [[UInt8]]

    func tell(_ notification: Notification) async throws {
        let alarm = try Alarm()
        let run = CommandRun(
            arguments: words.map { Array($0.utf8) },
            environment: CommandRun.environment(from: environment) + notification.environment(spool),
            timeout: timeout, input: notification.json.line + [UInt8(ascii: "\n")])
        do {
            try await withTaskCancellationHandler {
                try await threads.run { _ = try run.run(until: alarm) }
            } onCancel: {
                alarm.raise()
            }
        } catch let trouble as CommandTrouble {
            throw NotTold(why: "notify-command " + Wording.sentence(trouble, limit: "notify-timeout"))
        } catch let error as Errno {
            throw NotTold(why: "notify-command cannot be started: \(error)")
        }
    }
}

/// Posts the object.
struct PostTeller: Teller {
    let url: String
    let secret: [UInt8]?
    let timeout: Duration
    let post: WebPost

    static let signature = "X-Bananadrop-Signature"

    func tell(_ notification: Notification) async throws {
        let body = notification.json.line
        let code = secret.map { "sha256=" + SHA256.hexadecimal(SHA256.code(of: body, key: $0)) }
        do throws(WebPost.Failure) {
            try await post.post(
                body, to: url, headers: code.map { [(Self.signature, $0)] } ?? [], within: timeout)
        } catch {
            try Task.checkCancellation()
            throw NotTold(why: "notify-url: \(error.message)")
        }
    }
}

extension Notification {
    /// What a script wants without reading JSON; what is not known is left out.
    func environment(_ spool: FilePath) -> [[UInt8]] {
        func bytes(_ path: FilePath?) -> [UInt8]? {
            path.map { path in
                path.withPlatformString { start in
                    UnsafeBufferPointer(start: start, count: path.length).map(UInt8.init(bitPattern:))
                }
            }
        }
        let entries: [(String, [UInt8]?)] = [
            ("EVENT", Array(event.rawValue.utf8)), ("ID", Array(id.utf8)), ("AT", Array(at.description.utf8)),
            ("TEXT", Array(text.utf8)), ("SPOOL", bytes(spool)), ("JOB", subject.map { Array($0.job.utf8) }),
            ("LANE", bytes(subject?.lane)), ("PATH", bytes(subject?.path)),
            ("PICTURES", subject.map { Array("\($0.pictureCount)".utf8) }),
            ("CHARGED", subject.map { Array($0.charge.rawValue.utf8) }),
            ("MONEY", subject?.bill.money.map { Array($0.utf8) }), ("REASON", reason.map { Array($0.code.utf8) }),
        ]
        return entries.compactMap { name, value in
            // A NUL would end it, and too much of it would keep the program from starting.
            value.map { Array("BANANADROP_\(name)=".utf8) + $0.filter { $0 != 0 }.prefix(Self.valueLimit) }
        }
    }

    private static let valueLimit = 1 << 16
}
