// SPDX-License-Identifier: Apache-2.0

internal import CLinux
internal import FileIO
internal import Glibc
package import SystemPackage

/// Wakes a thread that sleeps in `poll(2)`: once raised, its descriptor is readable and stays so.
package final class Alarm: Sendable {
    private let reading: OpenFile
    private let writing: OpenFile

    package init() throws(Errno) {
        var ends: [CInt] = [0, 0]
        try Kernel.check { pipe2(&ends, O_CLOEXEC | O_NONBLOCK) }
        reading = OpenFile(ends[0])
        writing = OpenFile(ends[1])
    }

    /// Readable when the alarm was raised. Nobody reads from it.
    var descriptor: CInt { reading.descriptor }

    var isRaised: Bool {
        var polled = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        return poll(&polled, 1, 0) > 0
    }

    package func raise() {
        _ = Glibc.write(writing.descriptor, "!", 1)
    }
}
