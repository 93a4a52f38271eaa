// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import Dispatch
internal import Glibc
internal import NIOCore
internal import NIOPosix

/// The program's entry. Runs Swift's tasks on the event loops' threads instead of libdispatch's.
///
/// Two gains: work that goes to and fro between sockets and tasks stays on one thread, and the process sleeps while
/// nothing happens: once a thread of libdispatch has run, libdispatch looks at its threads every second for ever, and
/// an asynchronous `main` is enough for that. The price is a rule that holds here in any case: nothing blocks but on
/// the threads made for it.
@main
enum Main {
    static func main() {
        // Both before there is another thread: the environment is not made for several.
        _ = RunCommand.manager
        // It complains to syslog(3) of each thread whose priority it may not raise, which is all of them where nobody
        // is root.
        setenv("LIBDISPATCH_LOG", "NO", 0)
        // One loop is enough: the work is done by the API, the disk and the threads for it; and whatever a job awaits
        // then comes back to the thread that it left, without waking another.
        NIOSingletons.groupLoopCountSuggestion = 1
        // Where the runtime does not allow it, everything works as without it.
        _ = NIOSingletons.unsafeTryInstallSingletonPosixEventLoopGroupAsConcurrencyGlobalExecutor()
        let end = DispatchSemaphore(value: 0)
        // The one task without a parent: the program itself. The main thread waits for it on the next line.
        Task.detached {
            await Bananadrop.main()
            end.signal()
        }
        end.wait()
    }
}
