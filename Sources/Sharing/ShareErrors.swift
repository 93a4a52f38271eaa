// SPDX-License-Identifier: Apache-2.0

package import Requests
package import SystemPackage

/// Why a configuration does not say how pictures are published. All of them stop the daemon at its start; the sentences
/// are in ``Wording``.
package enum ShareSettingsError: Error, Equatable, Sendable {
    /// A directory and a command.
    case twoWays
    /// A directory, and no `publish-base-url`.
    case noBaseURL
    /// A `publish-base-url`, and neither way.
    case baseURLAlone
    /// No address of the form `https://host/folder`.
    case badBaseURL(String)
    /// Not a line of words.
    case notWords(ShareCommand, CommandProblem)
    /// The first word is no program.
    case noProgram(ShareCommand)
    /// `{file}` or `{name}` does not stand in the command.
    case markMissing(ShareCommand, String)
    /// `{file}` stands in the remove command.
    case removesNoFile
    /// A command, nothing that takes away again what it publishes, and no leave to keep it.
    case noRemoveCommand
    /// A remove command without a publish command.
    case removeCommandAlone
    /// A shrink command, and nothing that publishes.
    case shrinkCommandAlone
    /// The publish directory is not there.
    case directoryMissing(FilePath)
    /// The publish directory is something else.
    case notADirectory(FilePath)
    /// Nothing can be written to the publish directory.
    case cannotWrite(FilePath, Errno)
}

/// Why a picture could not be published, or taken away again: trouble of what serves the pictures, and of the request
/// only where ``isOfThePicture`` says so. The sentences are in ``Wording``.
package enum ShareError: Error, Equatable, Sendable {
    case directory(FilePath, Errno)
    case command(ShareCommand, CommandTrouble)
    /// Nothing says where the picture can be fetched: the command's last line, where it has printed one.
    case noLink(String?)
    /// The command's last line is meant for a link, and cannot be sent.
    case badLink(String, PrintedLink.Problem)
    case notShrunk(ShrinkProblem)

    /// Whether others may well be published meanwhile: what makes pictures smaller ran, and made none of this one.
    package var isOfThePicture: Bool {
        switch self {
        case .notShrunk, .command(.shrink, .failed), .command(.shrink, .killed), .command(.shrink, .timedOut): true
        case .directory, .command, .noLink, .badLink: false
        }
    }
}

/// What is wrong with what a shrink command has written.
package enum ShrinkProblem: Error, Equatable, Sendable {
    /// Nothing, or no whole picture of a kind that the API takes.
    case noPicture
    /// Its bytes are of another kind than the picture's; the ending of that kind.
    case otherKind(String)
    /// Its size in bytes.
    case notSmaller(UInt64)
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
