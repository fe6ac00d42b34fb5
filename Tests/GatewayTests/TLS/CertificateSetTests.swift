import Foundation
import Gateway
import Testing

@Suite(.timeLimit(.minutes(1))) struct CertificateSetTests {
  @Test(arguments: [
    ("a.test", "a"), ("www.a.test", "a"), ("x.w.test", "w"), ("own.w.test", "own"),
    ("y.x.w.test", "fallback"),
    ("w.test", "fallback"), ("nobody.test", "fallback"), ("", "fallback"),
  ])
  func `a name gets its own certificate before a wildcard before the default`(
    name: String, expected: String
  ) throws {
    let files = try TestCertificates()
    defer { files.remove() }
    try files.make("a", for: "a.test", "www.a.test")
    try files.make("w", for: "*.w.test")
    try files.make("own", for: "own.w.test")
    try files.make("fallback", for: "else.test")
    let set = try CertificateSet.load(
      ["a", "w", "own", "fallback"].map { name in
        var configuration = CertificateConfiguration(chainFile: files.chain(name), keyFile: files.key(name))
        configuration.isDefault = name == "fallback"
        return configuration
      })
    #expect(set.certificates[set.place(for: name)].configuration.chainFile == files.chain(expected))
  }

  @Test func `what cannot be a pair is named`() throws {
    let files = try TestCertificates()
    defer { files.remove() }
    try files.make("a", for: "a.test")
    try files.make("b", for: "b.test")
    func mistake(_ chain: String, _ key: String, _ names: [String] = []) -> String? {
      var configuration = CertificateConfiguration(chainFile: chain, keyFile: key)
      configuration.names = names
      do throws(CertificateMistake) {
        _ = try ServerCertificate(configuration)
        return nil
      } catch {
        return error.description
      }
    }
    #expect(mistake(files.chain("a"), files.key("a")) == nil)
    #expect(mistake(files.chain("a"), files.key("b"))?.contains("does not belong") == true)
    #expect(mistake(files.chain("a"), files.chain("a"))?.contains("no private key") == true)
    #expect(mistake(files.key("a"), files.key("a"))?.contains("no certificates") == true)
    #expect(mistake(files.chain("none"), files.key("a"))?.contains("cannot be read") == true)
    #expect(mistake(files.chain("a"), files.key("a"), ["b.test"])?.contains("not for b.test") == true)
  }

  @Test func `its dates are held against the clock`() throws {
    let files = try TestCertificates()
    defer { files.remove() }
    try files.make("a", for: "a.test", days: 30)
    let certificate = try ServerCertificate(
      CertificateConfiguration(chainFile: files.chain("a"), keyFile: files.key("a")))
    let now = Int(Date().timeIntervalSince1970)
    #expect(certificate.mistake(at: now) == nil)
    #expect(certificate.mistake(at: now + 31 * 86_400)?.description.contains("expired") == true)
    #expect(certificate.mistake(at: now - 86_400)?.description.contains("not valid before") == true)
  }

  @Test(arguments: [
    "", ".", "a..b", "*", "*.", "a.*.b", "a/b", "a b", String(repeating: "a", count: 64) + ".test",
  ])
  func `what is no host name is no name of a certificate`(text: String) {
    #expect(!ServerName.isPattern(text))
  }
}
