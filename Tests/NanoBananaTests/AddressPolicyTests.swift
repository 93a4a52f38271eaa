// SPDX-License-Identifier: Apache-2.0

import Testing

@testable import NanoBanana

struct AddressPolicyTests {
    @Test(arguments: [
        "1.1.1.1", "8.8.8.8", "9.255.255.255", "11.0.0.0", "100.63.255.255", "100.128.0.0", "126.255.255.255",
        "128.0.0.0", "169.253.255.255", "169.255.0.0", "172.15.255.255", "172.32.0.0", "192.0.1.0", "192.167.255.255",
        "192.169.0.0", "198.17.255.255", "198.20.0.0", "198.51.99.255", "203.0.112.0", "223.255.255.255",
        "2606:4700::1111", "2001:200::1", "2001:db7::1", "2001:db9::1", "2a00::1", "3ffe::1", "3fff:1000::1",
        "::ffff:8.8.8.8", "64:ff9b::808:808", "2002:808:808::1",
    ])
    func `an address of the public Internet is allowed`(text: String) throws {
        #expect(AddressPolicy.publicOnly.allows(IPLiteral(text)))
    }

    @Test(arguments: [
        "0.0.0.0", "0.1.2.3", "10.0.0.0", "10.255.255.255", "100.64.0.0", "100.127.255.255", "127.0.0.1",
        "127.255.255.255", "169.254.0.0", "169.254.169.254", "172.16.0.0", "172.31.255.255", "192.0.0.1", "192.0.2.1",
        "192.168.0.0", "192.168.255.255", "198.18.0.0", "198.19.255.255", "198.51.100.7", "203.0.113.7", "224.0.0.1",
        "239.255.255.255", "240.0.0.1", "255.255.255.255",
        "::", "::1", "::7f00:1", "fe80::1", "fc00::1", "fd12:3456::1", "fec0::1", "ff02::1", "100::1", "2001::1",
        "2001:1ff::1", "2001:db8::1", "3fff::1", "3fff:fff::1", "5f00::1", "64:ff9b:1::1", "::ffff:127.0.0.1",
        "::ffff:10.0.0.1", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "2002:7f00:1::1", "2002:a00:1::1",
    ])
    func `an address that is not of the public Internet is forbidden`(text: String) throws {
        let address = try #require(IPLiteral(text))
        #expect(!AddressPolicy.publicOnly.allows(address))
        #expect(AddressPolicy.any.allows(address))
    }

    @Test func `an address that is not known is forbidden`() throws {
        #expect(!AddressPolicy.publicOnly.allows(nil))
    }

    @Test(
        arguments: [
            ("https://duomiapi.com", .publicOnly), ("https://8.8.8.8", .publicOnly),
            ("https://localhost.example", .publicOnly),
            ("http://127.0.0.1:8080", .any), ("http://localhost:8080", .any), ("http://LocalHost", .any),
            ("http://10.1.2.3/x", .any), ("http://[::1]:8080", .any), ("http://[fd00::1]", .any),
            ("http://[2606:4700::1111]", .publicOnly),
        ] as [(String, AddressPolicy)])
    func `pictures may come from anywhere only where the API itself is not public`(
        url: String, policy: AddressPolicy
    ) throws {
        #expect(NanoBananaClient.policy(for: try #require(Destination(url))) == policy)
    }

    @Test(arguments: [
        "pictures.example.com", "a.b.c.example", "xn--bcher-kva.example", "1.example.com", "my_bucket.example.com",
        "example.com.", "8.8.8.8", "2606:4700::1111", "internal.example.com", "localhost.example.com",
    ])
    func `a host that may be public is left to the proxy`(host: String) {
        #expect(AddressPolicy.publicOnly.allows(host: host))
    }

    @Test(arguments: [
        "127.0.0.1", "10.1.2.3", "169.254.169.254", "::1", "fd00::1", "::ffff:10.0.0.1", "64:ff9b::a9fe:a9fe",
        "localhost", "localhost.", "a.localhost", "printer.local", "metadata.google.internal", "router.home.arpa",
        "intranet", "", ".", "2130706433", "0x7f000001", "127.1", "0177.0.0.1", "10.0x1", "a.0x7f", "127.0.0.1.",
        "\u{FF11}27.0.0.1", "b\u{FC}cher.example", "a b.example", "[::1]", "a.example:80", "::1%lo",
    ])
    func `a host that is not public, or might be read as one, is refused before a proxy is asked`(host: String) {
        #expect(!AddressPolicy.publicOnly.allows(host: host))
        #expect(AddressPolicy.any.allows(host: host))
    }

    @Test(arguments: [
        ("198.18.0.5", true), ("198.19.255.255", true), ("::ffff:198.18.0.5", true), ("fc00::5", true),
        ("fc00:3fff::1", true), ("8.8.8.8", true), ("198.17.0.1", true), ("10.0.0.1", false), ("127.0.0.1", false),
        ("169.254.169.254", false), ("fc00:4000::1", false), ("fd00::1", false), ("::1", false),
    ])
    func `a name may lead to an address that a proxy made up for it`(text: String, isAllowed: Bool) throws {
        #expect(
            AddressPolicy.publicOnly.allowsName(leadingTo: IPLiteral(text)) == isAllowed)
    }

    @Test func `a number that a proxy may have made up is refused before anything is sent`() async throws {
        try await Samples.withClient(of: "http://127.0.0.1:9", change: { $0.pictureAddresses = .publicOnly }) {
            client in
            for (link, address) in [
                ("198.18.0.5", "198.18.0.5"), ("0xC6120005", "198.18.0.5"), ("[fc00::5]", "fc00::5"),
            ] {
                await #expect(throws: DownloadError.forbiddenAddress(address, name: nil)) {
                    try await client.download(PictureLink(url: "http://\(link)/x.png"))
                }
            }
        }
    }

    @Test func `an API behind such a proxy does not open the office to its pictures`() throws {
        let addressScope = AddressScope(.unknown)
        addressScope.note(try #require(IPLiteral("198.18.0.5")))
        #expect(addressScope.kind == .isPublic)
        #expect(addressScope.namesAreMadeUp)
        addressScope.note(try #require(IPLiteral("10.0.0.5")))
        #expect(addressScope.kind == .isPrivate)
        #expect(!addressScope.namesAreMadeUp)
    }
}
