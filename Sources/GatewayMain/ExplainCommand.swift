import ArgumentParser
import Gateway
import Glibc
import JWT

/// `gateway explain GET /v2/slots -H "Authorization: Bearer …"`
struct ExplainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "explain", abstract: "Prints what would happen to a request, step by step.",
    discussion: """
      Nothing is sent and no limit is used up: the same code decides that decides for real.

        gateway explain GET /v2/slots
        gateway explain OPTIONS /v2/bookings -H "Origin: https://x.test" -H "Access-Control-Request-Method: POST"
        gateway explain GET /book/ann -H "Accept-Encoding: br" --client 203.0.113.7
        gateway explain GET /v2/me -H "Authorization: Bearer $TOKEN" --keys jwks.json
      """)

  @OptionGroup var file: ConfigurationOption
  @Argument(help: "GET, POST, …")
  var method: String
  @Argument(help: "A path with its query, or a whole URL.")
  var url: String
  @Option(
    name: [.customShort("H"), .customLong("header")],
    help: "A header field, as Name: value; any number of them.")
  var headers: [String] = []
  @Option(help: "The address that the connection comes from.")
  var client = "127.0.0.1"
  @Option(help: "A file with the key set (JWKS) to check tokens by.")
  var keys: String?

  func run() throws {
    let configuration = try file.load()
    guard let address = ClientAddress(client) else { throw ValidationError("\(client) is no IP address") }
    let plan = try GatewayPlan(configuration, rateLimits: RateLimitTable(keys: 1_024))
    let explanation = Explanation(plan, keys: try verification(configuration))
    let lines = explanation.lines(
      method: method, url: url, headers: headers, client: address, seconds: time(nil))
    for line in lines { print(line) }
  }

  private func verification(_ configuration: GatewayConfiguration) throws -> JWTVerification? {
    guard let keys, let token = configuration.token else { return nil }
    guard let bytes = SmallFile.bytes(of: keys, limit: 1_048_576) else {
      throw ValidationError("\(keys) cannot be read: \(unsafe String(cString: strerror(errno)))")
    }
    return JWTVerification(token, keys: try VerificationKeySet(jwks: bytes))
  }
}
