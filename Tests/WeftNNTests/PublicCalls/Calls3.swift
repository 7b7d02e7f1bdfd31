// swift-format-ignore-file
// scripts/list-functions writes this file.
import Weft

extension PublicCall {
  @Sendable static func part21(_ calls: inout [PublicCall]) {
    calls.add("scaledDotProductAttention(query:key:value:attentionMask:isCausal:scale:sharesHeads:dropout:using:)") { d in try d.use(scaledDotProductAttention(query: d.make(Tensor.self), key: d.make(Tensor.self), value: d.make(Tensor.self), attentionMask: d.make((Tensor?).self), isCausal: d.make(Bool.self), scale: d.make((Double?).self), sharesHeads: d.make(Bool.self), dropout: d.make(Double.self), using: d.make((RandomStream?).self))) }
    calls.add("smoothL1Loss(_:_:beta:reduction:)") { d in try d.use(smoothL1Loss(d.make(Tensor.self), d.make(Tensor.self), beta: d.make(Double.self), reduction: d.make(LossReduction.self))) }
    calls.add("softMarginLoss(_:_:reduction:)") { d in try d.use(softMarginLoss(d.make(Tensor.self), d.make(Tensor.self), reduction: d.make(LossReduction.self))) }
    calls.add("solve(_:_:left:)") { d in try d.use(solve(d.make(Tensor.self), d.make(Tensor.self), left: d.make(Bool.self))) }
    calls.add("solveTriangular(_:_:upper:left:unitDiagonal:)") { d in try d.use(solveTriangular(d.make(Tensor.self), d.make(Tensor.self), upper: d.make(Bool.self), left: d.make(Bool.self), unitDiagonal: d.make(Bool.self))) }
    calls.add("stacked(_:axis:)") { d in try d.use(stacked(d.make([Tensor].self), axis: d.make(Int.self))) }
    calls.add("stackedAsColumns(_:)") { d in try d.use(stackedAsColumns(d.make([Tensor].self))) }
    calls.add("stackedHorizontally(_:)") { d in try d.use(stackedHorizontally(d.make([Tensor].self))) }
    calls.add("stackedInDepth(_:)") { d in try d.use(stackedInDepth(d.make([Tensor].self))) }
    calls.add("stackedVertically(_:)") { d in try d.use(stackedVertically(d.make([Tensor].self))) }
    calls.add("tensorDot(_:_:axes:)") { d in try d.use(tensorDot(d.make(Tensor.self), d.make(Tensor.self), axes: (d.make([Int].self), d.make([Int].self)))) }
    calls.add("tensorDot(_:_:axes:)") { d in try d.use(tensorDot(d.make(Tensor.self), d.make(Tensor.self), axes: d.make(Int.self))) }
    calls.add("tensorSolve(_:_:)") { d in try d.use(tensorSolve(d.make(Tensor.self), d.make(Tensor.self))) }
    calls.add("tripletMarginLoss(anchor:positive:negative:margin:order:swap:epsilon:reduction:)") { d in try d.use(tripletMarginLoss(anchor: d.make(Tensor.self), positive: d.make(Tensor.self), negative: d.make(Tensor.self), margin: d.make(Double.self), order: d.make(Double.self), swap: d.make(Bool.self), epsilon: d.make(Double.self), reduction: d.make(LossReduction.self))) }
    calls.add("xlog1py(_:_:)") { d in try d.use(xlog1py(d.make(Tensor.self), d.make(Tensor.self))) }
    calls.add("xlogy(_:_:)") { d in try d.use(xlogy(d.make(Tensor.self), d.make(Tensor.self))) }
    calls.add("zeta(_:_:)") { d in try d.use(zeta(d.make(Tensor.self), d.make(Tensor.self))) }
  }
}
