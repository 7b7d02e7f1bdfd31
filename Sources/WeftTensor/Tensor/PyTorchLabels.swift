// PyTorch's labels, for which the compiler offers Weft's: `dim` is `axis`, `keepdim` is `keepDims`. And names that are no
// tensor's in PyTorch, but a function's or NumPy's.

extension Tensor {
  @available(*, unavailable, renamed: "sum(axis:keepDims:)")
  public func sum(dim: Any, keepdim: Bool = false) -> Tensor { .invalid }
  @available(*, unavailable, renamed: "mean(axis:keepDims:)")
  public func mean(dim: Any, keepdim: Bool = false) -> Tensor { .invalid }
  @available(*, unavailable, renamed: "max(axis:keepDims:)")
  public func max(dim: Any, keepdim: Bool = false) -> Tensor { .invalid }
  @available(*, unavailable, renamed: "min(axis:keepDims:)")
  public func min(dim: Any, keepdim: Bool = false) -> Tensor { .invalid }
  @available(*, unavailable, renamed: "any(axis:keepDims:)")
  public func any(dim: Any, keepdim: Bool = false) -> Tensor { .invalid }
  @available(*, unavailable, renamed: "all(axis:keepDims:)")
  public func all(dim: Any, keepdim: Bool = false) -> Tensor { .invalid }
  @available(*, unavailable, renamed: "norm(order:axis:keepDims:)")
  public func norm(dim: Any, keepdim: Bool = false) -> Tensor { .invalid }
  @available(*, unavailable, renamed: "sum(axis:)") public func sum(_: Int) -> Tensor { .invalid }
  @available(*, unavailable, renamed: "mean(axis:)") public func mean(_: Int) -> Tensor { .invalid }
  @available(*, unavailable, renamed: "max(axis:)") public func max(_: Int) -> Tensor { .invalid }
  @available(*, unavailable, renamed: "min(axis:)") public func min(_: Int) -> Tensor { .invalid }
  @available(*, unavailable, renamed: "softmax(axis:)") public func softmax(_: Int) -> Tensor { .invalid }
  @available(*, unavailable, renamed: "softmax(axis:)") public func softmax(dim: Int) -> Tensor { .invalid }
  @available(*, unavailable, renamed: "split(size:axis:)") public func split(_: Int, dim: Int = 0) -> [Tensor] { [] }
  @available(*, unavailable, renamed: "leakyReLU(slope:)") public var leaky_relu: Renamed { .init() }
  @available(*, unavailable, renamed: "converted(to:)") public func astype(_: DType) -> Tensor { .invalid }
  @available(*, unavailable, message: "write `x.max() - x.min()`") public var ptp: Renamed { .init() }
  @available(*, unavailable, message: "write `Tensor.where(condition, x, y)`")
  public func `where`(_: Tensor, _: Any) -> Tensor { .invalid }
  @available(*, unavailable, message: "write `Tensor(zeros: [2, 3])`: there is no memory without values")
  public static var empty: Renamed { .init() }
  @available(*, unavailable, message: "write `Tensor([1.0, 2.0])`") public static var array: Renamed { .init() }
  @available(*, unavailable, message: "all is in the machine's memory: leave it out")
  public var cpu: Renamed { .init() }
  @available(*, unavailable, message: "all is in the machine's memory: leave it out")
  public var cuda: Renamed { .init() }
  @available(*, unavailable, message: "write `Tensor(...).requiringGrad()`")
  public init(_ numbers: Any, dtype: DType? = nil, requires_grad: Bool) { self = .invalid }
}

@available(*, unavailable, renamed: "maximum(_:_:)") public func max(_: Tensor, _: Tensor) -> Tensor { .invalid }
@available(*, unavailable, renamed: "minimum(_:_:)") public func min(_: Tensor, _: Tensor) -> Tensor { .invalid }
