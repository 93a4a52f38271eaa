// SPDX-License-Identifier: Apache-2.0

internal import Documents
internal import SystemPackage

/// What a question is for, by its path. Pure; nothing that it names need be there.
enum Route: Equatable, Sendable {
    case overview
    case gallery(GalleryQuery)
    /// A job, and which page of its parts.
    case job(JobPlace, page: Int)
    /// A job or a file, by its place in the spool.
    case place(JobPlace)
    /// A job under way, by its name.
    case underWay(String)
    /// A file in a job's folder.
    case file(JobPlace, FilePath.Component)
    /// A picture that a request named and that lies in the inbox: its number in the request, from 1.
    case input(JobPlace, Int)
    case events
    case asset(Asset)
    case login(to: PageLink)
    case logout
    case act

    /// `nil` for any other path.
    init?(path: Substring, query: Substring) {
        var parts: [[UInt8]] = []
        for part in path.dropFirst().split(separator: "/", omittingEmptySubsequences: false) {
            guard let bytes = PercentCoding.decoded(part) else { return nil }
            parts.append(bytes)
        }
        guard path.hasPrefix("/"), let first = parts.first.map({ String(decoding: $0, as: UTF8.self) }) else {
            return nil
        }
        let fields = PercentCoding.fields(query)
        switch (first, parts.count) {
        case ("", 1): self = .overview
        case ("gallery", 1): self = .gallery(GalleryQuery(fields))
        case ("events", 1): self = .events
        case ("login", 1): self = .login(to: fields["to"].flatMap(PageLink.init(local:)) ?? .overview)
        case ("logout", 1): self = .logout
        case ("act", 1): self = .act
        case ("under-way", 1): self = .underWay(fields["name"] ?? "")
        case ("done", _), ("failed", _):
            guard let place = Self.place(parts[...]) else { return nil }
            self = .place(place)
        case ("job", _):
            guard let place = Self.place(parts.dropFirst()) else { return nil }
            self = .job(place, page: GalleryQuery(fields).page)
        case ("file", _):
            guard let name = parts.last.flatMap(Self.component), let place = Self.place(parts.dropFirst().dropLast()),
                place.holdsResults
            else { return nil }
            self = .file(place, name)
        case ("input", _):
            guard let number = parts.last.flatMap({ Int(String(decoding: $0, as: UTF8.self)) }), number > 0,
                let place = Self.place(parts.dropFirst().dropLast()), place.holdsResults
            else { return nil }
            self = .input(place, number)
        case (_, 1):
            guard let asset = Asset(rawValue: first) else { return nil }
            self = .asset(asset)
        case (_, _): return nil
        }
    }

    private static func place(_ parts: ArraySlice<[UInt8]>) -> JobPlace? {
        guard let base = parts.first.flatMap({ JobPlace.Base(rawValue: String(decoding: $0, as: UTF8.self)) }) else {
            return nil
        }
        let components = parts.dropFirst().compactMap(component)
        // A lane may be 32 folders deep; a part lies in its batch.
        guard !components.isEmpty, components.count == parts.count - 1, components.count <= 40 else { return nil }
        return JobPlace(base, FilePath(root: nil, components))
    }

    /// One name that is not hidden: neither `..` nor anything with a slash or a NUL in it.
    private static func component(_ bytes: [UInt8]) -> FilePath.Component? {
        guard let first = bytes.first, first != UInt8(ascii: "."), bytes.count <= 255,
            !bytes.contains(UInt8(ascii: "/")), !bytes.contains(0)
        else { return nil }
        return (bytes.map(CChar.init(bitPattern:)) + [0]).withUnsafeBufferPointer { buffer in
            buffer.baseAddress.flatMap { FilePath.Component(platformString: $0) }
        }
    }
}

/// What a gallery shows.
struct GalleryQuery: Equatable, Sendable {
    /// From 1.
    var page = 1
    /// Words that stand in a result's name, lane or prompt; empty for all.
    var words = ""
    var kind = Kind.all

    enum Kind: String, CaseIterable, Sendable {
        case all, done, failed
    }

    init() {}

    init(_ fields: [String: String]) {
        page = fields["page"].flatMap { Int($0) }.map { min(max($0, 1), 100_000) } ?? 1
        words = String((fields["q"] ?? "").prefix(200)).trimmed
        kind = fields["kind"].flatMap(Kind.init) ?? .all
    }

    /// The address of another page of the same.
    func link(page: Int) -> PageLink {
        PageLink.gallery.with("q", words).with("kind", kind == .all ? "" : kind.rawValue)
            .with("page", page == 1 ? "" : "\(page)")
    }
}
