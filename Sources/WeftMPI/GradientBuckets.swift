import CMPI
import WeftNN
import WeftTensor

// Note: Buckets
//
// A sum over machines costs a time of its own, whatever it is of, so gradients are not sent one by one but in buckets, and
// not all at once but while the backward pass still runs: the last layers' gradients are final first. Parameters are put
// into buckets from the last to the first, which is about the order of the pass, and buckets are sent in that order on
// every rank, whatever became final first. Beside its gradients a bucket carries a 1 for each that is there: one that no
// rank has stays none, and one that only some ranks have is averaged with zeros.

/// The gradients of a model on their way to the mean of all ranks.
final class GradientBuckets: @unchecked Sendable {
  // Unchecked: used by the thread of the backward pass alone, which runs the hooks.

  /// Gradients that are sent together.
  private final class Bucket {
    let parameters: [Parameter]
    /// Where each one's gradient begins.
    let starts: [Int]
    /// Their gradients one after another, then for each whether it was there.
    let memory: Tensor
    var present: [Bool]
    var sum: Pending<Void>?

    init(_ parameters: [Parameter], _ dtype: DType) {
      self.parameters = parameters
      starts = parameters.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1.elementCount) }
      memory = Tensor(zeros: [parameters.reduce(0) { $0 + $1.elementCount } + parameters.count], dtype: dtype)
      present = Array(repeating: false, count: parameters.count)
    }

    var isFull: Bool { present.allSatisfy { $0 } }
  }

  private let communicator: Communicator
  private var buckets: [Bucket] = []
  private var hooks: [HookHandle] = []
  /// How many buckets are on their way.
  private var sentCount = 0
  /// Whether the gradients of the pass that runs are sent.
  private var isExpecting = false
  private var failure: (any Error)?
  private static let copying = Formula { x in x }

  /// - Parameter bytes: How large a bucket may be; one gradient may be larger.
  init(_ parameters: [Parameter], _ communicator: Communicator, bytes: Int) {
    self.communicator = communicator
    var rest = Array(parameters.reversed())[...]
    while let first = rest.first {
      let dtype = Self.type(of: first)
      var count = 0
      let members = rest.prefix { parameter in
        defer { count += parameter.elementCount * dtype.byteCount }
        return Self.type(of: parameter) == dtype && (count == 0 || count < bytes)
      }
      rest = rest.dropFirst(members.count)
      add(Bucket(Array(members), dtype))
    }
  }

  deinit { for hook in hooks { hook.remove() } }

  /// What a parameter's gradient is added up in.
  private static func type(of parameter: Parameter) -> DType {
    parameter.value.dtype == .float64 ? .float64 : .float32
  }

  private func add(_ bucket: Bucket) {
    let number = buckets.count
    buckets.append(bucket)
    for (place, parameter) in bucket.parameters.enumerated() {
      hooks.append(
        parameter.tensor.registerFinalGradientHook { [weak self] in self?.take($0, number, place) })
    }
  }

  func expect() {
    for bucket in buckets { bucket.present = bucket.present.map { _ in false } }
    (isExpecting, sentCount, failure) = (true, 0, nil)
  }

  /// A gradient is final.
  private func take(_ gradient: Tensor, _ number: Int, _ place: Int) {
    guard isExpecting, failure == nil else { return }
    let bucket = buckets[number]
    guard !bucket.present[place] else {
      failure = TensorError(
        .unsupported, operation: "DataParallel", expected: "one backward pass for each average",
        got: "a second gradient of \(bucket.parameters[place].path) before `averageGradients`",
        hint: "add the losses up and go back once, or accumulate first and expect gradients of the last pass")
      return
    }
    write(gradient, to: bucket, place)
    bucket.present[place] = true
    do { try sendFull() } catch { failure = error }
  }

  private func write(_ gradient: Tensor, to bucket: Bucket, _ place: Int) {
    let dtype = bucket.memory.dtype
    noGrad {
      let view = view(bucket, place)
      Self.copying.write([], reading: [gradient.detach().converted(to: dtype)], into: [view])
    }
  }

  /// Where a gradient stands in its bucket.
  private func view(_ bucket: Bucket, _ place: Int) -> Tensor {
    bucket.memory.sliced(axis: 0, from: bucket.starts[place], to: bucket.starts[place + 1])
      .reshaped(to: bucket.parameters[place].shape)
  }

  /// Where a bucket says which gradients are there.
  private func flags(_ bucket: Bucket) -> Tensor {
    bucket.memory.sliced(axis: 0, from: bucket.memory.elementCount - bucket.present.count)
  }

  private func sendFull() throws(MPIError) {
    while sentCount < buckets.count, buckets[sentCount].isFull { try sendNext() }
  }

  private func sendNext() throws(MPIError) {
    let bucket = buckets[sentCount]
    noGrad {
      for place in bucket.parameters.indices where !bucket.present[place] {
        // One that the last pass came not by may have a gradient of passes before it.
        let gradient = bucket.parameters[place].grad
        write(gradient ?? Tensor(zeros: bucket.parameters[place].shape), to: bucket, place)
        bucket.present[place] = gradient != nil
      }
      let present = Tensor(bucket.present.map { $0 ? Float(1) : 0 }).converted(to: bucket.memory.dtype)
      Self.copying.write([], reading: [present], into: [flags(bucket)])
    }
    bucket.sum = try communicator.startSum(inPlace: bucket.memory, name: "gradients \(sentCount)")
    sentCount += 1
  }

  /// The pass is over: sends what has not been sent.
  func sendRest() throws {
    isExpecting = false
    if let failure { throw failure }
    while sentCount < buckets.count { try sendNext() }
  }

  /// Waits for all sums, and makes each gradient the mean.
  func finish() throws {
    for bucket in buckets {
      try bucket.sum?.wait()
      bucket.sum = nil
      noGrad {
        let counts = flags(bucket).scalars(as: Float.self)
        for place in bucket.parameters.indices where counts[place] > 0 { setMean(bucket, place) }
      }
    }
  }

  private func setMean(_ bucket: Bucket, _ place: Int) {
    let parameter = bucket.parameters[place]
    let mean = view(bucket, place) * (1 / Double(communicator.size))
    parameter.grad = mean.converted(to: parameter.value.dtype)
  }
}

extension Communicator {
  /// Begins to add up a tensor in its own memory, which holds the sums when it is over.
  ///
  /// - Parameter tensor: Of float32 or float64, without gaps; nobody reads or writes it meanwhile.
  func startSum(inPlace tensor: Tensor, name: String) throws(MPIError) -> Pending<Void> {
    let isDouble = tensor.dtype == .float64
    let collective = Collective(kind: "sum", name: name, count: tensor.elementCount, type: "\(tensor.dtype)")
    let count = try Self.checked(tensor.elementCount)
    return try start(collective) { request in
      // The tensor is held, and with it its memory, until the collective is over.
      tensor.withUnsafeBytes { bytes in
        cmpi_start_reduce(
          UnsafeMutableRawPointer(mutating: bytes.baseAddress), count, isDouble ? CMPI_DOUBLE : CMPI_FLOAT, CMPI_SUM,
          CMPI_DATA, request)
      }
    } result: {
    }
  }
}
