import WeftTensor

/// What every operation must hold to, checked on the samples it states.
///
/// The same for the library's operations and for one of your own:
///
/// ```swift
/// let report = Contract.check(Cube.self)
/// for failure in report.failures { print(failure) }
/// ```
/// What an operation may leave out (a forward rule, a rule for batches, refusals, an equation) is listed as missing where
/// it does; the library's own must state all of it.
public enum Contract {
  /// Runs checks on every sample of an operation.
  public static func check(
    _ operation: any TensorOperation.Type, _ checks: [ContractCheck] = ContractCheck.all
  ) -> ContractReport {
    let operation = ContractOperation(operation)
    var report = ContractReport(operation: operation.typeName, sampleCount: operation.type.samples.count)
    for check in checks { report.add(check, operation) }
    return report
  }
}

/// What checking an operation came to.
public struct ContractReport: Sendable {
  /// Something an operation does not hold to, or does not state.
  public struct Failure: Sendable, CustomStringConvertible {
    /// The check's name.
    public let check: String
    /// The operation, its sample, and what was found.
    public let message: String

    public var description: String { "\(check): \(message)" }
  }

  /// The name of the operation's Swift type.
  public let operation: String
  /// How many samples the operation states.
  public let sampleCount: Int
  /// How many checks were run, each on all samples.
  public private(set) var checkCount = 0
  /// How many of them found nothing wrong.
  public private(set) var passedCount = 0
  /// How many numbers were compared.
  public private(set) var comparisons = 0
  /// What it does not hold to, in the order of the checks; empty for an operation that is proven.
  public private(set) var failures: [Failure] = []
  /// What the operation does not state.
  public private(set) var missing: [Failure] = []

  init(operation: String, sampleCount: Int) {
    self.operation = operation
    self.sampleCount = sampleCount
    if sampleCount == 0 { failures.append(Failure(check: "samples", message: "\(operation) has no samples")) }
  }

  mutating func add(_ check: ContractCheck, _ operation: ContractOperation) {
    let before = failures.count + missing.count
    for sample in operation.cases {
      let found = check.run(sample)
      comparisons += found.comparisons
      failures += found.failures.map { Failure(check: check.name, message: $0) }
      missing += found.missing.map { Failure(check: check.name, message: $0) }
    }
    checkCount += 1
    if failures.count + missing.count == before { passedCount += 1 }
  }
}
