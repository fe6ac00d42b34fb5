import ArgumentParser
import Gateway

/// `gateway check`: exits 0, or 78 with every mistake and its line.
struct CheckCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check", abstract: "Checks the configuration and the files that it names.")

  @OptionGroup var file: ConfigurationOption

  func run() throws {
    let configuration = try file.check()
    let limits = RateLimitTable(keys: 1)
    do {
      _ = try GatewayPlan(configuration, rateLimits: limits)
    } catch {
      print("\(file.path): \(error)")
      throw ExitCode(78)
    }
    print("\(file.path): \(configuration.routes.count) routes, nothing wrong")
  }
}
