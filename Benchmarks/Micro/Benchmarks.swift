// SPDX-License-Identifier: Apache-2.0

internal import Benchmark
internal import Documents
internal import Jobs
internal import Requests
internal import Spool
internal import Workbench

/// What is measured: see README.md.
let benchmarks: @Sendable () -> Void = {
    Benchmark.defaultConfiguration = .init(
        metrics: [.wallClock], warmupIterations: warmUp, maxDuration: .seconds(2), maxIterations: most)
    reading("YAML", Samples.yaml, .yaml)
    reading("JSON", Samples.json, .json)
    reading("a table of 500 rows", Samples.table(500), .csv, scale: .one)
    replaying()
    for place in Place.all {
        appending(on: place)
        claiming(on: place)
        publishing(on: place)
    }
}

/// How often each is done at most, and before that unmeasured: so much is prepared for it.
private let (warmUp, most) = (20, 2000)

private func reading(
    _ name: String, _ bytes: [UInt8], _ syntax: RequestFileName.Syntax, scale: BenchmarkScalingFactor = .kilo
) {
    let reader = RequestReader(rules: RequestRules(), now: { Samples.time })
    Benchmark("read a request: \(name)", configuration: .init(warmupIterations: 1, scalingFactor: scale)) { benchmark in
        for _ in benchmark.scaledIterations { blackHole(try reader.content(of: bytes, as: syntax)) }
    }
}

/// What a start does with each job that it finds.
private func replaying() {
    let bench = Workbench(on: .memory)
    var bytes: [UInt8] = []
    Benchmark("journal: replay", configuration: .init(warmupIterations: 1, scalingFactor: .kilo)) { benchmark in
        for _ in benchmark.scaledIterations { blackHole(try JournalText(bytes)) }
    } setup: {
        try bench.fill(1)
        bytes = try Journal.read(in: bench.finishedJob().folder.path)
    } teardown: {
        bench.remove()
    }
}

/// A line, and its way to the disk where there is one: what stands between a decision and the submit.
private func appending(on place: Place) {
    let bench = Workbench(on: place)
    let line = JobEvent.submitting(variant: 0).line(at: Samples.time)
    Benchmark("journal: \(place.isDurable ? "append and commit" : "append"), \(place.name)") { _ async throws in
        try bench.append(line)
        if place.isDurable { try await bench.commit() }
    } setup: {
        try bench.fill(1)
        bench.openJournal = try bench.claim()
    } teardown: {
        bench.remove()
    }
}

private func claiming(on place: Place) {
    let bench = Workbench(on: place)
    Benchmark("claim, \(place.name)") { _ in
        blackHole(try bench.claim())
    } setup: {
        try bench.fill(warmUp + most)
    } teardown: {
        bench.remove()
    }
}

/// The result's own files, and the rename.
private func publishing(on place: Place) {
    let bench = Workbench(on: place)
    Benchmark("publish, \(place.name)") { _ in
        blackHole(try bench.publish())
    } setup: {
        try bench.fill(warmUp + most)
        try bench.finishAll()
    } teardown: {
        bench.remove()
    }
}
