// SPDX-License-Identifier: Apache-2.0

import Foundation
import NanoBananaSimulator
import Testing

/// A way that a job can take through the spool, to be cut short at every step.
struct CrashScenario: Sendable, CustomTestStringConvertible {
    /// Where the request is in the end, when nobody heard of no submit.
    enum End: Sendable {
        case done, failed, inbox
    }

    var name: String
    var prompt = "kill me"
    /// The request's file.
    var file = "job.yaml"
    /// What goes with it wherever it goes.
    var text: String?
    var job = "acme/job"
    var options: [String] = []
    /// Where local pictures are published, relative to the spool; `nil` where none are.
    var published: String?
    var simulator = SimulatorConfiguration()
    /// What happens before the daemon that is killed is started.
    var before: @Sendable (TestSpool, String, CrashScenario) async throws -> Void = { _, _, _ in }
    /// What a person does while that daemon runs.
    var act: @Sendable (TestSpool, CrashScenario) throws -> Void = { spool, scenario in
        try spool.drop(scenario.request, as: "acme/job.yaml")
    }
    var end = End.done
    /// How often the prompt may be paid for.
    var pays = 1...1
    /// What its pictures are called in the end; empty where that is not looked at.
    var pictures: Set<String> = []
    /// Whether several submits go side by side, so that what comes last before a kill need not be the submit's.
    var hasSeveral = false

    var request: String {
        guard published != nil else { return TestSpool.request("\"\(prompt)\"") }
        return "prompt: \"\(prompt)\"\nimages: [pics/bottle.png]\n"
    }

    func options(in spool: TestSpool) -> [String] {
        guard let published else { return options }
        let folder = spool.root.appendingPathComponent(published).path
        return options + ["--publish-directory", folder, "--publish-base-url", "https://pictures.example/x"]
    }
    var testDescription: String { name }

    static let all: [CrashScenario] = [
        CrashScenario(name: "a task"),
        CrashScenario(name: "pictures straight away", simulator: configured { $0.straightAway = true }),
        CrashScenario(name: "three pictures", simulator: configured { $0.picturesPerTask = 3 }),
        CrashScenario(
            name: "three pictures by names of one's own", simulator: configured { $0.picturesPerTask = 3 },
            act: { spool, scenario in
                try spool.drop(
                    scenario.request + "save_as: \"{sku}\"\nmeta: {sku: 47:11}\n", as: "acme/job.yaml")
            }, pictures: ["47_11.png", "47_11-2.png", "47_11-3.png"]),
        CrashScenario(
            name: "in two ratios", options: ["--max-in-flight", "1"],
            act: { spool, scenario in
                let more = "aspect_ratio: [1:1, 9:16]\nsave_as: \"{ratio}\"\n"
                try spool.drop(scenario.request + more, as: "acme/job.yaml")
            }, pays: 2...2, pictures: ["1x1.png", "9x16.png"], hasSeveral: true),
        CrashScenario(
            name: "a picture from one's own disk", published: "published",
            before: { spool, _, _ in
                try FileManager.default.createDirectory(
                    at: spool.root.appendingPathComponent("published"), withIntermediateDirectories: true)
                try spool.drop(PNGFile.small, as: "acme/pics/bottle.png")
            }),
        CrashScenario(
            name: "a picture that is the request", file: "job.png", published: "published",
            before: { spool, _, scenario in
                try FileManager.default.createDirectory(
                    at: spool.root.appendingPathComponent("published"), withIntermediateDirectories: true)
                let defaults = "pictures: each\nprompt: \"\(scenario.prompt)\"\ntext_wait: 0\n"
                try spool.drop(defaults, as: "acme/_defaults.yaml")
            }, act: { spool, scenario in try spool.drop(PNGFile.small, as: "acme/\(scenario.file)") }),
        CrashScenario(
            name: "a picture with a text beside it", prompt: "kill\nme", file: "job.png", text: "job.txt",
            published: "published", before: { spool, _, _ in try makePictureLane(in: spool) },
            act: { spool, _ in try dropPictureWithText(in: spool) }),
        CrashScenario(
            name: "a picture with a text beside it, held", prompt: "kill\nme", file: "job.png", text: "job.txt",
            options: ["--repeat-limit", "1"], published: "published",
            before: { spool, base, scenario in
                try makePictureLane(in: spool)
                try await spool.withDaemon(base, scenario.options(in: spool)) { daemon in
                    try dropPictureWithText(in: spool, as: "first")
                    await daemon.line(containing: "Done job=acme/first ")
                }
            }, act: { spool, _ in try dropPictureWithText(in: spool) }, end: .inbox),
        CrashScenario(name: "a picture that is marked", options: ["--mark", "ai-edited"]),
        CrashScenario(
            name: "two pictures that are marked", options: ["--mark", "ai-edited"],
            simulator: configured { $0.picturesPerTask = 2 }),
        CrashScenario(name: "refused once for coming too fast", prompt: "[fault:submit=http429x1]"),
        CrashScenario(name: "refused for good", prompt: "[fault:submit=code400]", end: .failed, pays: 0...0),
        CrashScenario(
            name: "answer lost, sent again as configured", prompt: "[fault:submit=lostx1]",
            options: ["--unknown-outcome", "resubmit"], pays: 2...3),
        CrashScenario(
            name: "put back after a picture failed", prompt: "[fault:picture=http404x4]",
            before: { spool, base, scenario in
                try await spool.withDaemon(base, scenario.options) { daemon in
                    try spool.drop(scenario.request, as: "acme/job.yaml")
                    await daemon.line(containing: "reason=picture-failed")
                }
            },
            act: { spool, _ in
                try FileManager.default.moveItem(
                    at: spool.failed.appendingPathComponent("acme/job"),
                    to: spool.inbox.appendingPathComponent("acme/job"))
            }),
        CrashScenario(
            name: "held, since the same was begun before", options: ["--repeat-limit", "1"],
            before: { spool, base, scenario in
                try await spool.withDaemon(base, scenario.options) { daemon in
                    try spool.drop(scenario.request, as: "first.yaml")
                    await daemon.line(containing: "Done job=first ")
                }
            }, end: .inbox),
        CrashScenario(
            name: "another round", job: "acme/again/job",
            act: { spool, scenario in try spool.drop(scenario.request, as: "acme/again/job.yaml") }),
        CrashScenario(
            name: "cancelled as it is dropped",
            act: { spool, scenario in
                try spool.put(at: "inbox/acme/job.stop")
                try spool.drop(scenario.request, as: "acme/job.yaml")
            }, end: .failed, pays: 0...0),
        CrashScenario(
            name: "cancelled when one of two submits has left", options: ["--max-in-flight", "1"],
            simulator: configured { $0.workTime = .milliseconds(500)...(.milliseconds(500)) },
            before: { spool, base, scenario in
                let first = try spool.run(
                    base, scenario.options, environment: ["BANANADROP_TEST_KILL_AT": "after:submitted"])
                await first.line(containing: "Watching")
                try spool.drop(scenario.request + "variants: 2\n", as: "acme/job.yaml")
                _ = await first.end()
                try spool.put(at: "inbox/acme/job.stop")
            },
            act: { _, _ in }, end: .failed),
        CrashScenario(
            name: "approved while nobody ran", options: ["--prices", "nano-banana-pro = 0.12", "--hold-above", "0.1"],
            before: { spool, _, scenario in
                try spool.drop(scenario.request, as: "acme/job.yaml")
                // The kernel's clock goes by steps.
                try await Task.sleep(for: .milliseconds(20))
                try spool.put(at: "inbox/acme/job.approve")
            },
            act: { _, _ in }),
        CrashScenario(
            name: "paused for a while when one of two submits has left", options: ["--max-in-flight", "1"],
            before: { spool, base, scenario in
                let first = try spool.run(
                    base, scenario.options, environment: ["BANANADROP_TEST_KILL_AT": "after:submitted"])
                await first.line(containing: "Watching")
                try spool.drop(scenario.request + "variants: 2\n", as: "acme/job.yaml")
                _ = await first.end()
                let end = Date().addingTimeInterval(2).formatted(.iso8601)
                try Data("until: \(end)\n".utf8).write(to: spool.inbox.appendingPathComponent("acme/PAUSE"))
            },
            act: { _, _ in }, pays: 2...2, hasSeveral: true),
        CrashScenario(
            name: "a picture lost to a power cut",
            before: { spool, base, scenario in
                let first = try spool.run(
                    base, scenario.options, environment: ["BANANADROP_TEST_KILL_AT": "before:publish"])
                await first.line(containing: "Watching")
                try spool.drop(scenario.request, as: "acme/job.yaml")
                _ = await first.end()
                for name in spool.names(in: spool.processing) {
                    let picture = spool.processing.appendingPathComponent(name + "/job-1.png")
                    try FileManager.default.removeItem(at: picture)
                }
            },
            act: { _, _ in }),
    ]

    /// One in which a picture without its text would be sent at once, and be another request.
    static func makePictureLane(in spool: TestSpool) throws {
        try FileManager.default.createDirectory(
            at: spool.root.appendingPathComponent("published"), withIntermediateDirectories: true)
        try spool.drop("pictures: each\nprompt: kill\ntext_wait: 0\n", as: "acme/_defaults.yaml")
    }

    static func dropPictureWithText(in spool: TestSpool, as name: String = "job") throws {
        try spool.drop("me\n", as: "acme/\(name).txt")
        try spool.drop(PNGFile.small, as: "acme/\(name).png")
    }

    private static func configured(_ change: (inout SimulatorConfiguration) -> Void) -> SimulatorConfiguration {
        var configuration = SimulatorConfiguration()
        change(&configuration)
        return configuration
    }
}

enum Checkpoints {
    static let all = [
        "claimed", "claim", "read", "submitting", "submitted", "answered", "fetched", "done", "publish",
    ]
}
