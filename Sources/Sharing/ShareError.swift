// SPDX-License-Identifier: Apache-2.0

package import SystemPackage

/// Why a picture could not be published, or taken away again: trouble of what serves the pictures, never of the
/// request. The sentences are in ``Wording``.
package enum ShareError: Error, Equatable, Sendable {
    case directory(FilePath, Errno)
    case command(ShareCommand, CommandTrouble)
}

/// Why a command did not do its work.
package enum CommandTrouble: Error, Equatable, Sendable {
    /// There is no such program.
    case notFound(program: String)
    case cannotStart(program: String, Errno)
    /// Its exit code, from 1, and the last that it wrote.
    case failed(code: Int32, output: [UInt8])
    case killed(signal: Int32, output: [UInt8])
    case timedOut(after: Duration, output: [UInt8])
}
