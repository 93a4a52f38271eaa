// SPDX-License-Identifier: Apache-2.0

internal import Documents
internal import SystemPackage

/// The sentences about a file that cannot be taken for a secret.
extension SecretFile.Problem: CustomStringConvertible {
    /// What is wrong with it, and what to do.
    package var description: String {
        switch self {
        case .cannotRead(let path, let error): "\(Wording.line(path.string)) cannot be read: \(error)"
        case .notAFile(let path): "\(Wording.line(path.string)) is not a regular file"
        case .openToOthers(let path, let permissions):
            "\(Wording.line(path.string)) is open to everybody on this machine (mode "
                + "\(String(permissions, radix: 8))), so it is not secret; run `chmod o= \(Wording.line(path.string))`"
        }
    }
}
