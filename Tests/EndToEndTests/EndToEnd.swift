import Testing

/// Everything that runs the binaries, one after another: each test loads the machine.
@Suite(.serialized, .timeLimit(.minutes(3))) struct EndToEnd {}
