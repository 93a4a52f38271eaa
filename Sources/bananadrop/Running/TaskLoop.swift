// SPDX-License-Identifier: Apache-2.0

internal import CTaskHook
internal import FileIO
internal import NIOCore
internal import NIOPosix
internal import NanoBanana

/// The thread on which Swift's tasks run instead of on libdispatch's threads: the one that carries the transfers.
///
/// Two gains: work that goes to and fro between sockets and tasks stays on one thread, and the process sleeps while
/// nothing happens: once a thread of libdispatch has run, libdispatch looks at its threads every second for ever, and
/// an asynchronous `main` is enough for that. The price is a rule that holds here in any case: nothing blocks but on
/// the threads made for it.
enum TaskLoop {
    static let transfers = TransferLoop()
    /// The stand-in's sockets are NIO's.
    private static let sockets = MultiThreadedEventLoopGroup.singleton.any().executor

    /// To be called before there is any task.
    ///
    /// - Parameter isStandIn: whether this process is to be the stand-in of the API.
    static func takeOver(isStandIn: Bool) {
        // One loop is enough: the work is done by the API, the disk and the threads for it.
        NIOSingletons.groupLoopCountSuggestion = 1
        // A job is one pointer, and the runtime has just handed it over.
        if isStandIn {
            _ = sockets
            bd_hook_tasks { TaskLoop.sockets.enqueue(ExecutorJob(unsafeBitCast($0, to: UnownedJob.self))) }
        } else {
            Machine.setAlarm = { time, ring in
                let alarm = transfers.alarm(after: time, ring)
                return { alarm.cancel() }
            }
            bd_hook_tasks { TaskLoop.transfers.enqueue(ExecutorJob(unsafeBitCast($0, to: UnownedJob.self))) }
        }
    }
}
