// SPDX-License-Identifier: Apache-2.0

internal import CLinux
internal import Glibc

/// A thread that may block.
package enum BlockingThread {
    private final class Body {
        let run: @Sendable () -> Void
        init(_ run: @escaping @Sendable () -> Void) { self.run = run }
    }

    /// Starts a detached thread. The name (at most 15 bytes) is what `top -H` shows.
    package static func start(_ name: StaticString, _ body: @escaping @Sendable () -> Void) {
        precondition(mayStart(name, body), "the process may start no thread")
    }

    /// The same, where it can be done without. Returns false where the process may start no thread.
    static func mayStart(_ name: StaticString, _ body: @escaping @Sendable () -> Void) -> Bool {
        #if DEBUG
            Machine.simulated?.escapes("a thread: \(name)")
        #endif
        var attributes = pthread_attr_t()
        pthread_attr_init(&attributes)
        pthread_attr_setdetachstate(&attributes, CInt(PTHREAD_CREATE_DETACHED))
        var id = pthread_t()
        let named = Body {
            // From inside: a detached thread may have ended by the time that its starter knows it.
            name.withUTF8Buffer { bytes in
                bytes.withMemoryRebound(to: CChar.self) {
                    _ = CLinux.pthread_setname_np(pthread_self(), $0.baseAddress)
                }
            }
            body()
        }
        let argument = Unmanaged.passRetained(named).toOpaque()
        let result = pthread_create(
            &id, &attributes,
            { pointer in
                guard let pointer else { return nil }
                Unmanaged<Body>.fromOpaque(pointer).takeRetainedValue().run()
                return nil
            }, argument)
        pthread_attr_destroy(&attributes)
        if result != 0 { Unmanaged<Body>.fromOpaque(argument).release() }
        return result == 0
    }
}
