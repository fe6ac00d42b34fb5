import HTTPTypes
import Hummingbird
import HummingbirdCore
import Logging
import NIOCore

/// Serves HTTP/1.1 to the router with the parser of the gateway, so that both read a request in one way. A request is
/// read whole on its loop and handed to the connection's task at once: passing it on in parts, as a library must that
/// knows no limit of its bodies, has cost a read of a booking more than the read itself.
struct HTTPListener<Responder: HTTPResponder>: ServerChildChannel
where Responder.Context: InitializableFromSource<ApplicationRequestContextSource> {
  let responder: Responder
  /// How long a request may take to come whole. Between requests a connection may rest.
  let arrival: TimeAmount
  private let outboxes = AnswerOutboxes()

  init(responder: Responder, arrival: TimeAmount) {
    self.responder = responder
    self.arrival = arrival
  }

  func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<ServedConnection> {
    channel.eventLoop.makeCompletedFuture {
      let connection = HTTPConnection(arrival: arrival)
      try channel.pipeline.syncOperations.addHandler(connection)
      return ServedConnection(
        channel: channel, requests: connection.requests,
        connection: NIOLoopBound(connection, eventLoop: channel.eventLoop),
        outbox: outboxes.outbox(to: channel.eventLoop))
    }
  }

  /// Answers one request after the other until the connection ends.
  func handle(value connection: ServedConnection, logger: Logger) async {
    await withTaskCancellationHandler {
      while let arrived = await connection.requests.next() {
        let answer = await answer(arrived.request, on: connection.channel, logger: logger)
        await connection.send(answer, to: arrived)
      }
    } onCancel: {
      connection.channel.close(promise: nil)
    }
  }

  private func answer(_ request: Request, on channel: any Channel, logger: Logger) async -> Response {
    let context = Responder.Context(source: ApplicationRequestContextSource(channel: channel, logger: logger))
    do {
      return try await responder.respond(to: request, context: context)
    } catch {
      // Middleware makes an answer of every error; this is the last resort.
      logger.error("request failed outside of the middleware", metadata: ["error": "\(error)"])
      return Response(status: .internalServerError)
    }
  }
}

extension HTTPServerBuilder {
  /// One HTTP/1.1 listener whose requests go to `responder`.
  static func wire<Responder: HTTPResponder>(
    _ responder: Responder, arrival: TimeAmount = .seconds(60)
  ) -> HTTPServerBuilder
  where Responder.Context: InitializableFromSource<ApplicationRequestContextSource> {
    HTTPServerBuilder { _ in HTTPListener(responder: responder, arrival: arrival) }
  }
}
