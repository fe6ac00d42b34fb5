import Testing

@testable import Origin

@Suite struct SubscriberURLTests {
  @Test func `a URL is read with its host and port`() throws {
    let plain = try #require(SubscriberURL("http://Hooks.Example.com./a?b#c"))
    #expect(plain.host == .name("hooks.example.com") && plain.port == 80 && !plain.isEncrypted)
    let other = try #require(SubscriberURL("HTTPS://[2606:4700:4700::1111]:8443"))
    #expect(other.host == .address(try #require(IPAddress("2606:4700:4700::1111"))) && other.port == 8443)
    #expect(other.isEncrypted && !other.isPrivate)
  }

  @Test(arguments: [
    "", "https://", "https:///x", "https:example.com", "//example.com", "ftp://example.com",
    "file:///etc/passwd",
    "gopher://example.com", "https://user@example.com", "https://example.com@127.0.0.1/",
    "https://example.com:0",
    "https://example.com:65536", "https://example.com:", "https://example.com:1a", "https://exa mple.com",
    "https://example.com\\@127.0.0.1", "https://ex%61mple.com", "https://example..com", "https://[::1",
    "https://::1/",
    "https://1.2.3.4.5/", "https://example.com.1/", "https://256.1.1.1/", "https://ex\u{E4}mple.com",
    "https://a\tb.com",
    "https://a\nb.com", "https://[fe80::1%25eth0]/", "javascript:alert(1)", "http:\\\\127.0.0.1",
  ])
  func `what two readers could read in two ways is no URL`(_ text: String) {
    #expect(SubscriberURL(text) == nil)
  }

  @Test(arguments: [
    "http://localhost", "http://LOCALHOST:8080/", "http://localhost./", "http://api.localhost",
    "http://printer.local",
    "http://db", "http://metadata.google.internal/computeMetadata", "http://router.lan",
    "http://nas.home.arpa",
    "http://kubernetes.default.svc", "http://127.0.0.1", "http://127.1", "http://0x7f.1",
    "http://2130706433/",
    "http://017700000001", "http://[::1]:80", "http://[::ffff:10.0.0.1]/",
    "http://169.254.169.254/latest/meta-data",
    "http://0/", "http://0.0.0.0:8080", "http://10.0.0.1.", "http://[64:ff9b::7f00:1]/",
  ])
  func `what plainly leads inside is private`(_ text: String) throws {
    #expect(try #require(SubscriberURL(text)).isPrivate)
  }

  @Test(arguments: [
    "https://example.com", "https://hooks.test/x", "http://localhost.example.com", "http://8.8.8.8/",
    "https://a_b.example",
  ])
  func `everything else is not`(_ text: String) throws {
    #expect(try !#require(SubscriberURL(text)).isPrivate)
  }
}
