// SPDX-License-Identifier: Apache-2.0

internal import FileIO
internal import Jobs
internal import Requests
internal import SystemPackage

/// What may lie in the folder of a failed job that is put back. Pure.
struct JobFiles: Sendable {
    private let names: Set<FilePath.Component>
    /// Whether folders of parts are in it: it is a batch, and none lies in a part.
    let hasParts: Bool

    init(of job: Job, isPart: Bool = false) {
        // A journal names what it likes: only what has a picture's name is one.
        let pictures = job.ownPictures.compactMap { FilePath.Component($0.name) }
        hasParts = job.parts != nil && !isPart
        let page = hasParts ? [JobFileNames.batchPage, ResultNames.failedRows(of: job.origin)].compactMap(\.self) : []
        // Whoever corrects a picture's request may write the text that it lacked.
        let texts = job.origin.isPicture ? Sidecar.names(beside: job.origin.file).map(Origin.keptName(ofText:)) : []
        let request = job.origin.isFolder ? [] : [job.origin.keptName]
        names = Set(request + [JobFileNames.error] + page + pictures + texts)
    }

    /// Whether something with that name is the job's, or may travel with it: the orphans of desktops and sync clients,
    /// by the built-in table. A name that the settings keep out of the inbox may be somebody's work.
    func holds(_ name: FilePath.Component, _ kind: FileStatus.Kind) -> Bool {
        switch kind {
        case .regular:
            names.contains(name) || JobFolder.isOurs(name) || JobFileNames.payAgainNames.contains(name)
                || IgnoredNames.standard.matches(name)
        case .directory:
            name == JobFileNames.originals || isPart(name, kind)
                // A picture that is fetched takes the place of what has its name.
                || IgnoredNames.standard.matches(name) && PictureName.stem(of: name) == nil
        case .symlink: name == JobFileNames.lane
        case .other: false
        }
    }

    /// Whether it is the folder of a part. A file may have a part's name: `2026-05-catalog.csv` begins like one.
    func isPart(_ name: FilePath.Component, _ kind: FileStatus.Kind) -> Bool {
        hasParts && kind == .directory && ResultNames.isPart(name)
    }

    /// Whether a request could have had that name when it was claimed. A journal may come from anywhere, and its names
    /// are those of files that are written, read and removed.
    static func mayName(_ origin: Origin) -> Bool {
        // Of a folder the name is that of no file in the job's.
        (origin.isFolder || RequestFileName(origin.file) != nil || origin.isPicture)
            && FilePath(root: nil, [origin.file]).length <= ResultNames.limit
    }
}
