import CMPI
import WeftNN
import WeftTensor

/// The parameters shared out among the ranks: each updates its part, keeps the optimizer's state of that alone, and gives
/// the others the new values (ZeRO stage 1; Rajbhandari et al., 2020). Gradients are whole on every rank, so that norms are
/// clipped as ever.
final class UpdateShares {
  /// The rank that updates each of the optimizer's parameters.
  let owners: [Int]
  private let communicator: Communicator
  /// Where the values of each rank's part travel.
  private var memory: [Tensor]
  private static let copying = Formula { x in x }

  /// The largest first, each to the rank that has least.
  init(_ optimizer: Optimizer, _ communicator: Communicator) {
    self.communicator = communicator
    var loads = Array(repeating: 0, count: communicator.size)
    var owners = Array(repeating: 0, count: optimizer.parameters.count)
    let order = optimizer.parameters.indices.sorted {
      let (a, b) = (optimizer.parameters[$0].elementCount, optimizer.parameters[$1].elementCount)
      return (b, $0) < (a, $1)
    }
    for index in order {
      let rank = loads.indices.min { (loads[$0], $0) < (loads[$1], $1) } ?? 0
      loads[rank] += optimizer.parameters[index].elementCount
      owners[index] = rank
    }
    self.owners = owners
    memory = loads.map { Tensor(zeros: [$0]) }
  }

  /// Has the optimizer update this rank's part alone.
  func apply(to optimizer: Optimizer) {
    let (owners, rank) = (owners, communicator.rank)
    optimizer.isOwn = { owners.indices.contains($0) && owners[$0] == rank }
    optimizer.forgetOthers()
  }

  /// Gives all ranks the new values of all parts.
  func exchange(_ optimizer: Optimizer) throws {
    let parts = (0..<communicator.size).map { rank in
      optimizer.parameters.indices.filter { owners[$0] == rank }.map { optimizer.parameters[$0] }
    }
    noGrad { copy(parts[communicator.rank], communicator.rank, toMemory: true) }
    let pending = try memory.indices.map { rank in
      try communicator.startBroadcast(inPlace: memory[rank], from: rank, name: "parameters of rank \(rank)")
    }
    for (rank, pending) in pending.enumerated() {
      try pending.wait()
      if rank != communicator.rank { noGrad { copy(parts[rank], rank, toMemory: false) } }
    }
  }

  private func copy(_ parameters: [Parameter], _ rank: Int, toMemory: Bool) {
    var start = 0
    for parameter in parameters {
      let view = memory[rank].sliced(axis: 0, from: start, to: start + parameter.elementCount)
        .reshaped(to: parameter.shape)
      start += parameter.elementCount
      let value = parameter.uniqueValue()
      Self.copying.write([], reading: [toMemory ? value : view], into: [toMemory ? view : value])
    }
  }
}

extension Communicator {
  /// Begins to give all ranks what `root` has in a tensor, in its own memory.
  ///
  /// - Parameter tensor: Of float32, without gaps; nobody reads or writes it meanwhile.
  func startBroadcast(inPlace tensor: Tensor, from root: Int, name: String) throws(MPIError) -> Pending<Void> {
    let collective = Collective(
      kind: "broadcast", name: name, count: tensor.elementCount, type: "\(tensor.dtype)", root: root)
    let count = try Self.checked(tensor.elementCount)
    return try start(collective) { request in
      tensor.withUnsafeBytes { bytes in
        cmpi_start_broadcast(
          UnsafeMutableRawPointer(mutating: bytes.baseAddress), count, CMPI_FLOAT, Int32(root), request)
      }
    } result: {
    }
  }
}
