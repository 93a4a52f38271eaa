// SPDX-License-Identifier: Apache-2.0

package import Documents
internal import NanoBanana
package import Requests

/// One line of `ledger/YYYY-MM.csv`: what became of one submit. Pure.
///
/// Only lines of what was charged, or maybe charged, have a price, so that the sum of the column is what was spent.
package struct LedgerLine: Equatable, Sendable {
    enum Event: Equatable, Sendable {
        /// The API took the submit, and charges for it. `nil` where the price is not known.
        case submitted(price: Amount?)
        /// It is not known whether the API took the submit: it may have been charged.
        case maybe(price: Amount?)
        /// Nothing more is to come of the submit: `done`, or the code of the failure, such as `task-failed`.
        case ended(outcome: String)
    }

    package var time: LocalTime
    var event: Event
    /// The job's name for people: `acme/hero`.
    package var job: String
    var lane: Lane
    /// From 1.
    package var variant: Int
    /// The API's id for the model.
    var model: String
    var size: ImageSize?
    /// `nil` where the API has named none.
    var task: TaskID?
    /// Of the request's content.
    package var request: Fingerprint

    /// The names of the columns.
    static let columns = [
        "time", "event", "job", "lane", "variant", "model", "size", "task_id", "outcome", "price", "request",
    ]

    /// The first line of a ledger, with the line feed that ends it.
    package static let header = CSV.record(columns)
}

extension LedgerLine {
    /// The line as it stands in the file, with the line feed that ends it.
    package var bytes: [UInt8] {
        let (name, outcome, price): (String, String, Amount?) =
            switch event {
            case .submitted(let price): ("submitted", "", price)
            case .maybe(let price): ("maybe", "", price)
            case .ended(let outcome): ("ended", outcome, nil)
            }
        return CSV.record([
            time.description, name, job, lane.text, String(variant), model, size?.rawValue ?? "", task?.text ?? "",
            outcome, price?.description ?? "", request.description,
        ])
    }

    /// Reads one line, with or without the line break that ends it. `nil` where it is none of ours: the header, one
    /// that somebody has edited into nonsense, a torn one.
    init?(_ line: ArraySlice<UInt8>) {
        guard let fields = CSV.fields(LedgerLine.withoutBreak(line)), fields.count == LedgerLine.columns.count,
            let time = LocalTime(fields[0]), let lane = Lane(text: fields[3]),
            let variant = Int(fields[4]), variant >= 1, let size = Blank(fields[6], ImageSize.init(rawValue:)),
            let task = Blank(fields[7], TaskID.init), let price = Blank(fields[9], Amount.init(_:)),
            let event = Event(fields[1], outcome: fields[8], price: price.value), let request = Fingerprint(fields[10])
        else { return nil }
        self.init(
            time: time, event: event, job: fields[2], lane: lane, variant: variant, model: fields[5], size: size.value,
            task: task.value, request: request)
    }

    private static func withoutBreak(_ line: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        var line = line
        if line.last == UInt8(ascii: "\n") { line.removeLast() }
        if line.last == UInt8(ascii: "\r") { line.removeLast() }
        return line
    }
}

extension LedgerLine.Event {
    fileprivate init?(_ name: String, outcome: String, price: Amount?) {
        switch name {
        case "submitted": self = .submitted(price: price)
        case "maybe": self = .maybe(price: price)
        case "ended" where !outcome.isEmpty: self = .ended(outcome: outcome)
        default: return nil
        }
    }
}

/// A field that may be blank: `nil` as a whole where it is neither blank nor readable.
private struct Blank<Value> {
    /// `nil` where the field is blank.
    let value: Value?

    init?(_ text: String, _ read: (String) -> Value?) {
        value = text.isEmpty ? nil : read(text)
        if value == nil, !text.isEmpty { return nil }
    }
}
