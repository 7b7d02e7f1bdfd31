import CMPI
import WeftTensor

// What ranks do together.

extension Communicator {
  /// Numbers of all ranks become one of each, the same everywhere to the bit.
  ///
  /// - Parameters:
  ///   - tensor: Of a floating-point type or int64; half precision is added up in float32.
  ///   - name: What it is for: the same on each rank, and what errors say.
  /// - Throws: `MPIError`.
  public func allReduce(_ tensor: Tensor, _ reduction: Reduction = .sum, name: String) throws(MPIError) -> Tensor {
    try startAllReduce(tensor, reduction, name: name).wait()
  }

  /// Begins it; what it is to read may be changed at once.
  public func startAllReduce(
    _ tensor: Tensor, _ reduction: Reduction = .sum, name: String
  ) throws(MPIError) -> Pending<Tensor> {
    try startAllReduce(tensor, reduction, name: name, lane: .work)
  }

  func startAllReduce(
    _ tensor: Tensor, _ reduction: Reduction, name: String, lane: Lane
  ) throws(MPIError) -> Pending<Tensor> {
    let (type, known) = Self.type(of: tensor.dtype)
    let work = noGrad { tensor.detach().converted(to: type) }
    let collective = Collective(
      kind: reduction.rawValue, name: name, count: work.elementCount, type: "\(type)", lane: lane)
    let memory = TransferMemory(of: work)
    let (size, dtype, shape) = (size, tensor.dtype, tensor.shape)
    let count = try Self.checked(work.elementCount)
    return try start(collective) { request in
      cmpi_start_reduce(memory.bytes.baseAddress, count, known, reduction.operation, lane.data, request)
    } result: {
      let sum = memory.tensor(shape, type)
      return noGrad { (reduction == .mean ? sum / Double(size) : sum).converted(to: dtype) }
    }
  }

  /// Every rank gets what `root` has.
  ///
  /// - Parameter tensor: Of one shape and type on all ranks; its values count on `root` alone.
  /// - Throws: `MPIError`.
  public func broadcast(_ tensor: Tensor, from root: Int = 0, name: String) throws(MPIError) -> Tensor {
    try startBroadcast(tensor, from: root, name: name).wait()
  }

  /// Begins it.
  public func startBroadcast(_ tensor: Tensor, from root: Int = 0, name: String) throws(MPIError) -> Pending<Tensor> {
    let (dtype, shape, memory) = (tensor.dtype, tensor.shape, TransferMemory(of: tensor.detach()))
    let collective = Collective(
      kind: "broadcast", name: name, count: tensor.elementCount, type: "\(dtype)", root: root)
    let count = try Self.checked(tensor.elementCount * dtype.byteCount)
    return try start(collective) { request in
      cmpi_start_broadcast(memory.bytes.baseAddress, count, CMPI_BYTE, Int32(root), request)
    } result: {
      memory.tensor(shape, dtype)
    }
  }

  /// Every rank gets what each has, by rank.
  ///
  /// - Parameter tensor: Of one shape and type on all ranks.
  /// - Throws: `MPIError`.
  public func gather(_ tensor: Tensor, name: String) throws(MPIError) -> [Tensor] {
    try startGather(tensor, name: name).wait()
  }

  /// Begins it.
  public func startGather(_ tensor: Tensor, name: String) throws(MPIError) -> Pending<[Tensor]> {
    let (dtype, shape, memory) = (tensor.dtype, tensor.shape, TransferMemory(of: tensor.detach()))
    let size = tensor.elementCount * dtype.byteCount
    let all = TransferMemory(count: size * self.size)
    all.bytes.copyBytes(from: memory.bytes.prefix(self.size == 1 ? size : 0))
    let collective = Collective(kind: "gather", name: name, count: tensor.elementCount, type: "\(dtype)")
    let (count, length) = (self.size, try Self.checked(size))
    return try start(collective) { request in
      cmpi_start_gather(memory.bytes.baseAddress, all.bytes.baseAddress, length, CMPI_DATA, request)
    } result: {
      (0..<count).map { all.tensor(shape, dtype, at: $0 * size) }
    }
  }

  /// A text of each rank, by rank; they may be of any length.
  ///
  /// - Throws: `MPIError`.
  public func gather(_ text: String, name: String) throws(MPIError) -> [String] {
    let bytes = Array(text.utf8)
    let lengths = try gather(Tensor(bytes.count), name: "\(name), lengths").map { $0.item(as: Int.self) }
    let longest = lengths.max() ?? 0
    let padded = bytes + Array(repeating: 0, count: longest - bytes.count)
    let all = try gather(Tensor(bytes: padded, shape: [longest], dtype: .uint8), name: name)
    return zip(all, lengths).map { tensor, length in
      tensor.withUnsafeBytes { String(decoding: $0.prefix(length), as: UTF8.self) }
    }
  }

  /// Waits for all ranks to come here.
  ///
  /// - Throws: `MPIError`.
  public func barrier(name: String) throws(MPIError) { try startBarrier(name: name).wait() }

  /// Begins it: what is returned waits for all ranks to have come here.
  public func startBarrier(name: String) throws(MPIError) -> Pending<Void> {
    let memory = TransferMemory(count: 8)
    memory.bytes.initializeMemory(as: UInt8.self, repeating: 0)
    return try start(Collective(kind: "barrier", name: name, count: 0, type: "")) { request in
      cmpi_start_reduce(memory.bytes.baseAddress, 1, CMPI_INT64, CMPI_MAX, CMPI_DATA, request)
    } result: {
    }
  }

  /// - Throws: `MPIError` where there are more than MPI counts.
  static func checked(_ count: Int) throws(MPIError) -> Int32 {
    guard let known = Int32(exactly: count) else {
      throw .failed("a collective of at most \(Int32.max) elements or bytes", "\(count)")
    }
    return known
  }

  private static func type(of dtype: DType) -> (dtype: DType, known: cmpi_type) {
    switch dtype {
    case .float64: (.float64, CMPI_DOUBLE)
    case _ where dtype.isFloatingPoint: (.float32, CMPI_FLOAT)
    default: (.int64, CMPI_INT64)
    }
  }
}

extension TransferMemory {
  /// A copy of a tensor's elements.
  convenience init(of tensor: Tensor) {
    self.init(count: tensor.elementCount * tensor.dtype.byteCount)
    tensor.withUnsafeBytes { bytes.copyMemory(from: $0) }
  }

  func tensor(_ shape: Shape, _ dtype: DType, at offset: Int = 0) -> Tensor {
    let count = shape.elementCount * dtype.byteCount
    return Tensor(bytes: bytes[offset..<offset + count], shape: shape, dtype: dtype)
  }
}
