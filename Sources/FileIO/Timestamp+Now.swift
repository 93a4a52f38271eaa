// SPDX-License-Identifier: Apache-2.0

package import Documents
internal import Glibc

extension Timestamp {
    /// The wall clock's reading: `clock_gettime(2)` with `CLOCK_REALTIME`.
    package static var now: Timestamp {
        #if DEBUG
            if let simulated = Machine.simulated { return simulated.wallClock }
        #endif
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Timestamp(milliseconds: Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000)
    }
}
