/// The formulas of `CrossEntropy`, with and without class weights and label smoothing.
///
/// Parameters: the ignored index, 1 - ε, ε/C.
struct CrossEntropyFormulas: Sendable {
  /// Per row, from logits, label (and weights): the largest logit m, Σe^(x - m), xₜ - m; then wₜ if weighted;
  /// then Σw(x - m) and Σw if smoothed.
  let partials: Formula
  /// From the label and the partial results: the loss, m, log Σe^(x - m), the row's weight; all 0 where ignored.
  let results: Formula
  /// From g, logits, label, m, log Σe^(x - m), the row's weight (, weights, their sum): the gradient of the logits.
  let gradient: Formula
  /// From the gradients of the loss and of the row's weight, logits, label, m, log Σe^(x - m): that of the weights.
  let weightGradient: Formula

  private static let all = [false, true].map { isWeighted in
    [false, true].map { isSmoothed in
      CrossEntropyFormulas(
        partials: partials(isWeighted, isSmoothed), results: results(isWeighted, isSmoothed),
        gradient: gradient(isWeighted, isSmoothed), weightGradient: weightGradient(isSmoothed))
    }
  }

  static func of(isWeighted: Bool, isSmoothed: Bool) -> CrossEntropyFormulas {
    all[isWeighted ? 1 : 0][isSmoothed ? 1 : 0]
  }

  private static func partials(_ isWeighted: Bool, _ isSmoothed: Bool) -> Formula {
    Formula(inputs: isWeighted ? 3 : 2) { x, _ in
      let largest = max(x[0])
      let shifted = x[0] - largest
      let isLabel = Expression.position .== x[1]
      // A class that was not chosen may have logit -∞: it is selected away, not multiplied by 0.
      var outputs = [largest, sum(exp(shifted)), sum(select(isLabel, shifted, 0))]
      if isWeighted { outputs.append(sum(select(isLabel, x[2], 0))) }
      if isSmoothed {
        outputs.append(sum(isWeighted ? x[2] * shifted : shifted))
        outputs.append(isWeighted ? sum(x[2]) : Expression.rowLength)
      }
      return outputs
    }
  }

  private static func results(_ isWeighted: Bool, _ isSmoothed: Bool) -> Formula {
    Formula(inputs: 4 + (isWeighted ? 1 : 0) + (isSmoothed ? 2 : 0), parameters: 3) { x, p in
      let isKept = x[0] .!= p[0]
      let logSum = log(x[2])
      let weight = isWeighted ? x[4] : 1
      var loss = isWeighted ? weight * (logSum - x[3]) : logSum - x[3]
      if isSmoothed {
        let (total, weights) = (x[x.count - 2], x[x.count - 1])
        loss = p[1] * loss + p[2] * (weights * logSum - total)
      }
      return [select(isKept, loss, 0), select(isKept, x[1], 0), select(isKept, logSum, 0), select(isKept, weight, 0)]
    }
  }

  private static func gradient(_ isWeighted: Bool, _ isSmoothed: Bool) -> Formula {
    Formula(inputs: isWeighted ? 8 : 6, parameters: 3) { x, p in
      let isIgnored = x[2] .== p[0]
      let probability = exp(logProbability(isIgnored, x[1], x[3], x[4]))
      let error = probability - (Expression.position .== x[2])
      var slope = isWeighted ? x[5] * error : error
      if isSmoothed {
        let smooth = isWeighted ? x[7] * probability - x[6] : Expression.rowLength * probability - 1
        slope = p[1] * slope + p[2] * smooth
      }
      return [select(isIgnored, 0, x[0] * slope)]
    }
  }

  private static func weightGradient(_ isSmoothed: Bool) -> Formula {
    Formula(inputs: 6, parameters: 3) { x, p in
      let (isIgnored, isLabel) = (x[3] .== p[0], Expression.position .== x[3])
      let loss = -logProbability(isIgnored, x[2], x[4], x[5])
      var slope = select(isLabel, loss, 0)
      if isSmoothed { slope = p[1] * slope + p[2] * loss }
      return [select(isIgnored, 0, x[0] * slope + select(isLabel, x[1], 0))]
    }
  }

  /// x - m - log Σe^(x - m): exact at logits of any size, where the sum of m and the logarithm would be rounded to the
  /// last place of m. 0 in an ignored row, whatever it holds: 0 times what is not finite would reach its derivatives.
  static func logProbability(
    _ isIgnored: Expression, _ x: Expression, _ largest: Expression, _ logSum: Expression
  ) -> Expression { select(isIgnored, 0, x - largest - logSum) }

  /// From the gradients of m and of log Σe^(x - m), logits, label, m, log Σe^(x - m), that of the logits: [j = argmax] and
  /// softmax(x) - [j = argmax]. Only second derivatives ask for it.
  static let ofStatistics = Formula(inputs: 6, parameters: 3) { x, p in
    let isIgnored = x[3] .== p[0]
    let isLargest = select(isIgnored, 0, x[2] .== x[4])
    let share = isLargest / maximum(sum(isLargest), 1)
    let probability = exp(logProbability(isIgnored, x[2], x[4], x[5]))
    return [select(isIgnored, 0, (x[0] - x[1]) * detached(share) + x[1] * probability)]
  }
}
