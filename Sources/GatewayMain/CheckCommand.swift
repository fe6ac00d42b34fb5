import ArgumentParser
import Gateway
import Glibc

/// `gateway check`: exits 0, or 78 with every mistake and its line.
struct CheckCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check", abstract: "Checks the configuration and the files that it names.",
    discussion: """
      Prints every mistake at once, each as FILE:LINE: what is wrong and what would be right; then warnings, for
      what is allowed but probably not meant. Nothing is started and no port is opened.

      Exits with 0 when the configuration can be used, with 78 when not. With --strict warnings count as mistakes.
      """)

  @OptionGroup var file: ConfigurationOption
  @Flag(help: "Exits with 78 on warnings too.")
  var strict = false

  func run() throws {
    do throws(ConfigurationComplaints) {
      let configuration = try GatewayConfiguration.check(
        path: file.path, environment: ProcessEnvironment.variables, at: time(nil))
      for upstream in configuration.upstreams {
        print("upstream \(upstream.name): \(upstream.servers.map(\.text).joined(separator: ", "))")
        for line in upstream.explanation { print("  \(line)") }
      }
      let warnings = configuration.warnings
      for warning in warnings { print("warning: \(warning)") }
      let routes = configuration.routes.count
      let found = warnings.isEmpty ? "nothing wrong" : "no mistakes, \(warnings.count) warnings"
      print("\(file.path): \(routes) routes, \(found)")
      if strict, !warnings.isEmpty { throw ConfigurationComplaints([]) }
    } catch {
      throw error.printed()
    }
  }
}
