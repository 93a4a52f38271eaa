// SPDX-License-Identifier: Apache-2.0

internal import Documents
internal import FileIO
internal import Jobs
internal import Requests
internal import Spending
internal import Spool
internal import SystemPackage

/// A folder of pictures that is a batch. Ten thousand pictures may be in it: they are looked at and moved some at a time,
/// so that other work for the disk comes in between, and none of them is held in memory.
extension JobPerformer {
    /// Takes the pictures into the folders of their parts. As long as `split` does not stand in the journal, what was moved
    /// is put together again by the next start.
    func splitFolder(_ parts: [BatchPart], _ defaults: RequestDefaults, _ driver: JobDriver) async throws {
        let (store, folder, origin) = (context.store, driver.folder, driver.job.origin)
        let split = FolderSplit(
            folder, of: origin, store.reader, defaults, at: .now, reached: store.reached)
        let plan = FolderPlan(parts.compactMap(\.dropped), content: driver.asked?.content)
        try await store.settle(origin.jobName, .unknown) { try split.write(plan) }
        let entries = Dictionary(plan.entries.map { ($0.folder, $0) }) { first, _ in first }
        let requests = parts.compactMap { part in part.dropped.map { ($0, part.request) } }
        let judged = Dictionary(requests) { first, _ in first }
        try await store.whileTheDiskRefuses(for: origin.jobName) {
            try await store.lookThrough(plan.entries.map(\.folder)) { name -> FilePath.Component in
                if let entry = entries[name] { try split.take(entry, judged: judged[entry.part]) }
                return name
            } take: { _ in
            }
        }
        try await store.settle(origin.jobName, .unknown)
    }
}

extension JobOpening {
    /// The parts of a folder with what tells their pictures from others, which takes reading all of them.
    func readAll(_ parts: [BatchPart], _ driver: JobDriver) async throws -> [BatchPart] {
        let (store, folder, origin) = (context.store, driver.folder, driver.job.origin)
        let reader = store.reader
        let numbered = parts.enumerated().compactMap { index, part in part.dropped.map { ($0.picture, index) } }
        let numbers = Dictionary(numbered) { first, _ in first }
        let defaults: RequestDefaults
        if let judged = driver.judged {
            defaults = judged
        } else {
            defaults = try await JobPerformer(context: context).defaults(of: origin.lane, driver)
        }
        return try await store.whileTheDiskRefuses(for: origin.jobName) {
            var all = parts
            try await store.lookThrough(parts.compactMap { $0.dropped?.picture }) { name -> (Int, BatchPart)? in
                guard let index = numbers[name], let dropped = parts[index].dropped else { return nil }
                return (index, try folder.part(dropped, index + 1, of: parts.count, origin, reader, defaults))
            } take: { found in
                if let (index, part) = found { all[index] = part }
            }
            return all
        }
    }
}

extension [BatchPart] {
    /// What tells a folder with these pictures from others, whatever it is called.
    var content: Fingerprint {
        let sources = map { part in
            (try? part.request.get())?.source?.description ?? part.dropped.map { String(decoding: $0.picture) } ?? ""
        }
        return Fingerprint(of: [UInt8](sources.joined(separator: "\n").utf8))
    }
}
