// SPDX-License-Identifier: Apache-2.0

/// Why a text sets no daily limit.
package struct DailyLimitsError: Error, Equatable, Sendable {
    /// Which of the settings.
    package enum Part: Equatable, Sendable, CaseIterable {
        /// A whole number of 0 to 1,000,000,000.
        case submits
        /// A plain decimal of 0 to 1,000,000,000 with at most 6 digits after the point.
        case money
        /// `LANE = ` and what ``submits`` takes, separated by commas.
        case laneSubmits
        /// `LANE = ` and what ``money`` takes, separated by commas.
        case laneMoney
    }

    /// What is wrong with an entry.
    package enum Problem: Equatable, Sendable {
        /// It is not of the form `LANE = SIZE`. A decimal comma leads here, and one that is missing between two.
        case form
        /// It is no sub-folder of the inbox: blank, absolute, or with `.` or `..` in it.
        case notALane(String)
        /// It is not what the setting takes.
        case notASize(String)
        /// An earlier entry has the same lane.
        case givenTwice
    }

    /// Which of the settings.
    package let part: Part
    /// The entry as it was given; the whole text where the setting takes only one.
    package let entry: String
    /// What is wrong with it.
    package let problem: Problem
}
