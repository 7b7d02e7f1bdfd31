// `Modes` itself stands beside `Interpreter` and `Call`, which are one idea with it (`Note: The door`).

extension Modes {
  /// Puts the interpreters that are asked for in their order.
  func arrange() {
    let before: [(any Interpreter)?] = [errorScope, tracer, autocast]
    let behind: [(any Interpreter)?] = [
      witness as? any Interpreter, detectsAnomalies ? AnomalyDetector() : nil, profiler,
    ]
    interpreters = before.compactMap { $0 } + [Evaluator()] + behind.compactMap { $0 }
    evaluatorPlace = before.count { $0 != nil }
  }
}

/// Runs `body` without recording operations: results require no gradient.
public func noGrad<Result>(
  file: StaticString = #fileID, line: UInt = #line, _ body: () throws -> Result
) rethrows -> Result {
  try Modes.with(
    {
      $0.isRecording = false
      $0.recordingOff = Blockage(.recordingOff(CallSite(file: file, line: line)))
    }, body)
}

/// Runs `body` with recording on, inside a `noGrad`.
public func enableGrad<Result>(_ body: () throws -> Result) rethrows -> Result {
  try Modes.with({ $0.isRecording = true }, body)
}
