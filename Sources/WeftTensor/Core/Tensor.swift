/// An array of numbers with any number of axes: a value, over shared immutable memory.
///
/// Copies are cheap (a few references) and independent: no operation changes a tensor that somebody else can see. A
/// tensor remembers the operation it came from when gradients are being recorded.
public struct Tensor: Sendable {
  /// Which elements of which memory.
  package var view: StorageView
  /// The operation (or leaf) that this tensor is an output of, while gradients flow through it.
  package var source: GradientSource?
  /// Why no gradient flows through this tensor, where one could have.
  package var blockage: Blockage?

  package init(view: StorageView, source: GradientSource? = nil) {
    self.view = view
    self.source = source
  }

  /// A view of `storage`. The caller vouches that the layout stays inside it.
  package init(
    storage: Storage, shape: Shape, strides: AxisValues, offset: Int = 0, dtype: DType, source: GradientSource? = nil
  ) {
    self.init(
      view: StorageView(storage: storage, shape: shape, strides: strides, offset: offset, dtype: dtype), source: source)
  }

  /// New memory with unspecified contents, in row-major order.
  package init(uninitialized spec: TensorSpec) {
    self.init(
      storage: Storage(byteCount: spec.byteCount), shape: spec.shape, strides: spec.shape.contiguousStrides,
      dtype: spec.dtype)
  }

  package var storage: Storage { view.storage }
  /// The sizes of the axes.
  public var shape: Shape { view.shape }
  /// Distance in memory between neighbours along each axis, in elements. 0 repeats, negative walks backward.
  public var strides: AxisValues { view.strides }
  /// Where the first element lies in the storage, in elements.
  package var offset: Int { view.offset }
  /// The address of the first element.
  package var baseAddress: UnsafeMutableRawPointer { view.baseAddress }
  /// Whether the elements lie in row-major order without gaps.
  public var isContiguous: Bool { Layout.isContiguous(shape, strides) }
  /// The type of the elements.
  public var dtype: DType { view.dtype }
  /// Whether this is a number written in the program (see `Note: Promotion`).
  package var isWeakScalar: Bool { view.isWeakScalar }

  /// The number of axes.
  public var rank: Int { shape.rank }
  /// The number of elements.
  public var elementCount: Int { shape.elementCount }
  /// Where the memory lies and operations run.
  public var device: Device { .cpu }
  /// Shape and type together.
  public var spec: TensorSpec {
    var spec = TensorSpec(shape, dtype, isWeakScalar: isWeakScalar)
    spec.countsAsScalar = view.countsAsScalar
    return spec
  }

  /// What a failed operation returns inside `withTensorErrors`; operations on it do nothing.
  static let invalid = Tensor(storage: .invalid, shape: [], strides: [], dtype: .float32)
  package var isInvalid: Bool { storage === Storage.invalid }

  /// This tensor's elements under another layout of the same memory, outside any recorded graph.
  func view(shape: Shape, strides: AxisValues, offset: Int? = nil) -> Tensor {
    assert(isPlain, "a view of memory is no view of what stands behind a tensor inside a transform")
    return Tensor(storage: storage, shape: shape, strides: strides, offset: offset ?? self.offset, dtype: dtype)
  }

  package func with(source: GradientSource?) -> Tensor {
    var tensor = self
    tensor.source = source
    return tensor
  }

  package func blocked(by blockage: Blockage?) -> Tensor {
    var tensor = self
    tensor.blockage = blockage
    return tensor
  }
}

/// Elements of a storage under a shape: what a tensor is, gradients aside. It never changes, so tensors share it.
package final class StorageView: @unchecked Sendable {
  // Unchecked: `storage` is a variable only so that its references can be counted.
  @exclusivity(unchecked) private(set) var storage: Storage
  let shape: Shape
  let strides: AxisValues
  let offset: Int
  let dtype: DType
  let isWeakScalar: Bool
  /// As `TensorSpec.countsAsScalar`.
  let countsAsScalar: Bool
  /// What stands behind the tensor inside a transform (`Note: Transformed tensors`).
  let behind: BehindTensor?

  init(
    storage: Storage, shape: Shape, strides: AxisValues, offset: Int = 0, dtype: DType, isWeakScalar: Bool = false,
    countsAsScalar: Bool = false, behind: BehindTensor? = nil
  ) {
    self.storage = storage
    self.shape = shape
    self.strides = strides
    self.offset = offset
    self.dtype = dtype
    self.isWeakScalar = isWeakScalar
    self.countsAsScalar = countsAsScalar
    self.behind = behind
  }

  /// The same elements as a number written in the program, or as a tensor.
  func counted(asWeakScalar: Bool) -> StorageView {
    StorageView(
      storage: storage, shape: shape, strides: strides, offset: offset, dtype: dtype, isWeakScalar: asWeakScalar,
      behind: behind)
  }

  /// The same elements with the rank in promotion of a tensor without axes, or of one with those it has.
  func counted(asScalar: Bool) -> StorageView {
    StorageView(
      storage: storage, shape: shape, strides: strides, offset: offset, dtype: dtype, isWeakScalar: isWeakScalar,
      countsAsScalar: asScalar, behind: behind)
  }

  /// The same elements as what the function inside a transform sees.
  func standing(for behind: BehindTensor) -> StorageView {
    StorageView(
      storage: storage, shape: shape, strides: strides, offset: offset, dtype: dtype, isWeakScalar: isWeakScalar,
      countsAsScalar: countsAsScalar, behind: behind)
  }

  /// The first of the elements along an axis, as what the function inside a transform sees.
  func dropping(axis: Int, behind: BehindTensor) -> StorageView {
    var (sizes, strides) = (shape.sizes, strides)
    sizes.remove(at: axis)
    strides.remove(at: axis)
    return StorageView(
      storage: storage, shape: Shape(sizes), strides: strides, offset: offset, dtype: dtype, behind: behind)
  }

  /// The address of the first element.
  var baseAddress: UnsafeMutableRawPointer { storage.pointer + offset * dtype.byteCount }

  /// Whether no other view is on this view's storage.
  var holdsStorageAlone: Bool { isKnownUniquelyReferenced(&storage) }
}

/// What stands behind a tensor inside a transform, as views know it: something to be kept. It is a `Transformed`, which is
/// made of tensors; `StorageView.transformed` gives it back.
package class BehindTensor: @unchecked Sendable {
  init() {}
}

extension RunningRecordings {
  /// Notes that tensors are used here, where any run is recorded.
  static func noteUse(of tensors: [Tensor]) {
    if areAny { for tensor in tensors { noteUse(of: tensor.storage.origin) } }
  }
}
