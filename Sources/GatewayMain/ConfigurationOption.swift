import ArgumentParser
import Gateway
import Glibc

/// Where the configuration is, and how it is loaded.
struct ConfigurationOption: ParsableArguments {
  @Option(name: .customLong("config"), help: "The configuration file.")
  var path = "gateway-config/gateway.yaml"

  /// Every mistake is printed, each with its line, before anything starts.
  func load() throws -> GatewayConfiguration { try Self.load(path) }

  static func load(_ path: String) throws -> GatewayConfiguration {
    do throws(ConfigurationComplaints) {
      return try GatewayConfiguration.load(path: path, environment: ProcessEnvironment.variables)
    } catch {
      throw error.printed()
    }
  }
}

extension ConfigurationComplaints {
  /// Writes each mistake to standard error.
  ///
  /// - Returns: what the process ends with: 78, EX_CONFIG of sysexits.h.
  func printed() -> ExitCode {
    let text = complaints.isEmpty ? [] : Array((description + "\n").utf8)
    _ = unsafe text.withUnsafeBytes { unsafe write(STDERR_FILENO, $0.baseAddress, $0.count) }
    return ExitCode(78)
  }
}
