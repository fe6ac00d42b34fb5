import ArgumentParser
import Gateway

/// `gateway purge --tag event-type:41`: throws stored answers out of the gateway that runs with this configuration.
struct PurgeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "purge", abstract: "Throws stored answers out of the cache of the running gateway.")

  @OptionGroup var file: ConfigurationOption
  @Option(help: "A tag that the upstream has put on answers (Cache-Tag). May be given several times.")
  var tag: [String] = []
  @Option(help: "The path of a request, whatever its query and host. May be given several times.")
  var path: [String] = []
  @Flag(help: "Everything.")
  var all = false

  func validate() throws {
    guard !tag.isEmpty || !path.isEmpty || all else { throw ValidationError("Give --tag, --path or --all.") }
    if let wrong = path.first(where: { !$0.hasPrefix("/") }) {
      throw ValidationError("--path \(wrong) must begin with a slash.")
    }
  }

  func run() throws {
    guard let admin = try file.load().admin else {
      throw ValidationError("\(file.path) has no admin listener, which takes purges.")
    }
    let parts =
      tag.map { "tag=\(Self.encoded($0))" } + path.map { "path=\(Self.encoded($0))" } + (all ? ["all"] : [])
    let answer: (status: Int, body: String)
    do {
      answer = try AdminClient.post(
        "/cache/purge?" + parts.joined(separator: "&"), field: "X-Daybook-Purge: yes", to: admin)
    } catch {
      throw ValidationError("\(error)")
    }
    print(answer.body)
    if answer.status != 200 { throw ExitCode.failure }
  }

  /// Everything but letters and digits as percent and two digits.
  private static func encoded(_ text: String) -> String {
    text.utf8.map { byte in
      let isPlain =
        (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
      let digits = String(byte, radix: 16, uppercase: true)
      return isPlain ? String(UnicodeScalar(byte)) : "%" + (digits.count == 1 ? "0" : "") + digits
    }.joined()
  }
}
