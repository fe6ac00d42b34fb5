import NIOCore
import Synchronization

/// Answers on their way to the connections of one event loop. Those that are ready at about the same time wake the loop
/// once: woken for each it takes the core from the tasks that are making the next ones.
final class AnswerOutbox: Sendable {
  struct Answer: Sendable {
    let connection: NIOLoopBound<HTTPConnection>
    let bytes: ByteBuffer
    let closes: Bool
  }

  private let loop: any EventLoop
  private let waiting = Mutex<[Answer]>([])

  init(to loop: any EventLoop) {
    self.loop = loop
  }

  func add(_ answer: Answer) {
    let isFirst = waiting.withLock { waiting in
      waiting.append(answer)
      return waiting.count == 1
    }
    // Behind the tasks that can go on now.
    if isFirst { Task { loop.execute { self.deliver() } } }
  }

  private func deliver() {
    let answers = waiting.withLock { waiting in
      let answers = waiting
      waiting.removeAll(keepingCapacity: true)
      return answers
    }
    for answer in answers { answer.connection.value.finish(answer.bytes, closes: answer.closes) }
  }
}

/// One outbox for each event loop.
final class AnswerOutboxes: Sendable {
  private let outboxes = Mutex<[ObjectIdentifier: AnswerOutbox]>([:])

  func outbox(to loop: any EventLoop) -> AnswerOutbox {
    outboxes.withLock { outboxes in
      if let outbox = outboxes[ObjectIdentifier(loop)] { return outbox }
      let outbox = AnswerOutbox(to: loop)
      outboxes[ObjectIdentifier(loop)] = outbox
      return outbox
    }
  }
}
