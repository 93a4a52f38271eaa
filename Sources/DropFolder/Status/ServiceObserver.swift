// SPDX-License-Identifier: Apache-2.0

package import Spending
package import SpoolState
package import SystemPackage

/// Who hears of what happens in the pipeline, beside the log and `status.json`. Is called on the way, so it must be quick.
package struct ServiceObserver: Sendable {
    /// A result is in its place, which is given.
    package var published: @Sendable (FilePath) -> Void
    /// What is going on, at most once a second, and only where something may have changed.
    package var stateChanged: @Sendable (SpoolState) -> Void
    /// Another configuration holds.
    package var pricesChanged: @Sendable (PriceTable) -> Void

    /// - Parameters: see the properties.
    package init(
        published: @escaping @Sendable (FilePath) -> Void, stateChanged: @escaping @Sendable (SpoolState) -> Void,
        pricesChanged: @escaping @Sendable (PriceTable) -> Void
    ) {
        (self.published, self.stateChanged, self.pricesChanged) = (published, stateChanged, pricesChanged)
    }

    /// Both do.
    package func and(_ other: ServiceObserver) -> ServiceObserver {
        ServiceObserver(
            published: { [self] in
                published($0)
                other.published($0)
            },
            stateChanged: { [self] in
                stateChanged($0)
                other.stateChanged($0)
            },
            pricesChanged: { [self] in
                pricesChanged($0)
                other.pricesChanged($0)
            })
    }

    /// Nobody does.
    package static let nobody = ServiceObserver(published: { _ in }, stateChanged: { _ in }, pricesChanged: { _ in })
}
