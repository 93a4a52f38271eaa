// SPDX-License-Identifier: Apache-2.0

internal import NIOCore
internal import NIOPosix

/// Runs Swift's tasks on the event loops' threads instead of libdispatch's.
///
/// Two gains: work that goes to and fro between sockets and tasks stays on one thread, and the process sleeps while nothing
/// happens (libdispatch, once used, wakes up every second to look at its threads). The price is a rule that holds here in
/// any case: nothing blocks but on the threads made for it.
enum QuietExecutor {
    /// Call it once, before anything else. Where the runtime does not allow it, everything works as without it.
    static func install() {
        _ = NIOSingletons.unsafeTryInstallSingletonPosixEventLoopGroupAsConcurrencyGlobalExecutor()
    }
}
