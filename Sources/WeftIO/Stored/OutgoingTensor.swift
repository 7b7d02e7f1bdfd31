import WeftData
import WeftTensor

/// A tensor on its way into a file: made when its turn comes, so that no more than one is in memory.
struct OutgoingTensor {
  /// What is equal for tensors over the same elements: a tied weight under each of its names.
  struct Identity: Hashable {
    let memory: ObjectIdentifier
    let member: String?
    let offset: Int
    let strides: [Int]?
    let type: StoredType
    let shape: Shape
    var scaling: StoredScaling?
  }

  let name: String
  let type: StoredType
  let shape: Shape
  let identity: Identity
  private let origin: Origin

  private enum Origin {
    case tensor(Tensor)
    /// As it stands in a file.
    case stored(StoredTensor, LoadLimits)
    /// In another type than the file's.
    case converted(StoredTensor, DType, LoadLimits)
  }

  var byteCount: Int { type.byteCount(of: shape.elementCount) ?? 0 }

  init(_ name: String, _ tensor: Tensor) {
    (self.name, type, shape) = (name, .plain(tensor.dtype), tensor.shape)
    origin = .tensor(tensor)
    identity = Identity(
      memory: ObjectIdentifier(tensor.storage), member: nil, offset: tensor.offset, strides: Array(tensor.strides),
      type: type, shape: shape)
  }

  /// - Parameter dtype: With nil, as it stands in the file.
  init(_ stored: StoredTensor, as dtype: DType? = nil, limits: LoadLimits) {
    name = stored.name
    let isSame = dtype == nil || stored.type == dtype.map(StoredType.plain)
    type = isSame ? stored.type : .plain(dtype ?? .float32)
    shape = isSame ? stored.shape : stored.spec.shape
    origin = isSame ? .stored(stored, limits) : .converted(stored, dtype ?? .float32, limits)
    let (memory, member, start) = stored.elements.place
    identity = Identity(
      memory: memory, member: member, offset: start, strides: stored.elements.strides, type: type, shape: shape,
      scaling: stored.elements.scaling)
  }

  /// Calls `body` with the elements' bytes, row-major and little-endian.
  func withBytes(_ body: (UnsafeRawBufferPointer) throws -> Void) throws {
    switch origin {
    case .tensor(let tensor): try tensor.withUnsafeBytes(body)
    case .stored(let stored, let limits):
      let dense = try stored.dense(limits: limits)
      try stored.checkTruths(dense)
      try withExtendedLifetime(dense.memory) { try body(dense.bytes) }
    case .converted(let stored, let dtype, let limits):
      try stored.tensor(limits: limits).converted(to: dtype).withUnsafeBytes(body)
    }
  }
}

extension StoredElements {
  /// Where the first element is: in which memory, in which member of an archive, at which byte.
  fileprivate var place: (memory: ObjectIdentifier, member: String?, start: Int) {
    switch source {
    case .memory(let memory, let range): (ObjectIdentifier(memory), nil, range.lowerBound + byteOffset)
    case .compressed(let member): (ObjectIdentifier(member.memory), member.name, byteOffset)
    }
  }
}
