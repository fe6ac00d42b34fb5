import Testing

/// Stands in on a port that the settings name before there is a server: passes connections on, or is silent.
enum Forwarder {
  /// Passes what comes on to another port.
  static func started(from port: Int, to target: Int) async throws -> Program {
    let script = """
      import asyncio
      async def pump(r, w):
          try:
              while data := await r.read(65536):
                  w.write(data); await w.drain()
          finally:
              w.close()
      async def serve(r, w):
          r2, w2 = await asyncio.open_connection("127.0.0.1", \(target))
          await asyncio.gather(pump(r, w2), pump(r2, w))
      async def main():
          await (await asyncio.start_server(serve, "127.0.0.1", \(port))).serve_forever()
      asyncio.run(main())
      """
    return try await run(script)
  }

  /// Takes connections and says nothing.
  static func silent(on port: Int) async throws -> Program {
    let script = """
      import socket
      server = socket.create_server(("127.0.0.1", \(port)))
      taken = []
      while True: taken.append(server.accept())
      """
    let program = try await run(script)
    try await eventually("it listens", within: .seconds(10)) {
      try await offPool { (try? HTTPConnection(port: port)) != nil }
    }
    return program
  }

  private static func run(_ script: String) async throws -> Program {
    try await Program.start(
      ["/usr/bin/python3", "-c", script], environment: ["PATH": "/usr/bin:/bin"], log: "/dev/null")
  }
}
