// SPDX-License-Identifier: Apache-2.0

internal import Documents
internal import Jobs
internal import NanoBanana
internal import Requests
internal import Spending
internal import SystemPackage

/// The words of the page.
extension Wording {
    static let overview = "Overview"
    static let gallery = "Gallery"
    static let logOut = "Log out"
    static let skipToContent = "Skip to the content"
    static let mainNavigation = "Main"
    static let toOverview = "To the overview"
    static let starting = "The daemon starts. This page goes on by itself."
    static let allLanes = "all lanes"
    static let details = "Details"
    static let offline = "The daemon does not answer. This page is as it was; it goes on by itself."

    static let loginTitle = "Log in"
    static let logIn = "Log in"
    static let token = "Token"
    static let tokenHint = "Whoever runs this service has it: the text in the file that page-token-file names."

    static func sentence(_ trouble: LoginPage.Trouble) -> String {
        switch trouble {
        case .wrongToken: "This is not the token. Copy it again in whole, and try once more."
        case .tooManyTries: "There were too many wrong tokens from here. Wait a minute, and try again."
        }
    }

    // MARK: Gallery

    static let searchFor = "Name, lane or prompt"
    static let search = "Search"
    static let outcome = "Outcome"
    static let noResultsYet = "There are no results yet. Drop a request into the inbox, and its pictures appear here."
    static let nothingFound = "No result matches. Try fewer words, or all outcomes."
    static let noPicture = "no picture came"
    static let done = "done"
    static let failed = "failed"
    static let pages = "Pages"
    static let previousPage = "Previous"
    static let nextPage = "Next"

    static func words(for kind: GalleryQuery.Kind) -> String {
        switch kind {
        case .all: "all"
        case .done: done
        case .failed: failed
        }
    }

    static func page(_ page: Int, of count: Int) -> String { "page \(page) of \(count)" }

    static func results(_ count: Int, isCut: Bool) -> String {
        Wording.count(count, "result") + (isCut ? " of the newest \(RecentResults.limit)" : "")
    }

    static func furtherPrompts(_ count: Int) -> String { "and " + Wording.count(count, "more prompt") }

    static func parts(done: Int, failed: Int) -> String {
        count(done + failed, "part") + (failed > 0 ? ", \(failed) failed" : "")
    }

    static func input(_ count: Int) -> String { count > 1 ? "\(count) inputs" : "input" }
    static func pictures(_ count: Int) -> String { count == 1 ? "result" : Wording.count(count, "picture") }
    static func inputPicture(_ name: String) -> String { "Input: \(name)" }
    static func outputPicture(_ name: String, _ prompt: String) -> String {
        prompt.isEmpty ? name : "\(name): \(prompt.prefix(120))"
    }

    // MARK: A job

    static let picturesTitle = "Pictures"
    static let requestTitle = "Request"
    static let timelineTitle = "What happened"
    static let filesTitle = "Files"
    static let promptTitle = "Prompt"
    static let imagesTitle = "Input"
    static let modelTitle = "Model"
    static let ratioTitle = "Aspect ratio"
    static let sizeTitle = "Size"
    static let variantsTitle = "Variants"
    static let notBegun = "not begun"

    static func partsTitle(_ count: Int) -> String { Wording.count(count, "part") }

    /// - Parameter each: what one submit costs; `nil` where it is not known.
    static func cost(charged: Int, maybe: Int, each: Amount?) -> String {
        if charged + maybe == 0 { return "nothing charged" }
        let sure = charged > 0 ? count(charged, "submit") + " charged" : ""
        let money = each.map { charged > 0 ? " (\($0 * charged))" : "" } ?? ""
        let unsure = maybe > 0 ? count(maybe, "submit") + " perhaps charged" : ""
        return sure + money + (charged > 0 && maybe > 0 ? ", " : "") + unsure
    }

    static func moreEvents(_ count: Int) -> String {
        "and " + Wording.count(count, "further line") + " in journal.jsonl"
    }

    /// What a line of a journal says, to whoever dropped the request.
    static func sentence(_ event: JobEvent) -> String {
        switch event {
        case .claimed(let origin, let text):
            "Taken from the inbox: "
                + ([origin.file] + [text].compactMap(\.self)).map { String(decoding: $0) }
                .joined(separator: ", ") + "."
        case .retried: "Put back by somebody, to go on."
        case .read(let request): "Read: " + count(request.variants, "variant") + ", model \(request.edit.model.id)."
        case .split(let parts, _): "Split into " + count(parts, "part") + "."
        case .sharing: "Links to its own pictures are being made."
        case .shared(let pictures):
            count(pictures.count, "picture") + " shared with the API"
                + (pictures.contains { $0.sentBytes != nil } ? ", made smaller before." : ".")
        case .submitting(let variant): "Variant \(variant + 1) is sent."
        case .notAccepted(let variant, let why): "Variant \(variant + 1) was not taken, and costs nothing: \(why)."
        case .outcomeUnknown(let variant, let why):
            "Nobody knows whether variant \(variant + 1) was taken. It is sent again, as configured: \(why)"
        case .submitted(let variant, let task):
            "The API took variant \(variant + 1), which is charged from here on. Its task is \(task.text)."
        case .answered(let variant, let answer):
            "The API answered on variant \(variant + 1): " + count(answer.pictures.count, "picture") + "."
        case .pictureSaved(_, let picture): "\(picture.name) was fetched."
        case .fetched(let variant, _): "All pictures of variant \(variant + 1) are here."
        case .picturesLost(let variant):
            "Pictures of variant \(variant + 1) were not whole on the disk. They are fetched again."
        case .variantFailed(let variant, let why, _): "Variant \(variant + 1) failed. \(why.what)"
        case .approved: "Approved by somebody: it may cost what it costs."
        case .cancelled: "Cancelled by somebody: nothing more is sent."
        case .done: "Done."
        case .failed(let why): "Failed. \(why.what)"
        }
    }
}

/// What is said to whoever is not let in, or asks for what cannot be.
extension Wording {
    static let needsToken = "this needs the token: Authorization: Bearer TOKEN"
    static let unknownHost =
        "this name is not known here: ask by the machine's number, or add the address to page-urls"
    static let foreignForm = "this form was not sent by a page of this service; load the page again, and try once more"
    static let noForm = "this is no form"
    static let tooManyListen = "too many browsers listen; the page can be loaded again by hand"
    static let notHere = "Not here"
}
