// SPDX-License-Identifier: Apache-2.0

internal import Hummingbird
internal import NIOCore

/// Knows the request's connection, so that a fault can close it.
struct SimulatorContext: RequestContext {
    var coreContext: CoreRequestContextStorage
    let channel: any Channel

    init(source: ApplicationRequestContextSource) {
        coreContext = .init(source: source)
        channel = source.channel
    }

    /// Submits with ten long links and a long prompt fit well.
    var maxUploadSize: Int { 4 << 20 }
}
