// SPDX-License-Identifier: Apache-2.0

internal import NIOCore

/// What an HTTP answer of the API means for the caller. Pure.
struct AnswerReader {
    let status: Int
    /// Already read from `Retry-After`.
    let retryAfter: Duration?
    /// Already read from `Date`, in seconds since 1970.
    let serverTime: Int64?
    /// Where a redirect leads, as it stands in `Location`.
    let location: String?
    /// What was sent along and is not to be kept with the answer, should the server repeat it.
    let sent: Redaction
    /// What was submitted, where that is known.
    let asked: EditRequest?
    /// The answer byte for byte, but for secrets and compression.
    let keptBody: ByteBuffer
    /// The object in the body that has what is looked for, or the first.
    let root: JSONValue
    let places: AnswerPlaces
    /// Whether nothing of the JSON in the body is missing. Where something is, what stands in it is believed only as
    /// far as nobody can be asked again.
    let isWhole: Bool
    /// Whether it is the API that speaks: in JSON, and not in what a web page has in its scripts.
    let isJSON: Bool

    static let proxyAsksWho = "a proxy asks for a user and a password (HTTP 407); give them with the setting proxy"

    init(
        status: Int, retryAfter: Duration? = nil, serverTime: Int64? = nil, location: String? = nil, body: ByteBuffer,
        encoding: String? = nil, sent: Redaction = Redaction(), asked: EditRequest? = nil, limit: Int = 64 << 20
    ) {
        let body = Self.unpacked(body, encoding, limit)
        (self.status, self.retryAfter, self.serverTime) = (status, retryAfter, serverTime)
        (self.location, self.sent, self.asked) = (location, sent, asked)
        keptBody = sent.secrets(in: body)
        let text = AnswerText(body)
        let objects = text.values.filter { if case .object = $0 { true } else { false } }
        let candidates = (objects.isEmpty ? text.values : objects).map { (root: $0, places: AnswerPlaces($0)) }
        let speaking = candidates.first { Self.says($0.root, $0.places) }
        (root, places) = speaking ?? candidates.first ?? (.null, AnswerPlaces(.null))
        let isPage = body.readableBytesView.first { $0 > 0x20 } == UInt8(ascii: "<")
        (isWhole, isJSON) = (text.isWhole, !candidates.isEmpty && (!isPage || speaking != nil))
    }

    /// Compressed though nobody asked for that: as far as it can be unpacked. Bombs end at the limit.
    private static func unpacked(_ body: ByteBuffer, _ encoding: String?, _ limit: Int) -> ByteBuffer {
        guard let form = Inflater.form(body, encoding: encoding) else { return body }
        let inflater = Inflater(form)
        inflater.feed(body)
        var whole = ByteBuffer()
        while whole.readableBytes < limit, let piece = (try? inflater.next()) ?? nil {
            whole.writeImmutableBuffer(piece)
        }
        return whole.readableBytes > 0 ? whole : body
    }

    private static func says(_ root: JSONValue, _ places: AnswerPlaces) -> Bool {
        root["code"] != nil || places.task(bare: root) != nil || places.state(of: nil) != nil
            || !places.pictures(sent: []).isEmpty
    }

    /// Whether it may be used though the connection broke before the announced end of it.
    var mayBeUsedThoughCut: Bool { isJSON && isWhole }

    private var links: Set<String> { Set(asked?.images.map(\.text) ?? []) }

    func pictures(in places: AnswerPlaces) -> [PictureLink] { places.pictures(sent: links) }

    /// The API's own number for how it went, where there is one; not the HTTP status.
    var code: Int? {
        let names = ["code", "errorcode", "errcode", "statuscode"]
        guard case .object = root else { return nil }
        let own = names.lazy.compactMap { root[$0] }.first
        return own.map(\.integer) ?? names.lazy.compactMap { root["error"]?[$0]?.integer }.first
    }

    /// The API's words, without secrets.
    func words(in places: AnswerPlaces) -> AnswerWords {
        AnswerWords(sent.secrets(in: places.message), prompt: asked?.prompt)
    }

    /// What a `code`, or a status, and the words beside it say about key, money and speed; `nil` where nothing.
    func reason(_ code: Int, _ words: AnswerWords) -> NotAccepted.Reason? {
        switch code {
        case 401: return .key
        case 403: return isJSON ? .key : .blocked
        // What firewalls say as well, of a request that they keep to themselves.
        case 406, 418, 451: return isJSON ? nil : .blocked
        case 402: return .balance
        case 429: return .tooFast
        default: return words.speakOfMoney ? .balance : nil
        }
    }

    func notAccepted(_ reason: NotAccepted.Reason, _ message: String, _ fallback: String) -> NotAccepted {
        let message = message.isEmpty ? fallback : message
        return NotAccepted(reason: reason, message: reason == .blocked ? blocked : message, retryAfter: retryAfter)
    }

    private var blocked: String {
        "HTTP \(status), but not from the API itself: something in front of it, such as a firewall, blocks this"
            + (page.isEmpty ? "" : " (\"\(page)\")")
    }

    /// `HTTP 429`, or `code 429` where that stands in the body only.
    func number(_ code: Int) -> String { code == status ? "HTTP \(code)" : "code \(code)" }

    /// `HTTP 502`, with the words behind it.
    var statusWords: String {
        let said = words(in: places).message.isEmpty ? page : words(in: places).message
        return "HTTP \(status)" + (said.isEmpty ? "" : ": \(said)")
    }

    /// Where a redirect leads: submits are never sent on, and neither is the key.
    var redirected: String {
        guard let location else {
            return "this address only redirects (HTTP \(status)); check api-url"
        }
        let place = Redaction.links(sent.secrets(in: location))
        return "this address only redirects to \(place) (HTTP \(status)); set api-url to the API's own address"
    }
}

extension AnswerReader {
    /// The first characters of the answer, for people.
    var quote: String { AnswerQuote.start(of: keptBody) }

    /// The words of a web page or a plain text, for people; empty where the answer is JSON.
    var page: String { isJSON ? "" : AnswerQuote.words(of: keptBody) }

    /// `WHAT: "QUOTE"`.
    func quoted(_ what: String) -> String { quote.isEmpty ? "\(what): it is empty" : "\(what): \"\(quote)\"" }
}
