// SPDX-License-Identifier: Apache-2.0

@testable import Requests

/// Pages around pictures.
extension LinkFaultTests {
    private static func works(_ link: String, _ site: String, _ picture: String) -> Case {
        Case(link, .page(.works(site: site, link: picture)))
    }

    private static func gallery(_ site: String, _ example: String? = nil, _ links: String...) -> [Case] {
        links.map { Case($0, .page(.ownLink(site: site, example: example))) }
    }

    private static func none(_ site: String, _ links: String...) -> [Case] {
        links.map { Case($0, .page(.noLink(site: site))) }
    }

    static let pages: [Case] = working + galleries + closed

    private static let drive = "https://drive.google.com/uc?export=download&id=1Gb"

    private static let working: [Case] = [
        works("https://drive.google.com/file/d/1Gb/view?usp=sharing", "Google Drive", drive),
        works("https://drive.google.com/file/u/0/d/1Gb/view", "Google Drive", drive),
        works("https://drive.google.com/open?id=1Gb&usp=drive_copy", "Google Drive", drive),
        works("https://www.dropbox.com/s/abc/b.png?dl=0", "Dropbox", "https://www.dropbox.com/s/abc/b.png?dl=1"),
        works(
            "https://www.dropbox.com/scl/fi/x/b.png?rlkey=y&st=z&dl=0", "Dropbox",
            "https://www.dropbox.com/scl/fi/x/b.png?rlkey=y&st=z&dl=1"),
        works("https://github.com/o/r/blob/main/b.png", "github.com", "https://github.com/o/r/raw/main/b.png"),
        works("https://gitlab.com/o/r/blob/main/b.png", "gitlab.com", "https://gitlab.com/o/r/raw/main/b.png"),
        works(
            "https://dev.example.org/o/r/-/blob/main/b.png", "dev.example.org",
            "https://dev.example.org/o/r/-/raw/main/b.png"),
        works(
            "https://dev.example.org/o/r/src/branch/main/b.png", "dev.example.org",
            "https://dev.example.org/o/r/raw/branch/main/b.png"),
        works("https://bitbucket.org/o/r/src/main/b.png", "bitbucket.org", "https://bitbucket.org/o/r/raw/main/b.png"),
        works(
            "https://huggingface.co/o/r/blob/main/b.png", "huggingface.co",
            "https://huggingface.co/o/r/resolve/main/b.png"),
        works(
            "https://x.sharepoint.com/:i:/s/team/Abc?e=1", "SharePoint",
            "https://x.sharepoint.com/:i:/s/team/Abc?e=1&download=1"),
        works(
            "https://cloud.example.com/s/AbCdEfGhIjKlMnO", "cloud.example.com",
            "https://cloud.example.com/s/AbCdEfGhIjKlMnO/download"),
        works(
            "https://cloud.example.com/index.php/s/AbCdEfGhIjKlMnO/?dir=/", "cloud.example.com",
            "https://cloud.example.com/index.php/s/AbCdEfGhIjKlMnO/download"),
        works("https://www.google.com/imgres?imgurl=https%3A%2F%2Fa.b%2Fc.png&tbnid=x", "Google", "https://a.b/c.png"),
        works("https://www.google.co.uk/url?sa=i&url=https%3A%2F%2Fa.b%2Fc.png", "Google", "https://a.b/c.png"),
        works("https://www.bing.com/images/search?mediaurl=https%3A%2F%2Fa.b%2Fc.png", "Bing", "https://a.b/c.png"),
        works(
            "https://duckduckgo.com/?q=x&iax=images&iai=https%3A%2F%2Fa.b%2Fc.png", "DuckDuckGo", "https://a.b/c.png"),
        works("https://www.reddit.com/media?url=https%3A%2F%2Fi.redd.it%2Fx.png", "Reddit", "https://i.redd.it/x.png"),
        works(
            "https://eu1.safelinks.protection.outlook.com/?url=https%3A%2F%2Fa.b%2Fc.png&data=x", "Outlook",
            "https://a.b/c.png"),
    ]

    private static let galleries = [
        gallery(
            "imgur", "https://i.imgur.com/….png", "https://imgur.com/a/AbC", "https://imgur.com/AbC",
            "https://m.imgur.com/AbC", "https://imgur.com/gallery/x-AbC"),
        gallery(
            "Flickr", "https://live.staticflickr.com/….jpg", "https://www.flickr.com/photos/a/1", "https://flic.kr/p/x"),
        gallery(
            "Unsplash", "https://images.unsplash.com/…", "https://unsplash.com/photos/x",
            "https://unsplash.com/de/fotos/x"),
        gallery(
            "Wikimedia", "https://upload.wikimedia.org/….jpg", "https://commons.wikimedia.org/wiki/File:X.jpg",
            "https://de.wikipedia.org/wiki/Datei:X.jpg", "https://fr.wikipedia.org/wiki/Fichier%3AX.jpg"),
        gallery("wiki.example.org", nil, "https://wiki.example.org/wiki/File:X.png"),
        gallery("a.b", nil, "https://a.b/bottle.html", "https://a.b/x/bottle.HTM"),
        gallery("Pinterest", nil, "https://www.pinterest.com/pin/1/", "https://de.pinterest.com/pin/1/"),
        gallery("Instagram", nil, "https://www.instagram.com/p/AbC/", "https://www.instagram.com/anna/p/AbC/"),
        gallery("X", nil, "https://x.com/anna/status/1/photo/1", "https://twitter.com/anna/status/1"),
        gallery(
            "Reddit", nil, "https://www.reddit.com/r/pics/comments/x/y/", "https://old.reddit.com/r/pics/comments/x/y/"),
        gallery("Pixabay", nil, "https://pixabay.com/de/photos/x-1/"), gallery("Gyazo", nil, "https://gyazo.com/abc"),
    ].flatMap(\.self)

    private static let closed = [
        none("Google Docs", "https://docs.google.com/document/d/1Gb/edit"),
        none("Google Drive", "https://drive.google.com/drive/folders/1Gb"),
        none(
            "Dropbox", "https://www.dropbox.com/scl/fo/x/y?dl=0", "https://www.dropbox.com/t/abc", "https://db.tt/abc"),
        none("OneDrive", "https://1drv.ms/i/s!Abc", "https://onedrive.live.com/?id=1"),
        none("Google Photos", "https://photos.app.goo.gl/Abc"),
        none("iCloud", "https://share.icloud.com/photos/0abc"),
        none("WeTransfer", "https://we.tl/t-abc", "https://wetransfer.com/downloads/a/b"),
        none("Box", "https://app.box.com/s/x", "https://shop.app.box.com/s/x"),
        none("Google", "https://google.de/search?q=x"),
        none("Yandex Disk", "https://disk.yandex.ru/i/x", "https://yadi.sk/d/x"),
        none("MEGA", "https://mega.nz/file/x#y"),
        none("Figma", "https://www.figma.com/design/x/y?node-id=1"),
        none("YouTube", "https://www.youtube.com/watch?v=x"),
        none("SharePoint", "https://x.sharepoint.com/sites/a/Docs/Forms/AllItems.aspx?id=x"),
    ].flatMap(\.self)
}
