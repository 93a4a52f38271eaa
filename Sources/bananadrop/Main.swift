// SPDX-License-Identifier: Apache-2.0

internal import ArgumentParser
internal import Dispatch
internal import FoundationEssentials
internal import Glibc

/// The program's entry.
@main
enum Main {
    static func main() {
        // Both before there is another thread: the environment is not made for several.
        _ = RunCommand.manager
        // It complains to syslog(3) of each thread whose priority it may not raise, which is all of them where nobody
        // is root.
        setenv("LIBDISPATCH_LOG", "NO", 0)
        // libcurl would write the secrets of each TLS connection into the file that it names.
        unsetenv("SSLKEYLOGFILE")
        let arguments = Array(ProcessInfo.processInfo.arguments.dropFirst())
        TaskLoop.takeOver(isStandIn: arguments.first == SimulateCommand.configuration.commandName)
        let end = DispatchSemaphore(value: 0)
        // The one task without a parent: the program itself. The main thread waits for it on the next line.
        Task.detached {
            await Bananadrop.start(arguments)
            end.signal()
        }
        end.wait()
    }
}
