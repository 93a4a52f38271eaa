// SPDX-License-Identifier: Apache-2.0

/// A page that shows a picture to whoever opens the link in a browser, and is no picture itself. Pure.
package enum SharePage: Equatable, Sendable {
    /// The same with another address is the picture.
    case works(site: String, link: String)
    /// The site gives pictures a link of their own, which the page shows; how it looks, where all look alike.
    case ownLink(site: String, example: String?)
    /// The site shows pages only.
    case noLink(site: String)

    init?(_ link: LinkParts) {
        let found =
            Self.drive(link) ?? Self.dropbox(link) ?? Self.repository(link) ?? Self.microsoft(link)
            ?? Self.cloud(link) ?? Self.carrier(link) ?? Self.wiki(link) ?? PageSite.page(link) ?? Self.webPage(link)
        guard let found else { return nil }
        self = found
    }

    private static func drive(_ link: LinkParts) -> SharePage? {
        guard link.isAt("google.com"), ["drive.google.com", "docs.google.com"].contains(link.host) else { return nil }
        let site = "Google Drive"
        func works(_ id: String) -> SharePage {
            .works(site: site, link: "https://drive.google.com/uc?export=download&id=\(id)")
        }
        // A drawing or a slide, exported as a picture.
        if link.path.contains("export") { return nil }
        guard link.host == "drive.google.com" || ["file", "open", "uc"].contains(link.path.first) else {
            return .noLink(site: "Google Docs")
        }
        if let file = link.path.firstIndex(of: "d"), link.path.indices.contains(file + 1) {
            return works(link.path[file + 1])
        }
        if link.path.first == "open", let id = link["id"] { return works(id) }
        return ["uc", "thumbnail"].contains(link.path.first) ? nil : .noLink(site: site)
    }

    private static func dropbox(_ link: LinkParts) -> SharePage? {
        guard link.host == "dropbox.com" else { return nil }
        let isPage =
            ["sh", "home", "t", "l", "preview"].contains(link.path.first) || link.path.prefix(2) == ["scl", "fo"]
        if isPage { return .noLink(site: "Dropbox") }
        if link["dl"] == "1" || link["raw"] == "1" { return nil }
        guard link.path.first == "s" || link.path.first == "scl" else { return nil }
        return .works(site: "Dropbox", link: with("dl", "1", in: link))
    }

    /// `/blob/` is the page around a file, with GitHub, GitLab and what is like them; Gitea says `/src/branch/`.
    private static func repository(_ link: LinkParts) -> SharePage? {
        if link["raw"] == "true" || link["raw"] == "1" { return nil }
        let marks = [
            (page: "/-/blob/", raw: "/-/raw/", isMeant: true),
            (page: "/src/branch/", raw: "/raw/branch/", isMeant: true),
            (page: "/src/commit/", raw: "/raw/commit/", isMeant: true),
            (page: "/src/tag/", raw: "/raw/tag/", isMeant: true),
            (page: "/src/", raw: "/raw/", isMeant: link.host == "bitbucket.org"),
            (page: "/blob/", raw: "/resolve/", isMeant: link.host == "huggingface.co"),
            // `github.com/owner/project/blob/main/bottle.png`, wherever such a server stands.
            (
                page: "/blob/", raw: "/raw/",
                isMeant: link.path.count > 4 && link.path[2] == "blob" && link.host.hasPrefix("git")
            ),
        ]
        guard link.path.contains("blob") || link.path.contains("src") else { return nil }
        for mark in marks where mark.isMeant {
            guard let page = link.text.firstRange(of: mark.page) else { continue }
            let raw = link.text[..<page.lowerBound] + mark.raw + link.text[page.upperBound...]
            return .works(site: link.host, link: String(raw))
        }
        return nil
    }

    private static func microsoft(_ link: LinkParts) -> SharePage? {
        if link.isAt("sharepoint.com"), link.path.first?.hasPrefix(":") == true, link["download"] != "1" {
            return .works(site: "SharePoint", link: with("download", "1", in: link))
        }
        if link.isAt("sharepoint.com"), link.path.last == "AllItems.aspx" { return .noLink(site: "SharePoint") }
        let isFile = ["download", "download.aspx"].contains(link.path.first)
        return link.host == "onedrive.live.com" && !isFile ? .noLink(site: "OneDrive") : nil
    }

    /// Nextcloud and ownCloud, wherever they stand: their tokens have fifteen letters and digits.
    private static func cloud(_ link: LinkParts) -> SharePage? {
        guard let token = link.path.last, token.utf8.count == 15, link.path.dropLast().last == "s", link.path.count < 5,
            token.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber) })
        else { return nil }
        let page = link.text.prefix { $0 != "?" && $0 != "#" }
        return .works(site: link.host, link: page + (page.hasSuffix("/") ? "" : "/") + "download")
    }

    /// A page that leads on to the link that stands in it.
    private static func carrier(_ link: LinkParts) -> SharePage? {
        guard let carrier = Carrier(link) else { return nil }
        let inner = carrier.parameters.lazy.compactMap { link[$0] }.first { $0.hasPrefix("http") }
        return inner.map { .works(site: carrier.site, link: $0) } ?? .noLink(site: carrier.site)
    }

    private struct Carrier {
        var site: String
        var parameters: [String]

        init?(_ link: LinkParts) {
            let first = link.path.first ?? ""
            let labels = link.host.split(separator: ".")
            let isGoogle = labels.drop { $0 == "images" }.first == "google" && labels.count <= 4
            switch link.host {
            case _ where isGoogle && ["imgres", "url", "search"].contains(first):
                (site, parameters) = ("Google", ["imgurl", "url", "q"])
            case "bing.com" where first == "images": (site, parameters) = ("Bing", ["mediaurl"])
            case "duckduckgo.com": (site, parameters) = ("DuckDuckGo", ["iai"])
            case "yandex.com" where first == "images", "yandex.ru" where first == "images":
                (site, parameters) = ("Yandex", ["img_url"])
            case "reddit.com" where first == "media": (site, parameters) = ("Reddit", ["url"])
            case "l.facebook.com", "lm.facebook.com", "l.instagram.com": (site, parameters) = ("Facebook", ["u"])
            case "view.officeapps.live.com": (site, parameters) = ("Office", ["src"])
            case "slack-redir.net": (site, parameters) = ("Slack", ["url"])
            case _ where link.isAt("safelinks.protection.outlook.com"): (site, parameters) = ("Outlook", ["url"])
            default: return nil
            }
        }
    }

    /// `/wiki/File:Bottle.jpg`, in whatever language: the page about a picture, on Wikipedia and where its software runs.
    private static func wiki(_ link: LinkParts) -> SharePage? {
        guard link.path.contains("wiki"), let last = link.path.last, PictureName.isOne(last) else { return nil }
        let name = LinkParts.decoded(last.utf8[...])
        guard let colon = name.firstIndex(of: ":"), !link.path.contains(where: { $0.hasPrefix("Special:") }),
            colon != name.startIndex
        else { return nil }
        return link.isAt("wikimedia.org") || link.isAt("wikipedia.org")
            ? .ownLink(site: "Wikimedia", example: "https://upload.wikimedia.org/….jpg")
            : .ownLink(site: link.host, example: nil)
    }

    /// By its own ending.
    private static func webPage(_ link: LinkParts) -> SharePage? {
        guard link.query.isEmpty, let ending = link.path.last.flatMap({ PictureName.ending(of: $0) }),
            ["html", "htm", "xhtml", "shtml"].contains(ending)
        else { return nil }
        return .ownLink(site: link.host, example: nil)
    }

    /// The link with a parameter set to that value.
    private static func with(_ name: String, _ value: String, in link: LinkParts) -> String {
        let text = link.text.prefix { $0 != "#" }
        let place = text.prefix { $0 != "?" }
        let others = text[place.endIndex...].dropFirst().split(separator: "&").filter { !$0.hasPrefix(name + "=") }
        return place + "?" + (others + ["\(name)=\(value)"]).joined(separator: "&")
    }
}
