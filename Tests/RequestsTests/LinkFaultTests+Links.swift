// SPDX-License-Identifier: Apache-2.0

@testable import Requests

/// The links.
extension LinkFaultTests {
    static let offices = [
        "http://192.168.1.20/a.png", "http://10.0.0.5:9000/a.png", "http://172.16.0.1/a", "http://localhost:8000/a.png",
        "http://nas/a.png", "http://nas:5000/a.png", "http://printer.local/a.png", "http://NAS.Local./a.png",
        "http://[::1]/a.png", "http://[fd12:3456::1]/a.png", "http://[fe80::1]/a.png", "http://[::ffff:10.0.0.1]/a",
        "http://2130706433/a.png", "http://0x7f000001/a.png", "http://0x7f.1/a.png", "http://0177.0.0.1/a.png",
        "http://127.1/a.png", "http://169.254.169.254/a", "http://a.internal/a.png", "http://box.lan/a.png",
        "http://wiki.corp/a.png", "http://a.home.arpa/a.png", "http://\u{FF11}\u{FF10}\u{3002}0.0.1/a.png",
        "http://100.64.0.1/a.png", "http://0.0.0.0/a.png", "http://localhost./a.png", "http://a.localhost/a.png",
        "http://fritz.box/a.png", "http://nas.fritz.box/a.png", "http://pc.mshome.net/a.png", "http://shop.test/a.png",
        "http://a.intra/a.png", "http://a.private/a.png", "http://a.localnet/a.png", "http://a.svc.cluster.local/a.png",
    ]

    static let good = [
        // A length of time that nobody meant says nothing.
        "https://b.bcebos.com/a?authorization=bce-auth-v1%2Fk%2F2025-01-01T00%3A00%3A00Z%2F-9223372036854775808%2Fx",
        "https://a.b/c.png", "https://8.8.8.8/a.png", "https://[2606:4700::1]/a.png", "https://müller.de/a.png",
        "https://a.b/c(1).png", "https://a.b/Foo_(bar)", "https://a.b/c.png?x=1&y=2", "https://a.b/c.png?",
        "https://a.b/c.", "https://a.b/c.png?amp=1&b=2", "https://a.b/c!", "https://172.32.0.1/a.png",
        "https://local.host.org/a.png", "https://www.box/a.png", "https://notfritz.box.de/a.png",
        // Not signed, or no time.
        "https://a.b/expires?Expires=1", "https://a.b/a.png?Expires=1735689600", "https://a.b/a.png?se=2020-01-01",
        "https://b.s3.amazonaws.com/a.png?X-Amz-Date=20261128T130300Z&X-Amz-Expires=3600&X-Amz-Signature=0",
        "https://b.s3.amazonaws.com/a.png?X-Amz-Date=junk&X-Amz-Expires=3600", "https://a.b/?X-Amz-Expires=3600",
        "https://a.b/a.png?Expires=3600&Signature=x", "https://a.b/a.png?e=1735689600&t=5", "https://a.b/a.png?token=x",
        "https://a.blob.core.windows.net/c/a.png?se=2026-11-28T10:00:00-05:00&sig=00",
        "https://v5.airtableusercontent.com/v3/u/1/1/1893456000000/abc/def",
        "https://a.b/a.png?auth_key=1893456000-0-0-abc", "https://a.b/1735689600000/a.png",
        // Pictures of sites whose pages are none.
        "https://drive.google.com/uc?export=download&id=1Gb", "https://www.dropbox.com/s/abc/b.png?dl=1",
        "https://docs.google.com/drawings/d/1Gb/export/png", "https://lh3.googleusercontent.com/d/1Gb",
        "https://www.dropbox.com/s/abc/b.png?raw=1", "https://dl.dropboxusercontent.com/s/abc/b.png",
        "https://i.imgur.com/AbC.png", "https://i.imgur.com/AbC", "https://imgur.com/AbC.png",
        "https://github.com/o/r/raw/main/b.png", "https://github.com/user-attachments/assets/abc",
        "https://github.com/o/r/blob/main/b.png?raw=true", "https://raw.githubusercontent.com/o/r/main/b.png",
        "https://a.b/blob/x.png", "https://cdn.a.b/x/y/blob/z/c.png", "https://a.b/src/x.png",
        "https://lh3.googleusercontent.com/a", "https://live.staticflickr.com/a.jpg",
        "https://x.sharepoint.com/:i:/s/a/b?download=1", "https://cloud.example.com/s/AbCdEfGhIjKlMnO/download",
        "https://a.b/s/short", "https://commons.wikimedia.org/wiki/Special:FilePath/X.jpg",
        "https://upload.wikimedia.org/wikipedia/commons/1/1a/X.jpg", "https://img.youtube.com/vi/x/0.jpg",
        "https://images.pexels.com/photos/1/a.jpeg", "https://app.box.com/shared/static/x.png",
        "https://unsplash.com/photos/x/download", "https://images.unsplash.com/photo-1", "https://i.redd.it/x.png",
        "https://files.slack.com/files-pri/T1-F1/a.png", "https://downloader.disk.yandex.ru/disk/x",
        // They look like others.
        "https://a.b/undefined-shapes.png", "https://a.b/null.png", "https://a.b/%5BFinal%5D.png",
        "https://a.b/none/of/these.png", "https://a.b/view.html?as=png", "https://a.b/x.pdf?page=1&format=png",
        "https://a.b/c.png:large", "https://a.b/c.png@2x.png", "https://a.b/a%20b.png", "https://a.b/html",
        "https://web.archive.org/web/2020/https://a.b/c.png", "https://a.b/wiki/bottle.png",
    ]

    static let over = [
        "https://b.s3.amazonaws.com/a.png?X-Amz-Date=20261128T120000Z&X-Amz-Expires=3600&X-Amz-Signature=0",
        "https://storage.googleapis.com/b/a.png?X-Goog-Date=20261128T120000Z&X-Goog-Expires=60&X-Goog-Signature=0",
        "https://a.b/a.png?x-tos-date=20261128T120000Z&x-tos-expires=60",
        "https://storage.googleapis.com/b/a.png?GoogleAccessId=x&Expires=1735689600&Signature=00",
        "https://d1.cloudfront.net/a.png?Expires=1735689600&Signature=x&Key-Pair-Id=K",
        "https://a.b/a.png?token=abc&expires=1735689600", "https://a.b/a.png?md5=abc&expires=1735689600",
        "https://a.blob.core.windows.net/c/a.png?sv=2022-11-02&se=2026-01-01T00%3A00%3A00Z&sig=00",
        "https://a.blob.core.windows.net/c/a.png?se=2026-01-01&sig=00",
        "https://cdn.discordapp.com/a/b/c.png?ex=65f0a000&is=65e0a000&hm=00ff",
        "https://scontent.xx.fbcdn.net/a.jpg?oh=00_x&oe=65F0A000",
        "https://x.supabase.co/a.png?token=eyJhbGciOiJIUzI1NiJ9.eyJleHAiOjE3MzU2ODk2MDB9.sig",
        "https://x.sharepoint.com/a.png?tempauth=v1.eyJhbGciOiJIUzI1NiJ9.eyJleHAiOjE3MzU2ODk2MDB9.sig",
        "https://a.b/eyJhbGciOiJIUzI1NiJ9.eyJleHAiOjE3MzU2ODk2MDB9.sig/a.png",
        "https://a.b/a.png?q-sign-time=1480932292;1735689600&q-signature=00", "https://a.b/a.png?e=1735689600&token=00",
        "https://x.imgix.net/a.png?expires=1735689600&s=00", "https://a.b/a.png?hdnts=exp=1735689600~acl=/*~hmac=00",
        "https://a.b/hdnts=exp=1735689600~acl=%2f*~hmac=00/a.png",
        "https://a.b-cdn.net/bcdn_token=abc&expires=1735689600&token_path=%2F/a.png",
        "https://ik.imagekit.io/a.png?ik-t=1735689600&ik-s=00",
        "https://v5.airtableusercontent.com/v3/u/1/1/1735689600000/abc/def",
        "https://a.b/a.png?temp_url_sig=abc&temp_url_expires=2025-01-01T00:00:00Z",
        "https://a.b/a.png?expiration=1735689600000&signature=x", "https://a.b/a.png?ExpiresAt=1735689600&sign=x",
        "https://media.licdn.com/a?e=1735689600&v=beta&t=abc", "https://a.b/a.png?auth_key=1735689600-0-0-abc",
        "https://b.bcebos.com/a?authorization=bce-auth-v1%2Fak%2F2025-01-01T00%3A00%3A00Z%2F1800%2F%2F00",
        "https://d1.cloudfront.net/a.png?Policy="
            + "eyJTdGF0ZW1lbnQiOlt7IkNvbmRpdGlvbiI6eyJEYXRlTGVzc1RoYW4iOnsiQVdTOkVwb2NoVGltZSI6MTczNTY4OTYwMH19fV19"
            + "&Signature=x&Key-Pair-Id=K",
    ]

    private static func ampersand(_ link: String, _ spelling: String) -> Case {
        Case(link, .escaped(spelling, meant: "&"))
    }

    private static func around(_ link: String, _ works: String = "https://a.b/c.png") -> Case {
        Case(link, .surrounded(works: works))
    }

    /// With what stood around them, or as programs write characters.
    static let copied: [Case] = [
        ampersand("https://a.b/a.png?x=1&amp;y=2", "&amp;"), ampersand("https://a.b/a.png?x=1&AMP;y=2", "&amp;"),
        ampersand("https://a.b/a.png?x=1&#38;y=2", "&#38;"), ampersand("https://a.b/a.png?x=1&y=ü&amp;z=2", "&amp;"),
        ampersand("https://a.b/a.png?x=1%26amp%3By=2", "%26amp%3b"),
        around("https://a.b/c.png,"), around("https://a.b/c.png)"), around("https://a.b/c.png."),
        around("https://a.b/c.png);"), around("https://a.b/c.JPG!", "https://a.b/c.JPG"),
        around("https://a.b/c?x=1,", "https://a.b/c?x=1"), around("https://a.b/c.png'"), around("https://a.b/c.png*"),
        around("https://a.b/c.png&quot;"), around("https://a.b/c.png&quot;&gt;x"), around("https://a.b/c.png&nbsp;"),
        around("https://a.b/c.png%20"), around("https://a.b/c.png%22"), around("https://a.b/c.png%0D%0A"),
        around("https://a.b/c.png…"), Case("https://a.b/c…", .shortened), Case("https://a.b/c...", .shortened),
    ]

    /// No links by the letter.
    static let within: [Case] = [
        around("<https://a.b/c.png>"), around("(https://a.b/c)", "https://a.b/c"), around("\"https://a.b/c.png\""),
        around("![a bottle](https://a.b/c.png)"), around("[https://a.b/c.png](https://a.b/c.png)"),
        around("(https://a.b/c_(1).png)", "https://a.b/c_(1).png"), around("https://a.b/c.png>"),
        around("https://a.b/c.png\""), around("https://a.b/c.png\\"), around("`https://a.b/c.png`"),
        around("‹https://a.b/c.png›"), around("=IMAGE(\"https://a.b/c.png\")"),
        around("=HYPERLINK(\"https://a.b/c.png\";\"x\")"), around("<img src=\"https://a.b/c.png\">"),
        around("url(https://a.b/c.png)"), around("- https://a.b/c.png"), around("1. https://a.b/c.png"),
        around("[x]: https://a.b/c.png"), around("https://https://a.b/c.png"),
        Case("https:\\/\\/a.b\\/c.png", .escaped("\\/", meant: "/")),
        ampersand("https://a.b/c.png?x=1\\u0026y=2", "\\u0026"),
        Case("a.png"), Case("“https://a.b/c.png”"), Case("ftp://a.b/c.png"), Case("(a.png)"), Case("https:/a.b"),
        Case(""),
        Case("https://a.b/my bottle.png"), Case("https://a.b/{x}?u=https://c.d/e.png"),
        Case("see https://a.b and more"),
    ]

    /// What is no picture for what its own address says.
    static let others: [Case] = [
        Case("https://a.b/undefined", .unfilled("undefined")),
        Case("https://a.b/undefined.png", .unfilled("undefined")),
        Case("https://a.b/undefined/c.png", .unfilled("undefined")),
        Case("https://a.b/[object%20Object].png", .unfilled("[object Object]")),
        Case("https://a.b/%7Bid%7D.png", .unfilled("{id}")), Case("https://a.b/%7B%7Bid%7D%7D", .unfilled("{{id}}")),
        Case("https://a.b/list.pdf", .notAPicture(ending: "pdf")),
        Case("https://a.b/all.ZIP", .notAPicture(ending: "zip")),
        // Bytes that are no text, before and in the ending.
        Case("https://a.b/c.%c1%a0png"), Case("https://a.b/%ff.png"), Case("https://a.b/.%ff"),
        Case("https://a.b/%ff."),
        Case("https://a.b/undefined.%f0%ff%c3", .unfilled("undefined")),
    ]
}
