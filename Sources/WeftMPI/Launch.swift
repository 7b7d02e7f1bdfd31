import Foundation

/// What the program that started this process says of it: one of several that are to work together.
///
/// `mpirun` of Open MPI says so, Slurm's `srun`, and others that speak PMI. A batch script of Slurm's is one process,
/// though its environment tells of all that the job may start: only a step has ranks.
public struct Launch: Hashable, Sendable {
  /// The program that started it.
  public let launcher: String
  /// Which one this is, from 0.
  public let rank: Int
  /// How many there are.
  public let size: Int
  /// How many of them run on this machine, where that is known.
  public let localSize: Int?

  /// Of this process; nil where it was started alone.
  public static var current: Launch? { Launch(environment: ProcessInfo.processInfo.environment) }

  /// - Parameter environment: The variables that a process was started with.
  public init?(environment: [String: String]) {
    func number(_ name: String) -> Int? { environment[name].flatMap { Int($0) } }
    let isSlurmStep = environment["SLURM_STEP_ID"] != nil || environment["SLURM_STEPID"] != nil
    let known: [(launcher: String, rank: Int?, size: Int?, local: Int?)] = [
      (
        "mpirun", number("OMPI_COMM_WORLD_RANK"), number("OMPI_COMM_WORLD_SIZE"), number("OMPI_COMM_WORLD_LOCAL_SIZE")
      ),
      (
        "srun", number("SLURM_PROCID"),
        number("SLURM_STEP_NUM_TASKS") ?? (isSlurmStep ? number("SLURM_NTASKS") : nil),
        environment["SLURM_STEP_TASKS_PER_NODE"].flatMap { Int($0.prefix { $0.isNumber }) }
      ),
      ("mpiexec", number("PMI_RANK"), number("PMI_SIZE"), number("MPI_LOCALNRANKS")),
    ]
    let found = known.lazy.compactMap { entry -> Launch? in
      guard let rank = entry.rank, let size = entry.size, size > 1, (0..<size).contains(rank) else { return nil }
      return Launch(entry.launcher, rank, size, entry.local.flatMap { (1...size).contains($0) ? $0 : nil })
    }
    guard let first = found.first else { return nil }
    self = first
  }

  private init(_ launcher: String, _ rank: Int, _ size: Int, _ localSize: Int?) {
    (self.launcher, self.rank, self.size, self.localSize) = (launcher, rank, size, localSize)
  }
}
