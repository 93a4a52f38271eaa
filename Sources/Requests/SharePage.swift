// SPDX-License-Identifier: Apache-2.0

internal import NanoBanana

/// A page that shows a picture to whoever opens the link in a browser, and is no picture itself. Pure.
package enum SharePage: Equatable, Sendable {
    /// The same with another address is the picture.
    case works(site: String, link: String)
    /// The site gives pictures a link of their own, which the page shows.
    case ownLink(site: String, example: String)
    /// The site shows pages only.
    case noLink(site: String)

    init?(_ link: ImageLink) {
        let parts = LinkParts(link)
        let found =
            Self.drive(parts) ?? Self.dropbox(link, parts) ?? Self.repository(link, parts)
            ?? Self.microsoft(link, parts) ?? Self.gallery(parts)
        guard let found else { return nil }
        self = found
    }

    private static func drive(_ link: LinkParts) -> SharePage? {
        guard ["drive.google.com", "docs.google.com"].contains(link.host) else { return nil }
        let site = "Google Drive"
        func works(_ id: String) -> SharePage {
            .works(site: site, link: "https://drive.google.com/uc?export=download&id=\(id)")
        }
        guard link.host == "drive.google.com" || ["file", "open", "uc"].contains(link.path.first) else {
            return .noLink(site: "Google Docs")
        }
        if let file = link.path.firstIndex(of: "d"), link.path.indices.contains(file + 1) {
            return works(link.path[file + 1])
        }
        if link.path.first == "open", let id = link["id"] { return works(id) }
        return ["uc", "thumbnail"].contains(link.path.first) ? nil : .noLink(site: site)
    }

    private static func dropbox(_ link: ImageLink, _ parts: LinkParts) -> SharePage? {
        guard parts.host == "dropbox.com" else { return nil }
        let isFolder = ["sh", "home"].contains(parts.path.first) || parts.path.prefix(2) == ["scl", "fo"]
        if isFolder { return .noLink(site: "Dropbox") }
        if parts["dl"] == "1" || parts["raw"] == "1" { return nil }
        guard parts.path.first == "s" || parts.path.first == "scl" else { return nil }
        return .works(site: "Dropbox", link: with("dl", "1", in: link))
    }

    /// `/blob/` is the page around a file, with GitHub, GitLab and what is like them.
    private static func repository(_ link: ImageLink, _ parts: LinkParts) -> SharePage? {
        let marks =
            switch parts.host {
            case "github.com": (page: "/blob/", raw: "/raw/")
            case "bitbucket.org": (page: "/src/", raw: "/raw/")
            case "huggingface.co": (page: "/blob/", raw: "/resolve/")
            case "codeberg.org": (page: "/src/", raw: "/raw/")
            default: (page: "/-/blob/", raw: "/-/raw/")
            }
        if parts["raw"] == "true" || parts["raw"] == "1" { return nil }
        guard let page = link.text.firstRange(of: marks.page) else { return nil }
        let raw = link.text[..<page.lowerBound] + marks.raw + link.text[page.upperBound...]
        return .works(site: parts.host, link: String(raw))
    }

    private static func microsoft(_ link: ImageLink, _ parts: LinkParts) -> SharePage? {
        if parts.isAt("sharepoint.com"), parts.path.first?.hasPrefix(":") == true, parts["download"] != "1" {
            return .works(site: "SharePoint", link: with("download", "1", in: link))
        }
        if parts.host == "1drv.ms" { return .noLink(site: "OneDrive") }
        let isFile = ["download", "download.aspx"].contains(parts.path.first)
        return parts.host == "onedrive.live.com" && !isFile ? .noLink(site: "OneDrive") : nil
    }

    /// Where the first word of the path says that a page follows.
    private static func gallery(_ link: LinkParts) -> SharePage? {
        let first = link.path.first ?? ""
        let isPicture = link.path.last.map { PictureName.isOne($0) } ?? false
        switch link.host {
        case "google.com" where first == "imgres" || first == "url":
            let found = link["imgurl"] ?? link["url"] ?? link["q"]
            return found.map { .works(site: "Google", link: $0) } ?? .noLink(site: "Google")
        case "imgur.com", "m.imgur.com":
            return isPicture ? nil : .ownLink(site: "imgur", example: "https://i.imgur.com/….png")
        case "ibb.co": return .ownLink(site: "ImgBB", example: "https://i.ibb.co/…/….png")
        case "postimg.cc": return .ownLink(site: "Postimages", example: "https://i.postimg.cc/…/….png")
        case "flickr.com" where first == "photos":
            return .ownLink(site: "Flickr", example: "https://live.staticflickr.com/….jpg")
        case "unsplash.com" where first == "photos" && link.path.last != "download":
            return .ownLink(site: "Unsplash", example: "https://images.unsplash.com/…")
        case "commons.wikimedia.org" where first == "wiki":
            return .ownLink(site: "Wikimedia", example: "https://upload.wikimedia.org/….jpg")
        case "photos.google.com", "photos.app.goo.gl": return .noLink(site: "Google Photos")
        case "icloud.com", "share.icloud.com": return .noLink(site: "iCloud")
        case "wetransfer.com", "we.tl": return .noLink(site: "WeTransfer")
        case "app.box.com" where first == "s": return .noLink(site: "Box")
        case "mega.nz", "mega.io": return .noLink(site: "MEGA")
        default: return nil
        }
    }

    /// The link with a parameter set to that value.
    private static func with(_ name: String, _ value: String, in link: ImageLink) -> String {
        let text = link.text.prefix { $0 != "#" }
        let place = text.prefix { $0 != "?" }
        let others = text[place.endIndex...].dropFirst().split(separator: "&").filter { !$0.hasPrefix(name + "=") }
        return place + "?" + (others + ["\(name)=\(value)"]).joined(separator: "&")
    }
}
