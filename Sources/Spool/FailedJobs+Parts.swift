// SPDX-License-Identifier: Apache-2.0

internal import Documents
internal import FileIO
internal import Glibc
package import Jobs
internal import Requests
internal import SystemPackage

/// Puts single parts of a failed batch back, as a person does who drags their folders: each goes on alone, and the batch
/// with all its other parts stays where it is. Blocking.
extension FailedJobs {
    /// A part that is to be put back.
    private struct Part {
        var name: String
        /// Relative to `failed/`.
        var place: FilePath
        /// What its request file is to say; `nil` for what it says.
        var change: (file: FilePath, bytes: [UInt8])?
    }

    /// What became of parts that were to be put back.
    package struct PartsPutBack {
        /// Each that was by its name, and what will happen to it, in words.
        package var done: [(name: String, words: String)] = []
        /// Why one was not, and those behind it neither.
        package var failure: RetryError?
    }

    /// Moves the folders of parts into the lane of their batch. Where one of them cannot go on as it is wanted, as far as
    /// that can be told before, none is moved.
    ///
    /// - Parameters:
    ///   - numbers: of the parts, from 1.
    ///   - name: the batch, as for a whole job.
    ///   - prompt: instead of the one in their request files; `nil` for the same.
    ///   - accepted: what it may cost.
    package func putBack(
        parts numbers: [Int], of name: String, prompt: String? = nil, accepting accepted: RetryCost = []
    ) throws(RetryError) -> PartsPutBack {
        if let prompt, prompt.trimmed.isEmpty { throw .noPrompt }
        let place = try place(name)
        let folder = spool.failed.pushing(place)
        guard try job(in: folder, name).parts != nil else { throw .isNoBatch(name) }
        let known: [FilePath.Component]
        do {
            known = try BatchFolder(folder: JobFolder(path: folder)).partNames()
        } catch {
            throw .cannotMove(name, error)
        }
        var parts: [Part] = []
        var seen: Set<Int> = []
        for number in numbers where seen.insert(number).inserted {
            let folder = known.first { ResultNames.numberAndName(ofPart: String(decoding: $0))?.number == number }
            guard let folder else { throw .noPart(name, number) }
            parts.append(try part(place.appending(folder), "\(name)/\(String(decoding: folder))", prompt, accepted))
        }
        var told = PartsPutBack()
        do throws(RetryError) {
            for part in parts {
                // Of a part that stays after all, nothing but its file is another: it has not been sent.
                if let (file, bytes) = part.change { try write(bytes, to: file, of: part.name) }
                told.done.append((part.name, try putBack(part.place, called: part.name, accepting: accepted)))
            }
        } catch {
            told.failure = error
        }
        return told
    }

    private func part(
        _ place: FilePath, _ name: String, _ prompt: String?, _ accepted: RetryCost
    ) throws(RetryError) -> Part {
        let folder = spool.failed.pushing(place)
        let job = try job(in: folder, name)
        guard case .failed? = job.outcome else {
            throw job.isNotBegun ? RetryError.isNotBegun(name) : .hasNotFailed(name)
        }
        let target = spool.inbox.pushing(back(place, job))
        if try exists(target) { throw .inTheWay(name, target) }
        var part = Part(name: name, place: place)
        var isChanged = (try? JobFolder(path: folder).isRequestChanged(since: job)) ?? false
        if let prompt {
            let file = folder.appending(job.origin.keptName)
            guard RequestFileName(job.origin.file)?.syntax == .json,
                case .success(let bytes) = CheckedBytes.read(file, limit: RequestRules.sizeLimit),
                let changed = Self.request(bytes, saying: prompt)
            else { throw .cannotChange(name) }
            part.change = (file, changed)
            isChanged = job.request.map { $0.source != RequestSource.fingerprint(of: changed, as: .json) } ?? false
        }
        if let cost = RetryPlan(of: job, isChanged: isChanged, accepting: accepted).refusal {
            throw cost == .secondCharge ? RetryError.mayBeChargedTwice(name) : .isNewSubmit(name)
        }
        return part
    }

    /// The same request with another prompt; `nil` where it is none.
    static func request(_ bytes: [UInt8], saying prompt: String) -> [UInt8]? {
        guard let root = try? JSONDocumentParser.parse(bytes), case .object(var members) = root.json else { return nil }
        let place = members.firstIndex { RequestKey.named($0.key) == .prompt }
        members.removeAll { RequestKey.named($0.key) == .prompt }
        let member = JSON.Member(key: RequestKey.prompt.rawValue, value: prompt.json)
        members.insert(member, at: min(place ?? 0, members.count))
        return JSON.object(members).readable
    }

    /// All at once: a request that is half written, or that the daemon may not read, would be another one.
    private func write(_ bytes: [UInt8], to file: FilePath, of name: String) throws(RetryError) {
        guard let request = file.lastComponent else { return }
        do {
            let flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW
            let folder = try Kernel.open(file.removingLastComponent(), flags)
            try folder.replace(FilePath(root: nil, [request]), with: bytes, isLasting: true)
        } catch {
            throw .cannotMove(name, error)
        }
    }
}
