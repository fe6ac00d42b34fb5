import ArgumentParser
import Foundation
import Gateway
import JWT

/// `gateway explain GET /v2/slots -H "Authorization: Bearer …"`
struct ExplainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "explain", abstract: "Prints what would happen to a request.")

  @OptionGroup var file: ConfigurationOption
  @Argument(help: "GET, POST, …")
  var method: String
  @Argument(help: "A path with its query, or a whole URL.")
  var url: String
  @Option(name: [.customShort("H"), .customLong("header")], help: "A header field, as Name: value.")
  var headers: [String] = []
  @Option(help: "The client's address.")
  var client = "127.0.0.1"
  @Option(help: "A file with the key set (JWKS) to check tokens by.")
  var keys: String?

  func run() throws {
    let configuration = try file.load()
    guard let address = ClientAddress(client) else { throw ValidationError("\(client) is no IP address") }
    let plan = try GatewayPlan(configuration, rateLimits: RateLimitTable(keys: 1_024))
    let explanation = Explanation(plan, keys: try verification(configuration))
    let lines = explanation.lines(
      method: method, url: url, headers: headers, client: address, seconds: Int(Date().timeIntervalSince1970))
    for line in lines { print(line) }
  }

  private func verification(_ configuration: GatewayConfiguration) throws -> JWTVerification? {
    guard let keys, let token = configuration.token else { return nil }
    let bytes = try Data(contentsOf: URL(filePath: keys))
    return JWTVerification(token, keys: try VerificationKeySet(jwks: Array(bytes)))
  }
}
