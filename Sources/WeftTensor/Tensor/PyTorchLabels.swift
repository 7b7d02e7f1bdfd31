// PyTorch's labels, for which the compiler offers Weft's: `dim` is `axis`, `keepdim` is `keepDims`.

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
  @available(*, unavailable, message: "all is in the machine's memory: leave it out")
  public var cpu: Renamed { .init() }
  @available(*, unavailable, message: "all is in the machine's memory: leave it out")
  public var cuda: Renamed { .init() }
  @available(*, unavailable, message: "write `Tensor(...).requiringGrad()`")
  public init(_ numbers: Any, dtype: DType? = nil, requires_grad: Bool) { self = .invalid }
}

@available(*, unavailable, renamed: "maximum(_:_:)") public func max(_: Tensor, _: Tensor) -> Tensor { .invalid }
@available(*, unavailable, renamed: "minimum(_:_:)") public func min(_: Tensor, _: Tensor) -> Tensor { .invalid }
