// SPDX-License-Identifier: Apache-2.0

internal import SpoolState
internal import SystemPackage

extension HTML.StringInterpolation {
    /// An address within the page's own.
    mutating func appendInterpolation(_ link: PageLink) { appendInterpolation(link.text) }
}

/// An address on this page: a path whose parts are percent-encoded, and a query.
struct PageLink: Equatable, Sendable {
    /// As it stands in a `href`, but for HTML's own escapes.
    private(set) var text: String

    static let overview = PageLink("/")
    static let gallery = PageLink("/gallery")
    static let login = PageLink("/login")
    static let underWay = PageLink("/under-way")

    private init(_ text: StaticString) { self.text = "\(text)" }

    /// - Parameter start: without a slash at its end, such as `/job`.
    init(_ start: StaticString, _ place: JobPlace, _ name: FilePath.Component? = nil) {
        text = "\(start)/\(place.base.rawValue)"
        for component in place.path.components { add(component) }
        if let name { add(name) }
    }

    /// A picture of one's own.
    ///
    /// - Parameter number: in its request, from 1.
    init(_ start: StaticString, _ place: JobPlace, number: Int) {
        self.init(start, place)
        text += "/\(number)"
    }

    /// A picture of a result; `nil` where the name is none that is served.
    ///
    /// - Parameter name: in the folder, or in that of a part.
    init?(pictureNamed name: String, in place: JobPlace) {
        let path = FilePath(name)
        guard path.isRelative, path.components.allSatisfy({ $0.kind == .regular }), let file = path.lastComponent else {
            return nil
        }
        self.init("/file", JobPlace(place.base, place.path.pushing(path.removingLastComponent())), file)
    }

    /// With a parameter behind it; as it is where the value is empty.
    func with(_ name: StaticString, _ value: String) -> PageLink {
        if value.isEmpty { return self }
        var link = self
        link.text += (link.text.contains("?") ? "&" : "?") + "\(name)=" + PercentCoding.encoded(value.utf8)
        return link
    }

    private mutating func add(_ component: FilePath.Component) {
        text += "/"
        text += component.withPlatformString { start in
            var bytes: [UInt8] = []
            while start[bytes.count] != 0 { bytes.append(UInt8(bitPattern: start[bytes.count])) }
            return PercentCoding.encoded(bytes)
        }
    }

    /// An address that came with a question and is to be gone to: `nil` for anything that leads away from here.
    init?(local text: String) {
        guard text.hasPrefix("/"), !text.hasPrefix("//"), text.utf8.count < 4096,
            text.utf8.allSatisfy({ (0x21...0x7E).contains($0) && $0 != UInt8(ascii: "\\") })
        else { return nil }
        self.text = text
    }
}
