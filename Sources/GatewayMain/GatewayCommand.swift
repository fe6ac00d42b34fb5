import ArgumentParser
import Gateway

/// `gateway`: the edge. Without a subcommand it serves.
@main
struct GatewayCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "gateway",
    abstract: "Checks tokens, limits rates, serves pages and forwards the rest to origin.",
    discussion: """
      Everything is set in one YAML file, gateway-config/gateway.yaml unless --config names another. It is explained
      there key by key, and in docs/configuration.md.

        gateway                              serves until SIGTERM, which lets answers end; SIGHUP loads the file again
        gateway check                        names every mistake in the file with its line
        gateway explain GET /v2/slots        says what would happen to a request, and why
        gateway purge --tag event-type-7     throws stored answers out of a running gateway
        curl http://127.0.0.1:8083/top       the last minute of a running gateway (its admin listener)

      Exits with 0 when all is well, 64 for a wrong command line, 78 for a wrong configuration, 1 for anything else.
      """,
    version: GatewayVersion.number,
    subcommands: [ServeCommand.self, CheckCommand.self, ExplainCommand.self, PurgeCommand.self],
    defaultSubcommand: ServeCommand.self)
}
