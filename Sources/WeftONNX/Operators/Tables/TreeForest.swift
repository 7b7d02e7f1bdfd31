import WeftTensor

extension DecisionTrees {
  /// These trees in the form in which a kernel walks them; nil where they have other tests than `≤` and `<`, or a node that
  /// two lead to.
  var forest: DecisionForest? {
    var made: [DecisionForest.Node] = []
    var isTaken = Array(repeating: false, count: nodes.count)
    var starts: [Int32] = []
    for root in roots {
      starts.append(Int32(made.count))
      // Level by level, so that what all rows pass lies together.
      var level = [(place: made.count, node: root)]
      made.append(DecisionForest.Node(leaf: Int32(made.count)))
      while !level.isEmpty {
        var below: [(place: Int, node: Int32)] = []
        for (place, number) in level {
          let node = nodes[Int(number)]
          if isTaken[Int(number)] { return nil }
          isTaken[Int(number)] = true
          if node.test == .leaf {
            made[place].weights = node.passed..<node.failed
            continue
          }
          guard node.test == .lessOrEqual || node.test == .less, node.passed != node.failed else { return nil }
          (made[place].threshold, made[place].isStrict) = (node.threshold, node.test == .less)
          (made[place].isTest, made[place].takesMissing) = (true, node.takesMissing)
          made[place].feature = node.feature
          made[place].next = Int32(made.count)
          for next in [node.passed, node.failed] {
            below.append((made.count, next))
            made.append(DecisionForest.Node(leaf: Int32(made.count)))
          }
        }
        level = below
      }
    }
    return DecisionForest(
      nodes: made, roots: starts, targets: weights.map(\.target), weights: weights.map(\.weight))
  }
}
