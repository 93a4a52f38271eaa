// SPDX-License-Identifier: Apache-2.0

internal import PrometheusExport

/// Every metric of the daemon, declared once: its name on the page, what it is, and how it is taken.
enum Metric: String, CaseIterable, Sendable {
    case buildInfo = "bananadrop_build_info"
    case ready = "bananadrop_ready"
    case queueLength = "bananadrop_queue_length"
    case queueOldest = "bananadrop_queue_oldest_seconds"
    case jobs = "bananadrop_jobs"
    case tasks = "bananadrop_tasks"
    case heldFiles = "bananadrop_held_files"
    case leftAloneFiles = "bananadrop_left_alone_files"
    case paused = "bananadrop_paused"
    case diskTrouble = "bananadrop_disk_trouble"
    case sharingTrouble = "bananadrop_sharing_trouble"
    case inboxGone = "bananadrop_inbox_gone"
    case watching = "bananadrop_watching"
    case submitsToday = "bananadrop_today_submits"
    case submitsWithoutPriceToday = "bananadrop_today_submits_without_price"
    case spentToday = "bananadrop_today_spent"
    case jobsEnded = "bananadrop_jobs_ended_total"
    case submits = "bananadrop_submits_total"
    case polls = "bananadrop_polls_total"
    case fetchedPictures = "bananadrop_fetched_pictures_total"
    case fetchedBytes = "bananadrop_fetched_bytes_total"
    case dropToSubmit = "bananadrop_drop_to_submit_seconds"
    case submitToDone = "bananadrop_submit_to_done_seconds"
    /// The name that every Prometheus library gives it.
    case processStart = "process_start_time_seconds"

    enum Kind: Equatable, Sendable {
        /// Counted as it happens.
        case counter
        /// The same, with the upper bounds of its buckets, in seconds.
        case histogram([Double])
        /// Read where it stands at the moment of the question.
        case gauge
    }

    var kind: Kind {
        switch self {
        case .jobsEnded, .submits, .polls, .fetchedPictures, .fetchedBytes: .counter
        case .dropToSubmit:
            // From a few milliseconds, where nothing is in the way, to a pause over the weekend.
            .histogram([
                0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 900, 3600, 14_400, 86_400,
                259_200,
            ])
        case .submitToDone:
            // Around what pictures take: some ten seconds to some minutes.
            .histogram([1, 2.5, 5, 10, 20, 30, 45, 60, 90, 120, 180, 300, 600, 1800, 3600, 14_400, 86_400])
        case .buildInfo, .ready, .queueLength, .queueOldest, .jobs, .tasks, .heldFiles, .leftAloneFiles, .paused,
            .diskTrouble, .sharingTrouble, .inboxGone, .watching, .submitsToday, .submitsWithoutPriceToday,
            .spentToday, .processStart:
            .gauge
        }
    }

    /// For people.
    var help: String {
        switch self {
        case .buildInfo: "Always 1; the version is its label."
        case .ready: "1 while the inbox is watched, its first scan is done and no stop has begun."
        case .queueLength:
            "Files in the inbox, and parts of batches, that are ready and wait for their permit, by lane; . is the inbox "
                + "itself, /others all lanes beyond the first 100. At most 20000 files are counted."
        case .queueOldest: "How long the oldest of these files has waited; 0 where none waits."
        case .jobs: "Jobs under way, by how far they are; a job of several variants is where its last one is."
        case .tasks: "Submits on their way and tasks under way at the API."
        case .heldFiles: "Files that have to stay in the inbox for now, by reason."
        case .leftAloneFiles: "Files in the inbox that are not requests; at most 50000 are counted."
        case .paused: "1 while the intake is paused for this reason."
        case .diskTrouble: "1 while the disk refuses to write."
        case .sharingTrouble: "1 while pictures of your own cannot be published."
        case .inboxGone: "1 while the inbox is not where it was."
        case .watching: "1 for the way in which new files are noticed: by events, or by polling."
        case .submitsToday: "Submits of the local day that were charged, may have been charged, or are reserved."
        case .submitsWithoutPriceToday: "How many of them have no known price."
        case .spentToday: "What they cost, in the currency of the setting prices."
        case .jobsEnded: "Finished jobs, each part of a batch included, by outcome and by whether they were charged."
        case .submits: "Submits that were sent, by what became of them."
        case .polls: "Polls, by whether the API answered."
        case .fetchedPictures: "Pictures that were fetched whole."
        case .fetchedBytes: "Bytes of pictures that were received, those of broken downloads included."
        case .dropToSubmit: "From the drop of a request file until the API had taken its first submit; without batches."
        case .submitToDone: "From a job's first submit that the API took until its result was in done."
        case .processStart: "When the daemon was started, in seconds since 1970."
        }
    }

    /// Those that are counted as it happens.
    static var declarations: [Declaration] {
        allCases.compactMap { metric in
            switch metric.kind {
            case .counter: Declaration(metric.rawValue, metric.help, .counter)
            case .histogram(let bounds): Declaration(metric.rawValue, metric.help, .histogram(bounds: bounds))
            case .gauge: nil
            }
        }
    }

    func gauge(_ samples: [Family.Sample]) -> Family { Family(rawValue, help, .gauge, samples) }

    func gauge(_ value: Double) -> Family { gauge([Family.Sample(value)]) }

    func gauge(_ isSo: Bool) -> Family { gauge(isSo ? 1 : 0) }

    /// One series for each value of a label.
    func gauge(by label: String, _ values: [(name: String, value: Double)]) -> Family {
        gauge(values.map { Family.Sample($0.value, [Family.Label(label, $0.name)]) })
    }
}
