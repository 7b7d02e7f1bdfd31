/// A cross-entropy of logits with class indices: of each row, or their mean. Both give among their results each row's
/// largest logit m and log Σe^(x - m), 0 where the row is ignored, which their gradients read.
public protocol CrossEntropyOfClasses: TensorOperation {
  /// The axis of classes, counted from the end where negative.
  var axis: Int { get }
  /// ε, the share of the target that all classes get, in 0 ... 1.
  var labelSmoothing: Double { get }
  /// The class of rows that do not count.
  var ignoredIndex: Int { get }
}

extension CrossEntropyOfClasses {
  public static var autocastRule: AutocastRule { .float32 }
  public static var defaults: Attributes { ["axis": -1, "labelSmoothing": 0.0, "ignoredIndex": -100] }

  public func saves(needs: [Bool]) -> Saves { [.inputs, .output(1), .output(2), .output(3)] }

  var isSmoothed: Bool { labelSmoothing != 0 }

  /// What the formulas' parameters stand for: the ignored index, 1 - ε, ε/C.
  func parameters(_ classCount: Int) -> [Double] {
    [Double(ignoredIndex), 1 - labelSmoothing, labelSmoothing / Double(Swift.max(classCount, 1))]
  }

  /// A formula along the rows of the logits.
  func map(_ formula: Formula, _ inputs: [Tensor], like logits: Tensor) -> Tensor {
    let axis = logits.shape.axis(axis) ?? 0
    return FormulaMap(
      formula: formula, parameters: parameters(logits.shape[axis]), axis: axis, dtype: logits.dtype.floating
    ).run(inputs)[0]
  }

  /// The gradient of the logits from those of m and log Σe^(x - m).
  ///
  /// - Parameter operands: Logits, labels, m and log Σe^(x - m).
  func statisticsGradient(_ ofLargest: Tensor?, _ ofSum: Tensor?, _ operands: [Tensor]) -> Tensor? {
    guard ofLargest != nil || ofSum != nil else { return nil }
    let zero = operands[3].zerosLike()
    return map(
      CrossEntropyFormulas.ofStatistics, [ofLargest ?? zero, ofSum ?? zero] + operands, like: operands[0])
  }
}
