import ArgumentParser
import WeftServe

/// What a server allows, on the command line.
struct ServeLimits: ParsableArguments {
  @Option(help: "How many requests may wait; others are told to come again (429).")
  var maxQueue = 256
  @Option(help: "The longest body, in bytes (413).")
  var maxBody = 8 << 20
  @Option(help: "How many texts one request may have (422).")
  var maxInputs = 2048
  @Option(help: "How many tokens a batch has at most, padding included.")
  var batchTokens = 16_384
  @Option(help: "For how many milliseconds a request waits for others, where nothing is being computed.")
  var batchDelay = 0.0
  @Option(help: "How many texts are generated at once.")
  var parallel = 8
  @Option(help: "After how many seconds a request is given up (504); 0 for never.")
  var deadline = 300.0

  func validate() throws {
    let positive = [
      ("max-queue", maxQueue), ("max-body", maxBody), ("max-inputs", maxInputs), ("batch-tokens", batchTokens),
      ("parallel", parallel),
    ]
    for (name, value) in positive where value < 1 { throw ValidationError("--\(name) takes a number of at least 1") }
    guard maxBody <= 1 << 30 else { throw ValidationError("--max-body takes at most 1073741824 bytes, a GiB") }
    guard (0...10_000).contains(batchDelay) else { throw ValidationError("--batch-delay takes 0 to 10000 ms") }
    guard (0...1_000_000).contains(deadline) else { throw ValidationError("--deadline takes 0 to 1000000 s") }
  }

  var settings: ServeSettings {
    var settings = ServeSettings()
    (settings.maximumQueue, settings.maximumBody, settings.maximumInputs) = (maxQueue, maxBody, maxInputs)
    (settings.batchTokens, settings.batchDelay) = (batchTokens, .milliseconds(batchDelay))
    settings.parallelGenerations = parallel
    settings.deadline = deadline > 0 ? .seconds(deadline) : nil
    return settings
  }
}
