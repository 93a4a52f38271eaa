// SPDX-License-Identifier: Apache-2.0

internal import FileIO
internal import Glibc
internal import Jobs
internal import Logging
internal import Spool
internal import SystemPackage

/// Answers that are too long for the journal, or hold a picture: they get a file of their own, which is on the disk
/// before the journal speaks of it.
extension JobPerformer {
    /// The event as it is to be recorded.
    func keepingAnswer(of event: JobEvent, _ driver: JobDriver) async throws -> JobEvent {
        guard let (variant, bytes) = event.outsizedAnswer else { return event }
        let folder = driver.folder
        let file = try await context.store.files.run { AnswerFile(of: bytes) }
        try await context.store.settle(driver.job.origin.jobName, driver.ownFiles) {
            try folder.write(bytes, to: ResultNames.response(variant))
        }
        return event.naming(file)
    }
}

extension JobFolder {
    /// An answer as it was kept; `nil` where its file is not what was written.
    func answer(_ variant: Int, _ kept: KeptAnswer) throws(Errno) -> [UInt8]? {
        let expected: AnswerFile
        switch kept {
        case .bytes(let bytes): return bytes
        case .file(let file): expected = file
        }
        do {
            let name = ResultNames.response(variant)
            let file = try Kernel.open(path.appending(name), O_RDONLY | O_NOFOLLOW | O_NONBLOCK)
            let status = try file.status()
            guard status.kind == .regular, status.size == expected.bytes else { return nil }
            let bytes = try file.readAll(limit: expected.bytes, expecting: expected.bytes)
            return AnswerFile(of: bytes) == expected ? bytes : nil
        } catch .noSuchFileOrDirectory where Kernel.isDirectory(path) {
            return nil
        } catch .tooManySymbolicLinkLevels, .noSuchAddressOrDevice {
            return nil
        }
    }
}
