/// The formulas of `CrossEntropy`, with and without class weights and label smoothing.
///
/// Parameters: the ignored index, 1 - ε, ε/C.
struct CrossEntropyFormulas: Sendable {
  /// Per row, from logits, label (and weights): the largest logit m, Σe^(x - m), xₜ - m; then wₜ if weighted;
  /// then Σw(x - m) and Σw if smoothed.
  let partials: Formula
  /// From the label and the partial results: the loss, log Σ e^x, the row's weight.
  let results: Formula
  /// From g, logits, label, log Σ e^x, the row's weight (, weights, their sum): the gradient of the logits.
  let gradient: Formula
  /// From the gradients of the loss and of the row's weight, logits, label, log Σ e^x: that of the weights.
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
      return [select(isKept, loss, 0), x[1] + logSum, select(isKept, weight, 0)]
    }
  }

  private static func gradient(_ isWeighted: Bool, _ isSmoothed: Bool) -> Formula {
    Formula(inputs: isWeighted ? 7 : 5, parameters: 3) { x, p in
      let probability = exp(x[1] - x[3])
      let error = probability - (Expression.position .== x[2])
      var slope = isWeighted ? x[4] * error : error
      if isSmoothed {
        let smooth = isWeighted ? x[6] * probability - x[5] : Expression.rowLength * probability - 1
        slope = p[1] * slope + p[2] * smooth
      }
      return [select(x[2] .== p[0], 0, x[0] * slope)]
    }
  }
  private static func weightGradient(_ isSmoothed: Bool) -> Formula {
    Formula(inputs: 5, parameters: 3) { x, p in
      let isLabel = Expression.position .== x[3]
      let loss = x[4] - x[2]
      var slope = select(isLabel, loss, 0)
      if isSmoothed { slope = p[1] * slope + p[2] * loss }
      return [select(x[3] .== p[0], 0, x[0] * slope + select(isLabel, x[1], 0))]
    }
  }
}
