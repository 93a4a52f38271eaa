// SPDX-License-Identifier: Apache-2.0

/// A piece of work that the stand-in has taken.
struct SimulatedTask: Sendable {
    var id: String
    var submit: SubmitBody
    var markers: FaultMarkers
    /// Seconds since 1970. Whether it is finished follows from the time of the question; nothing runs meanwhile.
    var created: Double
    var finishes: Double
    var polls = 0
    var fetches = 0
    var endWasHeard = false
}
