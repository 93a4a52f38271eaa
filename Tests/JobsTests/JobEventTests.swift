// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import Jobs

/// When each line of a journal must be on the disk.
struct JobEventTests {
    struct Rule: Sendable {
        var durability: JobEvent.Kind.Durability
        /// What is lost with the line, which says when it must be there.
        var because: String
    }

    /// A new kind must be given its place here.
    static func rule(for kind: JobEvent.Kind) -> Rule {
        switch kind {
        case .claimed:
            Rule(
                durability: .withNext, because: "the file is in the inbox, or in a folder that tells where it came from"
            )
        case .retried:
            Rule(durability: .withNext, because: "the folder is in the inbox, or it is published again as failed")
        case .read: Rule(durability: .withNext, because: "the file is still there to be read")
        case .split:
            Rule(durability: .before, because: "a start would make the parts anew, also those that were paid for")
        case .sharing:
            Rule(durability: .before, because: "what was shared under names that nobody knows would stay for ever")
        case .shared: Rule(durability: .soon, because: "a start would gather pictures that may be another's by then")
        case .submitting:
            Rule(durability: .before, because: "the money leaves with the POST: a start would send it again")
        case .notAccepted:
            Rule(durability: .soon, because: "a start would take it for an unknown outcome, and fail a good job")
        case .outcomeUnknown:
            Rule(durability: .soon, because: "a start takes the submit for unknown all the same")
        case .submitted:
            Rule(
                durability: .soon,
                because: "the task id exists nowhere else, but the answer is here: nothing to wait for")
        case .answered:
            Rule(
                durability: .soon,
                because: "an answer without a task exists nowhere else; with one it is asked for again")
        case .pictureSaved: Rule(durability: .soon, because: "its link may be dead when the others have come")
        case .fetched:
            Rule(durability: .withNext, because: "`done` follows at once; until then it is fetched again for nothing")
        case .picturesLost: Rule(durability: .withNext, because: "a start finds it out again")
        case .variantFailed:
            Rule(durability: .soon, because: "a refusal would become an unknown outcome; nothing follows from it yet")
        case .approved:
            Rule(durability: .before, because: "the word that says so is taken away then, and nothing else knows of it")
        case .cancelled:
            Rule(durability: .before, because: "the word that says so is taken away then, and nothing else knows of it")
        case .done: Rule(durability: .before, because: "the result leaves with the rename")
        case .failed: Rule(durability: .before, because: "the result leaves with the rename")
        }
    }

    @Test(arguments: JobEvent.Kind.allCases)
    func `each kind is on the disk when what relies on it happens`(kind: JobEvent.Kind) {
        let rule = Self.rule(for: kind)
        #expect(kind.durability == rule.durability, "\(rule.because)")
    }

    @Test func `only what cannot be found out again for nothing is waited for`() {
        let waited = JobEvent.Kind.allCases.filter { $0.durability == .before }
        #expect(waited == [.split, .sharing, .submitting, .approved, .cancelled, .done, .failed])
    }

    @Test func `each kind has its own word, and the journal's own names for them stay as they are`() {
        let words = [
            "claimed", "retried", "read", "split", "sharing", "shared", "submitting", "not-accepted", "outcome-unknown",
            "submitted", "answered",
            "picture-saved", "fetched", "pictures-lost", "variant-failed", "approved", "cancelled", "done", "failed",
        ]
        #expect(JobEvent.Kind.allCases.map(\.rawValue) == words)
        #expect(Checkpoint.acts.prefix(words.count) == words[...])
    }
}
