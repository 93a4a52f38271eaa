// SPDX-License-Identifier: Apache-2.0

internal import Documents
internal import FileIO
internal import Glibc
package import NanoBanana
internal import Requests
package import Sharing
internal import SystemPackage

/// Publishes a picture of its own as those of requests are published, fetches it from its link, and takes it away again.
package struct PublishTrial: Sendable {
    private let share: ShareSettings
    private var client: NanoBananaClient.Configuration
    private let environment: [[UInt8]]
    /// Whether the settings may be acted upon with the rights of whoever asks.
    private let mayAct: Bool

    /// - Parameter environment: what commands get to see.
    package init(
        _ share: ShareSettings, _ client: NanoBananaClient.Configuration, environment: [[UInt8]], mayAct: Bool
    ) {
        (self.share, self.client, self.environment, self.mayAct) = (share, client, environment, mayAct)
        // Somebody waits at a terminal.
        self.client.connectTimeout = .seconds(5)
        self.client.downloadTimeout = .seconds(20)
    }

    private static let file: FilePath = "trial.png"

    /// White, of one pixel, and with words in it that say whose it is.
    static let picture: [UInt8] = {
        let text =
            "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAAGXRFWHRDb21tZW50AGJhbmFuYWRyb3AgZG9jdG9yoAY3igAAAApJREFUeJxj"
            + "+A8AAQEBALE49hQAAAAASUVORK5CYII="
        return [UInt8](unsafeUninitializedCapacity: Base64.room(for: text.utf8.count)) { space, count in
            count = Base64.decode(Array(text.utf8)[...], into: UnsafeMutableRawBufferPointer(space)) ?? 0
        }
    }()

    func run(_ tell: (PublishingSymptom) -> Void) async {
        guard mayAct else { return tell(.notTried) }
        let random = "\(UInt64.random(in: .min ... .max))\(getpid())"
        guard let name = SharedName("\(LocalPicture.randomToken()).png") else { return }
        let folder = FilePath(getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp")
            .appending("bananadrop-doctor-\(random)")
        let files = FilePool(threads: 1)
        let publisher = PictureShare(
            share, pictures: LocalPictures(inbox: folder, limit: .max), files: files, environment: environment)
        await run(publisher, name, in: folder, files, tell)
        try? await files.run { try Self.remove(folder) }
        publisher.shutDown()
        files.shutDown()
    }

    private func run(
        _ publisher: PictureShare, _ name: SharedName, in folder: FilePath, _ files: FilePool,
        _ tell: (PublishingSymptom) -> Void
    ) async {
        let link: ImageLink
        do {
            let identity = try await files.run { try Self.make(folder) }
            let printed = try await publisher.share(Self.file, in: .root, identity, as: name, for: folder)
            guard let found = printed.link?.link ?? share.links.link(name.text) else { return }
            link = found
        } catch {
            tell(.notPublished(Self.words(error)))
            // Some of it may be there.
            try? await publisher.remove(name, for: folder)
            return
        }
        tell(.published(by: share.way.setting))
        let client: NanoBananaClient
        do {
            client = try NanoBananaClient(self.client) { nil }
        } catch {
            // The address of the API is told already.
            return await takeAway(publisher, name, folder, isGone: { true }, link, tell)
        }
        tell(await fetched(link, client))
        let isGone = { @Sendable in await self.fetched(link, client) != .fetched(from: link.host) }
        await takeAway(publisher, name, folder, isGone: isGone, link, tell)
        client.shutdown()
    }

    private func takeAway(
        _ publisher: PictureShare, _ name: SharedName, _ folder: FilePath, isGone: @Sendable () async -> Bool,
        _ link: ImageLink, _ tell: (PublishingSymptom) -> Void
    ) async {
        if share.keeps { return tell(.kept(name.text)) }
        do {
            try await publisher.remove(name, for: folder)
            tell(await isGone() ? .removed : .stillThere(link.host))
        } catch {
            tell(.notRemoved(name.text, Self.words(error)))
        }
    }

    private func fetched(_ link: ImageLink, _ client: NanoBananaClient) async -> PublishingSymptom {
        var patience = EditPatience()
        patience.picture = .zero
        do throws(PictureError) {
            let picture = try await client.picture(PictureLink(url: link.text), patience: patience)
            return picture.bytes == Self.picture ? .fetched(from: link.host) : .another(from: link.host)
        } catch {
            let why = Redaction.links(error.errorDescription ?? "")
            return switch error {
            case .download(.gone), .download(.forbiddenAddress), .download(.badLink), .download(.takesEncryptionOff),
                .download(.tooManyRedirects), .download(.badInlinePicture):
                .refused(by: link.host, why)
            case .notAPicture, .tooLarge: .another(from: link.host)
            case .download(.trouble), .brokeOff, .cancelled: .notFetched(from: link.host, why)
            }
        }
    }

    private static func words(_ error: any Error) -> String {
        if let error = error as? ShareError { return Wording.sentence(error) }
        return "\(error)"
    }

    private static func make(_ folder: FilePath) throws(Errno) -> FileStatus.Identity {
        try Kernel.makeDirectory(folder, mode: 0o700)
        let file = try Kernel.open(folder.pushing(file), O_WRONLY | O_CREAT | O_EXCL, mode: 0o600)
        try file.writeAll(picture)
        return try file.status().identity
    }

    private static func remove(_ folder: FilePath) throws(Errno) {
        try Kernel.remove(folder.pushing(file), at: AT_FDCWD)
        try Kernel.removeDirectory(folder, at: AT_FDCWD)
    }
}

extension ShareSettings.Way {
    fileprivate var setting: String {
        switch self {
        case .directory: "publish-directory"
        case .command: ShareCommand.publish.rawValue
        }
    }
}

/// How a trial picture fares.
enum PublishingSymptom: Symptom {
    /// The setting that says how.
    case published(by: String)
    case notPublished(String)
    /// The host, byte for byte.
    case fetched(from: String)
    /// The host gives something else.
    case another(from: String)
    /// The host, or the rules for addresses, do not let anybody have it.
    case refused(by: String, String)
    /// This machine could not ask the host.
    case notFetched(from: String, String)
    case removed
    case stillThere(String)
    /// Its name, and why.
    case notRemoved(String, String)
    /// Its name; the settings want it so.
    case kept(String)
    /// Root asks, and does nothing for others.
    case notTried

    static var subject: Diagnosis.Subject { .publishing }

    var level: Diagnosis.Level {
        switch self {
        case .published, .fetched, .removed, .kept: .ok
        case .notFetched, .stillThere, .notRemoved, .notTried: .warn
        case .notPublished, .another, .refused: .fail
        }
    }
}
