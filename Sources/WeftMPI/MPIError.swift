/// Something that keeps processes from working together.
public struct MPIError: Error, Hashable, Sendable {
  /// What went wrong, as a code that stays the same between versions.
  public enum Code: String, Hashable, Sendable, CaseIterable {
    /// Open MPI is not installed.
    case missing = "mpi.missing"
    /// The launcher and MPI do not agree on how many processes there are.
    case launch = "mpi.launch"
    /// A process asks for another collective than the rest.
    case mismatch = "mpi.mismatch"
    /// A process did not reach a collective in time.
    case timeout = "mpi.timeout"
    /// A process has ended, with an error or without.
    case left = "mpi.left"
    /// Models, or their values, are not the same everywhere.
    case different = "mpi.different"
    /// A call of MPI failed.
    case failed = "mpi.failed"
  }

  /// What went wrong.
  public let code: Code
  /// What should have been.
  public let expected: String
  /// What was.
  public let found: String
  /// What to do.
  public let hint: String

  init(_ code: Code, expected: String, found: String, hint: String) {
    (self.code, self.expected, self.found, self.hint) = (code, expected, found, hint)
  }
}

extension MPIError: CustomStringConvertible {
  /// The whole error on one line.
  public var description: String { "expected \(expected); found \(found); \(hint) [\(code.rawValue)]" }
}

extension MPIError {
  static func missing(_ problem: String) -> MPIError {
    MPIError(
      .missing, expected: "Open MPI's library, libmpi.so.40", found: problem,
      hint: "install it (Debian: apt-get install openmpi-bin), or start the program alone")
  }

  static func launch(_ launch: Launch, rank: Int, size: Int) -> MPIError {
    MPIError(
      .launch, expected: "rank \(launch.rank) of the \(launch.size) processes that \(launch.launcher) started",
      found: "rank \(rank) of \(size), as Open MPI counts them",
      hint: launch.launcher == "srun"
        ? "have Slurm speak to Open MPI: srun --mpi=pmix" : "start it with the mpirun that belongs to libmpi.so.40")
  }

  /// - Parameters:
  ///   - asked: What ranks asked for.
  ///   - count: How many ranks there are.
  static func mismatch(_ asked: [Int: Collective], of count: Int) -> MPIError {
    let counts = Dictionary(grouping: asked.keys.sorted()) { asked[$0] }
    let groups = counts.sorted { ($1.value.count, $0.value[0]) < ($0.value.count, $1.value[0]) }
    let found = groups.map { group in
      "\(named(group.value)) at \(group.key.map { "\($0)" } ?? "another collective")"
    }
    let isOfLayer = asked.values.contains { $0.lane == .statistics }
    return MPIError(
      .mismatch, expected: "all \(count) ranks at the same collective", found: found.joined(separator: ", "),
      hint: "each rank must come to the same collectives in the same order, with operands of one size"
        + (isOfLayer ? ": a layer that takes the statistics of all ranks is called by all of them" : ""))
  }

  static func left(_ rank: Int, because reason: String) -> MPIError {
    MPIError(
      .left, expected: "all ranks to go on together", found: "rank \(rank) has ended with an error: \(reason)",
      hint: "see to that one; what was saved before stays")
  }

  static func ended(_ rank: Int, before collective: Collective) -> MPIError {
    MPIError(
      .left, expected: "all ranks to reach \(collective)", found: "rank \(rank) has ended without it",
      hint: "each rank must come to the same collectives")
  }

  static func failed(_ call: String, _ words: String) -> MPIError {
    MPIError(
      .failed, expected: "\(call) to succeed", found: words,
      hint: "look at the machines and at the network between them")
  }

  /// `rank 2`, `ranks 0, 1 and 3`.
  static func named(_ ranks: [Int]) -> String {
    guard let last = ranks.last, ranks.count > 1 else { return ranks.first.map { "rank \($0)" } ?? "no rank" }
    return "ranks \(ranks.dropLast().map { "\($0)" }.joined(separator: ", ")) and \(last)"
  }
}
