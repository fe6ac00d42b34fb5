/// What the loop that has a stream tells the loops whose clients listen to it.
enum FanOutNews: Sendable {
  /// The upstream answers with a stream: who waits is let in.
  case open(lastID: String?, catchUp: FanOutPiece?)
  case piece(FanOutPiece, lastID: String?)
  /// What tells a client that he must look again, from now on.
  case catchUp(FanOutPiece)
  /// The upstream answers with something else, or not at all: let everybody ask for himself.
  case refused
  /// There is no such stream any more.
  case ended
}
