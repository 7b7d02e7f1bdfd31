import ArgumentParser
import Foundation
import Weft
import WeftMPI

/// The options of a training by several processes, which mpirun or srun started.
struct RankOptions: ParsableArguments {
  @Flag(help: "Under mpirun: batch normalization takes the statistics of the whole batch, not of each rank's part.")
  var syncBatchNorm = false
  @Flag(help: "Under mpirun: each rank keeps the optimizer's state of a part of the parameters (ZeRO stage 1).")
  var shareOptimizer = false
  @Option(help: "Under mpirun: how many seconds the ranks wait for one that does not come; 300 where left out.")
  var mpiTimeout: Double?

  func validate() throws {
    if let mpiTimeout, !(mpiTimeout > 0 && mpiTimeout < 1e6) {
      throw ValidationError("--mpi-timeout takes a number of seconds above 0")
    }
  }

  /// Runs a training among the processes that were started together, or alone. The others are told of an error.
  func run(_ body: (Communicator) throws -> Void) throws {
    let communicator = try Communicator.launched(timeout: mpiTimeout)
    do {
      try body(communicator)
      communicator.close()
    } catch let error as Interrupt.Received {
      // All have agreed on it, and have saved.
      communicator.close()
      throw error
    } catch {
      if communicator.size == 1 { throw error }
      // First: mpirun leaves little time to ranks that it ends, and telling the others takes some of it.
      Complaint.say("\(error)")
      communicator.leave(because: error)
      throw ExitCode.failure
    }
  }
}

extension Communicator {
  /// Whether this process writes files and speaks to the user.
  var isWriter: Bool { rank == 0 }

  /// The threads of each process, where none are asked for: the machine's processors shared out among those that run there.
  func shareThreads() {
    guard let localSize, localSize > 1 else { return }
    Threads.count = max(1, min(Threads.count, ProcessInfo.processInfo.processorCount / localSize))
  }
}
