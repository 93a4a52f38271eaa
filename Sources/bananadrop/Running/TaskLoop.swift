// SPDX-License-Identifier: Apache-2.0

internal import CTaskHook
internal import NIOCore
internal import NIOPosix

/// The event loop on which Swift's tasks run instead of on libdispatch's threads.
///
/// Two gains: work that goes to and fro between sockets and tasks stays on one thread, and the process sleeps while
/// nothing happens: once a thread of libdispatch has run, libdispatch looks at its threads every second for ever, and
/// an asynchronous `main` is enough for that. The price is a rule that holds here in any case: nothing blocks but on
/// the threads made for it.
enum TaskLoop {
    // One loop is enough: the work is done by the API, the disk and the threads for it; and whatever a job awaits then
    // comes back to the thread that it left, without waking another.
    private static let executor: any SerialExecutor = {
        NIOSingletons.groupLoopCountSuggestion = 1
        return MultiThreadedEventLoopGroup.singleton.any().executor
    }()

    /// To be called before there is any task.
    static func takeOver() {
        _ = executor
        bd_hook_tasks { job in
            // A job is one pointer, and the runtime has just handed it over.
            TaskLoop.executor.enqueue(ExecutorJob(unsafeBitCast(job, to: UnownedJob.self)))
        }
    }
}
