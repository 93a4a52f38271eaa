// SPDX-License-Identifier: Apache-2.0

internal import FileIO
internal import Glibc
internal import Jobs
package import NanoBanana
package import Requests
package import Spending
package import Spool
internal import SystemPackage

/// Looks at everything that a daemon needs, and says how it is. Sends nothing that costs, changes nothing, leaves
/// nothing behind, and does not get in the way of a daemon that runs.
package struct Doctor: Sendable {
    /// What the settings say, as far as they could be read.
    package struct Settings: Sendable {
        /// How the configuration reads.
        package var configuration: ConfigurationSymptom
        /// `nil` where none is named.
        package var spool: Spool?
        /// What starts the daemon; `nil` where nobody knows.
        package var unit: ServiceUnit?
        /// Finds out where the key comes from, and reads it: sent with the one question to the API; `nil` where there is
        /// none. Blocking, as it may look at the daemon on the spool.
        package var findKey: @Sendable () -> (place: KeySymptom, key: APIKey?)
        /// How the API is reached; `nil` where it could not be read.
        package var client: NanoBananaClient.Configuration?
        /// Prices and limits; `nil` where they could not be read.
        package var money: MoneySettings?
        /// What requests may ask for; `nil` where it could not be read.
        package var rules: RequestRules?

        /// Publishes a picture; `nil` where pictures are not published, or that could not be read.
        package var publishing: PublishTrial?

        /// Sends a test by each way that the settings name; `nil` where none is.
        package var tryNotifications: (@Sendable () async -> [(setting: String, NotificationsSymptom)])?

        /// What was read before anything was looked at.
        package init(
            configuration: ConfigurationSymptom, findKey: @escaping @Sendable () -> (place: KeySymptom, key: APIKey?)
        ) {
            self.configuration = configuration
            self.findKey = findKey
        }
    }

    private let settings: Settings

    /// With these settings.
    package init(_ settings: Settings) {
        self.settings = settings
    }

    /// Looks at one thing after the other; each is told as soon as it is known, since a disk or a network may keep one
    /// waiting.
    package func examine(_ tell: (Diagnosis) -> Void) async {
        let files = FilePool(threads: 1)
        defer { files.shutDown() }
        tell(Diagnosis(settings.configuration))
        if let spool = settings.spool {
            await examine(spool, files, tell)
        } else {
            tell(Diagnosis(SpoolSymptom.notNamed))
        }
        // Only an ended pool throws.
        let found = try? await files.run { [findKey = settings.findKey] in findKey() }
        if let found { tell(Diagnosis(found.place)) }
        let server = await examineAPI(found?.key, tell)
        tell(Diagnosis(ClockSymptom(now: .now, server: server, isKept: Kernel.clockIsSynchronised)))
        tell(Diagnosis(TimeZoneSymptom.ofThisMachine))
        await settings.publishing?.run { tell(Diagnosis($0)) }
        if let money = settings.money, let rules = settings.rules {
            tell(Diagnosis(PricesSymptom(money, rules)))
            await examine(money.limits, files, tell)
        }
        for (setting, found) in await settings.tryNotifications?() ?? [] { tell(Diagnosis(found.of(setting))) }
    }

    private func examine(_ spool: Spool, _ files: FilePool, _ tell: (Diagnosis) -> Void) async {
        let look = SpoolLook(spool: spool, unit: settings.unit, accounts: .system)
        for check in SpoolLook.checks {
            // Only an ended pool throws.
            if let found = try? await files.run({ check(look) }) { tell(found) }
        }
        guard look.hasInbox else { return tell(Diagnosis(look.daemon)) }
        tell(Diagnosis(await CanaryFlight(inbox: spool.inbox, files: files).fly()))
        // After the canary, which has an instance and a watch of its own.
        if let use = try? await files.run({ look.inotify }) { tell(Diagnosis(use)) }
        tell(Diagnosis(look.daemon))
    }

    private func examine(_ limits: DailyLimits, _ files: FilePool, _ tell: (Diagnosis) -> Void) async {
        guard let inbox = settings.spool?.inbox, !limits.lanes.isEmpty,
            let idle = try? await files.run({ IdleLimit.all(limits, in: inbox) })
        else { return }
        tell(Diagnosis(LimitsSymptom(lanes: limits.lanes.count, idle: idle)))
    }

    /// What the API's clock shows, in seconds since 1970; `nil` where it does not say.
    private func examineAPI(_ key: APIKey?, _ tell: (Diagnosis) -> Void) async -> Int64? {
        guard var configuration = settings.client else { return nil }
        let url = configuration.apiURL
        // Somebody waits at a terminal.
        configuration.connectTimeout = .seconds(5)
        configuration.answerTimeout = .seconds(10)
        let client: NanoBananaClient
        do {
            client = try NanoBananaClient(configuration) { key }
        } catch {
            tell(Diagnosis(APISymptom.badAddress(url)))
            return nil
        }
        let start = ContinuousClock.now
        var server: Int64?
        var trouble: ServiceTrouble?
        do throws(PingError) {
            server = try await client.serverTime()
        } catch {
            trouble = ServiceTrouble(error)
        }
        let time = start.duration(to: .now)
        let namesAreMadeUp = client.namesAreMadeUp
        // Nothing is under way any more, so nothing can be lost by it.
        client.shutdown()
        tell(Diagnosis(APISymptom(url: url, time: time, trouble: trouble, hasKey: key != nil)))
        if namesAreMadeUp { tell(Diagnosis(PicturesSymptom.namesAreMadeUp)) }
        return server
    }
}
