import CMPI
import Foundation
import WeftTensor
import WeftTrain

/// The processes that work together, and what they do together.
///
/// ```swift
/// let communicator = try Communicator.launched()
/// let mean = try communicator.allReduce(loss, .mean, name: "loss")
/// if communicator.rank == 0 { print(mean) }
/// communicator.close()
/// ```
/// Each collective is begun by all ranks in the same order, with operands of one shape; what begins with `start` returns
/// at once. Where one asks for another than the rest, where one has ended, and where one does not come in time, the others
/// get an error that says which. A program that was started alone is the only rank of its own, without any MPI.
public final class Communicator: Sendable {
  /// Which process this is, from 0.
  public let rank: Int
  /// How many there are.
  public let size: Int
  /// How many of them run on this machine, where that is known.
  public let localSize: Int?
  private let progress: Progress?

  /// How numbers of all ranks become one.
  public enum Reduction: String, Sendable, CaseIterable {
    /// Added up.
    case sum
    /// The sum divided by the number of ranks.
    case mean
    /// The greatest.
    case max
    /// The least.
    case min

    var operation: cmpi_operation {
      switch self {
      case .sum, .mean: CMPI_SUM
      case .max: CMPI_MAX
      case .min: CMPI_MIN
      }
    }
  }

  /// Of one process, alone.
  public init() { (rank, size, localSize, progress) = (0, 1, 1, nil) }

  private init(_ launch: Launch, timeout: Double) throws(MPIError) {
    guard cmpi_open() == 0 else { throw .missing(String(cString: cmpi_problem())) }
    let progress = Progress(timeout: timeout)
    (rank, size) = try progress.begin()
    (localSize, self.progress) = (launch.localSize, progress)
    guard rank == launch.rank, size == launch.size else {
      progress.leave(because: "the launcher and MPI do not agree")
      throw .launch(launch, rank: rank, size: size)
    }
  }

  /// How long others are waited for at one collective where nothing else is said, in seconds; rank 0 may be writing a
  /// checkpoint meanwhile.
  public static let standardTimeout = 300.0

  /// That of the processes that `mpirun`, or Slurm, started together with this one; of this alone, where it was not.
  /// A process may ask for one once.
  ///
  /// - Parameter timeout: How long others are waited for at one collective, in seconds; left out, `WEFT_MPI_TIMEOUT` of
  ///   the environment, else `standardTimeout`.
  /// - Throws: `MPIError` where there is no Open MPI, or it counts other processes than the launcher.
  public static func launched(timeout: Double? = nil) throws(MPIError) -> Communicator {
    guard let launch = Launch.current else { return Communicator() }
    let asked = ProcessInfo.processInfo.environment["WEFT_MPI_TIMEOUT"].flatMap { Double($0) }
    let seconds = timeout ?? asked ?? standardTimeout
    return try Communicator(launch, timeout: seconds > 0 ? seconds : standardTimeout)
  }

  /// Begins a collective.
  ///
  /// - Parameters:
  ///   - start: Begins to move data, and holds the memory that this needs.
  ///   - result: What it gives, when it is over.
  func start<Result>(
    _ collective: Collective, _ start: @escaping (UnsafeMutablePointer<cmpi_request?>) -> Int32,
    result: @escaping () -> Result
  ) throws(MPIError) -> Pending<Result> {
    guard let progress else { return Pending(nil, nil, result) }
    let transfer = Transfer(collective, start)
    try progress.submit(transfer)
    return Pending(progress, transfer, result)
  }

  /// Ends the work together: all ranks come to it. Without it `mpirun` takes the program for one that failed.
  public func close() { progress?.finish() }

  /// Tells the others that this process ends with an error, so that they end too; then nothing else can be done together.
  public func leave(because error: any Error) { progress?.leave(because: "\(error)") }
}

/// A collective under way, and what it will give.
public struct Pending<Result> {
  private let progress: Progress?
  private let transfer: Transfer?
  private let result: () -> Result

  init(_ progress: Progress?, _ transfer: Transfer?, _ result: @escaping () -> Result) {
    (self.progress, self.transfer, self.result) = (progress, transfer, result)
  }

  /// Its result, when all ranks have come to it.
  ///
  /// - Throws: `MPIError` that names who did not, or differs.
  public func wait() throws(MPIError) -> Result {
    if let transfer { try progress?.wait(for: transfer) }
    return result()
  }
}
