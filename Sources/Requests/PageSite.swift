// SPDX-License-Identifier: Apache-2.0

/// A site, or the part of one, whose links lead to pages. Pure.
struct PageSite: Sendable {
    let name: String
    /// These, and all below them.
    let hosts: [String]
    /// How the path begins, `*` for any one word; none for the whole site. A language before it is passed over.
    let paths: [String]
    /// Whether the page shows a link to the picture itself.
    let hasOwnLinks: Bool
    /// How that looks, where all look alike.
    let example: String?

    /// The page to which the link leads; `nil` where it is none that is known.
    static func page(_ link: LinkParts) -> SharePage? {
        var domain = link.host[...]
        while true {
            if let sites = byHost[String(domain)], let site = sites.first(where: { $0.holds(link, below: domain) }) {
                return site.hasOwnLinks ? .ownLink(site: site.name, example: site.example) : .noLink(site: site.name)
            }
            guard let dot = domain.firstIndex(of: ".") else { return nil }
            domain = domain[domain.index(after: dot)...]
        }
    }

    private func holds(_ link: LinkParts, below domain: Substring) -> Bool {
        if hasOwnLinks {
            // The pictures themselves mostly stand on a host of their own below that of the pages.
            let sub = link.host.dropLast(domain.utf8.count + 1)
            guard sub.isEmpty || sub.utf8.count == 2 || ["m", "old", "new"].contains(sub), let last = link.path.last,
                last != "download", !PictureName.isOne(last)
            else { return false }
        }
        let words = link.path.drop { $0.utf8.count == 2 || $0.utf8.count == 5 && $0.contains("-") }
        return paths.isEmpty || paths.contains { Self.begins(link.path[...], $0) || Self.begins(words, $0) }
    }

    private static func begins(_ path: ArraySlice<String>, _ pattern: String) -> Bool {
        let words = pattern.split(separator: "/")
        return path.count >= words.count && zip(path, words).allSatisfy { $1 == "*" || $0 == $1 }
    }

    private static let byHost: [String: [PageSite]] = {
        var found: [String: [PageSite]] = [:]
        for site in all { for host in site.hosts { found[host, default: []].append(site) } }
        return found
    }()

    /// Sites that show a page, and let nobody link to what is on it.
    private static func pages(_ name: String, _ hosts: String..., paths: [String] = []) -> PageSite {
        PageSite(name: name, hosts: hosts, paths: paths, hasOwnLinks: false, example: nil)
    }

    /// Sites whose pictures have links of their own.
    private static func gallery(
        _ name: String, _ hosts: String..., paths: [String] = [], example: String? = nil
    ) -> PageSite {
        PageSite(name: name, hosts: hosts, paths: paths, hasOwnLinks: true, example: example)
    }

    private static let all = [
        pages("Google Photos", "photos.google.com", "photos.app.goo.gl"),
        pages("iCloud", "icloud.com"),
        pages("OneDrive", "1drv.ms"),
        pages("Dropbox", "db.tt"),
        pages("WeTransfer", "wetransfer.com", paths: ["downloads"]), pages("WeTransfer", "we.tl"),
        pages("SwissTransfer", "swisstransfer.com", paths: ["d"]),
        pages("TransferXL", "transferxl.com"),
        pages("Gofile", "gofile.io", paths: ["d"]),
        pages("Synology", "gofile.me"),
        pages("MEGA", "mega.nz", "mega.io"),
        pages("Box", "box.com", paths: ["s", "file", "folder"]),
        pages("MediaFire", "mediafire.com", paths: ["file", "view", "folder"]),
        pages("pCloud", "pcloud.com", "pcloud.link", paths: ["publink"]),
        pages("Yandex Disk", "disk.yandex.ru", "disk.yandex.com", "yadi.sk", paths: ["i", "d", "a"]),
        pages("Mail.ru Cloud", "cloud.mail.ru", paths: ["public"]),
        pages("Baidu", "pan.baidu.com", paths: ["s"]),
        pages("Weiyun", "share.weiyun.com"),
        pages("Aliyun Drive", "aliyundrive.com", "alipan.com", paths: ["s"]),
        pages("Adobe", "lightroom.adobe.com", paths: ["shares", "gallery"]), pages("Adobe", "adobe.ly"),
        pages("Figma", "figma.com", paths: ["file", "design", "proto", "board", "slides"]),
        pages("Canva", "canva.com", paths: ["design"]),
        pages("Discord", "discord.com", paths: ["channels"]),
        pages("Slack", "slack.com", paths: ["files", "archives", "client"]),
        pages("Trello", "trello.com", paths: ["c", "b"]),
        pages("YouTube", "youtube.com", paths: ["watch", "shorts"]), pages("YouTube", "youtu.be"),
        gallery("imgur", "imgur.com", example: "https://i.imgur.com/….png"),
        gallery("ImgBB", "ibb.co", example: "https://i.ibb.co/…/….png"),
        gallery("Postimages", "postimg.cc", example: "https://i.postimg.cc/…/….png"),
        gallery("imgbox", "imgbox.com"), gallery("Gyazo", "gyazo.com"), gallery("Lightshot", "prnt.sc"),
        gallery("Freeimage", "freeimage.host", paths: ["i"]),
        gallery("Flickr", "flickr.com", paths: ["photos"], example: "https://live.staticflickr.com/….jpg"),
        gallery("Flickr", "flic.kr", example: "https://live.staticflickr.com/….jpg"),
        gallery(
            "Unsplash", "unsplash.com", paths: ["photos", "fotos", "illustrations"],
            example: "https://images.unsplash.com/…"),
        gallery("Pexels", "pexels.com", paths: ["photo", "foto"], example: "https://images.pexels.com/…"),
        gallery("Pixabay", "pixabay.com", paths: ["photos", "illustrations", "vectors"]),
        gallery("Pinterest", "pinterest.com", "pinterest.de", "pinterest.co.uk", "pinterest.fr", paths: ["pin"]),
        gallery("Pinterest", "pin.it"),
        gallery("Instagram", "instagram.com", paths: ["p", "reel", "stories", "*/p"]),
        gallery("Facebook", "facebook.com", paths: ["photo", "photo.php", "*/photos", "*/posts", "permalink.php"]),
        gallery("X", "x.com", "twitter.com", paths: ["*/status"]),
        gallery("Reddit", "reddit.com", paths: ["r/*/comments", "gallery"]),
        gallery("Behance", "behance.net", paths: ["gallery"]), gallery("Dribbble", "dribbble.com", paths: ["shots"]),
        gallery("ArtStation", "artstation.com", paths: ["artwork"]),
        gallery("DeviantArt", "deviantart.com", paths: ["*/art"]),
        gallery("500px", "500px.com", paths: ["photo"]), gallery("GIPHY", "giphy.com", paths: ["gifs"]),
        gallery("Tenor", "tenor.com", paths: ["view"]),
        gallery("Shutterstock", "shutterstock.com", paths: ["image-photo", "image-illustration", "image-vector"]),
        gallery("Getty Images", "gettyimages.com", "gettyimages.de", paths: ["detail"]),
        gallery("Adobe Stock", "stock.adobe.com", paths: ["images"]),
        gallery("Etsy", "etsy.com", paths: ["listing"]),
        gallery("Amazon", "amazon.com", "amazon.de", "amazon.co.uk", "amazon.fr", paths: ["dp", "*/dp", "gp"]),
    ]
}
