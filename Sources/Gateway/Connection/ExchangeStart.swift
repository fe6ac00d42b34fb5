/// What came of the start of an exchange.
enum ExchangeStart {
  /// An upstream has been asked, or will be.
  case forwarded
  /// The stream sends this; the exchange's record is filled and waits for `Exchange.answeredLocally`.
  case answer(LocalAnswer, closes: Bool)
}
