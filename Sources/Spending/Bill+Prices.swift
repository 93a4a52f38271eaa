// SPDX-License-Identifier: Apache-2.0

package import Jobs
package import Requests

extension Bill {
    /// - Parameter price: of one submit of a request.
    package init(of job: Job, price: (Request) -> Amount?) {
        self.init(of: [job], price: price)
    }

    /// That of several jobs.
    package init(of jobs: [Job], price: (Request) -> Amount?) {
        let bills = jobs.map(Bill.init(of:))
        func money(_ count: (Bill) -> Int) -> String? {
            var sum = Amount.zero
            for (job, bill) in zip(jobs, bills) where count(bill) > 0 {
                // What was paid for before a person changed the request may have had another price.
                guard job.isOfOneRequest, let request = job.request, let price = price(request) else { return nil }
                sum = sum + price * count(bill)
            }
            return sum == .zero ? nil : sum.inFull
        }
        self.init(
            charged: bills.reduce(0) { $0 + $1.charged }, maybeCharged: bills.reduce(0) { $0 + $1.maybeCharged },
            money: money(\.charged), moneyMaybe: money(\.maybeCharged))
    }
}
