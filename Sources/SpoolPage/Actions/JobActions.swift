// SPDX-License-Identifier: Apache-2.0

internal import Jobs
internal import SpoolState

/// Which buttons a job's page has.
enum JobActions {
    /// `nil` where nothing can be done with it.
    static func html(_ view: JobView) -> HTML? {
        let actions = actions(view)
        if actions.isEmpty { return nil }
        let buttons = actions.map { Layout.button($0, on: .job(view.place)) }
        return "<div class=\"actions\">\(buttons)</div>"
    }

    private static func actions(_ view: JobView) -> [Action] {
        switch view.place.base {
        case .done: []
        case .processing where view.job.origin.batch != nil: []
        case .processing: view.job.parts != nil ? [.hurry, .cancel] : [.cancel]
        case .failed: mayCostAgain(view.job) ? [.retry, .retryAtCost] : [.retry]
        }
    }

    /// Whether a submit of it may be paid for a second time; of a batch nobody knows before its parts are read.
    private static func mayCostAgain(_ job: Job) -> Bool { job.charge != .no || job.parts != nil }
}
